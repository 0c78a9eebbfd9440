//! Where an event stands with one tag.

use serde::{Deserialize, Serialize};

/// The state of a run or of one of its deliveries. All but the first three are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted and stored; the first try has not ended yet.
    Pending,
    /// A try failed and another will follow.
    Retrying,
    /// Its tag is stopped; it goes on when the tag does.
    Held,
    /// Amazon accepted it.
    Delivered,
    /// By rule, nothing was sent.
    Skipped,
    /// Amazon said no.
    Refused,
    /// Every try failed.
    GivenUp,
    /// Its tag is gone for good, and it was held until then.
    Cancelled,
}

impl Outcome {
    /// The stable name, as stored and used in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
            Self::Cancelled => "cancelled",
        }
    }

    /// The outcome of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Retrying,
        Self::Held,
        Self::Delivered,
        Self::Skipped,
        Self::Refused,
        Self::GivenUp,
        Self::Cancelled,
    ];

    /// Whether nothing will follow.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Retrying | Self::Held)
    }

    /// The outcome of a run whose deliveries stand like this: the one that asks for most attention.
    pub fn of_run(deliveries: impl IntoIterator<Item = Self>) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Retrying => 0,
            Self::Pending => 1,
            Self::Held => 2,
            Self::GivenUp => 3,
            Self::Refused => 4,
            Self::Cancelled => 5,
            Self::Delivered => 6,
            Self::Skipped => 7,
        };
        deliveries.into_iter().min_by_key(rank).unwrap_or(Self::Skipped)
    }
}

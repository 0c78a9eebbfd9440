//! Every reason an event or a delivery can end with: one stable code, one sentence, one remedy.
//!
//! Codes are part of the product: they are stored, shown, filtered by and documented. They never change
//! their meaning and are never reused.

use serde::{Deserialize, Serialize};

/// Why something ended, stopped or waits. Serialised as its [`code`](Reason::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// No published tag takes events from the source.
    #[serde(rename = "config.no_tag")]
    NoTag,
    /// The tag is paused.
    #[serde(rename = "config.paused")]
    Paused,
    /// The tag was paused or deleted and is back: the next try follows.
    #[serde(rename = "config.resumed")]
    Resumed,
    /// The tag is deleted.
    #[serde(rename = "config.tag_deleted")]
    TagDeleted,
    /// The event's name has no Amazon name, and the tag is set to skip such events.
    #[serde(rename = "map.unmapped_name")]
    UnmappedName,
    /// Amazon allows 256 characters in an event name.
    #[serde(rename = "map.name_too_long")]
    NameTooLong,
    /// Amazon drops the whole event when a value is longer than 1000 characters.
    #[serde(rename = "map.value_too_long")]
    ValueTooLong,
    /// Amazon answered 200. It gives no further detail.
    #[serde(rename = "vendor.accepted")]
    Accepted,
    /// Amazon answered with a redirect for its cookie, which was not followed.
    #[serde(rename = "vendor.first_leg")]
    FirstLeg,
    /// Amazon answered 4xx: sending the same again would not help.
    #[serde(rename = "vendor.refused.status")]
    RefusedStatus,
    /// Amazon asked to slow down (429).
    #[serde(rename = "vendor.transient.rate_limited")]
    RateLimited,
    /// Amazon answered 5xx or 408.
    #[serde(rename = "vendor.transient.status")]
    TransientStatus,
    /// No connection to Amazon came about.
    #[serde(rename = "vendor.transient.unreachable")]
    Unreachable,
    /// Amazon did not answer in time.
    #[serde(rename = "vendor.transient.timeout")]
    TimedOut,
    /// Every planned try failed.
    #[serde(rename = "delivery.given_up")]
    GivenUp,
}

impl Reason {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::NoTag,
        Self::Paused,
        Self::Resumed,
        Self::TagDeleted,
        Self::UnmappedName,
        Self::NameTooLong,
        Self::ValueTooLong,
        Self::Accepted,
        Self::FirstLeg,
        Self::RefusedStatus,
        Self::RateLimited,
        Self::TransientStatus,
        Self::Unreachable,
        Self::TimedOut,
        Self::GivenUp,
    ];

    /// The stable code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoTag => "config.no_tag",
            Self::Paused => "config.paused",
            Self::Resumed => "config.resumed",
            Self::TagDeleted => "config.tag_deleted",
            Self::UnmappedName => "map.unmapped_name",
            Self::NameTooLong => "map.name_too_long",
            Self::ValueTooLong => "map.value_too_long",
            Self::Accepted => "vendor.accepted",
            Self::FirstLeg => "vendor.first_leg",
            Self::RefusedStatus => "vendor.refused.status",
            Self::RateLimited => "vendor.transient.rate_limited",
            Self::TransientStatus => "vendor.transient.status",
            Self::Unreachable => "vendor.transient.unreachable",
            Self::TimedOut => "vendor.transient.timeout",
            Self::GivenUp => "delivery.given_up",
        }
    }

    /// What happened, in one sentence for a marketer.
    pub fn text(self) -> &'static str {
        match self {
            Self::NoTag => "No published tag takes events from this source",
            Self::Paused => "The tag is paused, so the event is held",
            Self::Resumed => "The tag runs again, and the next try follows",
            Self::TagDeleted => "The tag is deleted",
            Self::UnmappedName => "Amazon has no name for this event, and the tag skips such events",
            Self::NameTooLong => "The event name is longer than Amazon’s 256 characters",
            Self::ValueTooLong => "A value is longer than Amazon’s 1000 characters",
            Self::Accepted => "Accepted. Amazon gives no further detail",
            Self::FirstLeg => "Amazon answered with a redirect for its cookie",
            Self::RefusedStatus => "Amazon refused the request",
            Self::RateLimited => "Amazon asked to slow down",
            Self::TransientStatus => "Amazon had an error of its own",
            Self::Unreachable => "Amazon could not be reached",
            Self::TimedOut => "Amazon did not answer in time",
            Self::GivenUp => "Every try failed",
        }
    }

    /// What to do about it, when there is something to do.
    pub fn remedy(self) -> Option<&'static str> {
        match self {
            Self::NoTag => Some("Publish a tag, or let a published tag take events from this source."),
            Self::Paused => Some("Resume the tag, and the event goes out."),
            Self::Resumed => Some("Nothing to do: Sidetag tries again by itself."),
            Self::TagDeleted => Some("Restore the tag, and what is held for it goes out."),
            Self::UnmappedName => {
                Some("To send it, let the tag send unmapped names as they are, or use a custom event name.")
            }
            Self::NameTooLong => Some("Shorten the event name where the event is made."),
            Self::ValueTooLong => Some("Shorten the value where the event is made."),
            Self::Accepted => None,
            Self::FirstLeg => {
                Some("Nothing to do. Amazon does not document whether it counts this first answer.")
            }
            Self::RefusedStatus => Some("Check the tag ID and the region against Amazon’s Events Manager."),
            Self::RateLimited | Self::TransientStatus | Self::TimedOut => {
                Some("Nothing to do: Sidetag tries again by itself.")
            }
            Self::Unreachable => {
                Some("Sidetag tries again by itself. If it lasts, check this server’s way to the internet.")
            }
            Self::GivenUp => {
                Some("Look at the last try’s answer, mend the cause, then send the event again.")
            }
        }
    }
}

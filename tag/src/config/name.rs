//! How an event comes by its Amazon name.

use serde::{Deserialize, Serialize};

/// How the event's name becomes Amazon's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredName", into = "StoredName")]
pub enum EventName {
    /// Every event is sent under one of Amazon's eleven names.
    Standard { name: String },
    /// The GA4 name is translated; names without a translation follow `unmapped`.
    Inherit { unmapped: Unmapped },
    /// Every event is sent under a name of the marketer's own.
    Custom { name: String },
}

impl Default for EventName {
    fn default() -> Self {
        Self::Inherit { unmapped: Unmapped::default() }
    }
}

/// An [`EventName`] as JSON: `{"mode": "inherit", "unmapped": "skip"}`, `{"mode": "custom", "name": "Trial"}`.
/// By hand, because serde's own tagged enums make the browser part 5 KB larger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredName {
    mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unmapped: Option<Unmapped>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Standard,
    Inherit,
    Custom,
}

impl TryFrom<StoredName> for EventName {
    type Error = &'static str;

    fn try_from(stored: StoredName) -> Result<Self, Self::Error> {
        match stored {
            StoredName { mode: Mode::Standard, name: Some(name), unmapped: None } => {
                Ok(Self::Standard { name })
            }
            StoredName { mode: Mode::Custom, name: Some(name), unmapped: None } => Ok(Self::Custom { name }),
            StoredName { mode: Mode::Inherit, name: None, unmapped } => {
                Ok(Self::Inherit { unmapped: unmapped.unwrap_or_default() })
            }
            StoredName { mode: Mode::Inherit, .. } => Err("the mode inherit takes no name"),
            StoredName { .. } => Err("the modes standard and custom take a name and nothing else"),
        }
    }
}

impl From<EventName> for StoredName {
    fn from(event_name: EventName) -> Self {
        match event_name {
            EventName::Standard { name } => Self { mode: Mode::Standard, name: Some(name), unmapped: None },
            EventName::Inherit { unmapped } => {
                Self { mode: Mode::Inherit, name: None, unmapped: Some(unmapped) }
            }
            EventName::Custom { name } => Self { mode: Mode::Custom, name: Some(name), unmapped: None },
        }
    }
}

/// What happens to a GA4 name that Amazon has no name for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmapped {
    /// Send it under its own name; Amazon files it as a custom event.
    #[default]
    Send,
    /// Do not send it, and say so in the trace.
    Skip,
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn the_json_of_a_configuration_is_stable() {
        for (event_name, stored) in [
            (EventName::Standard { name: "Lead".into() }, json!({ "mode": "standard", "name": "Lead" })),
            (
                EventName::Inherit { unmapped: Unmapped::Skip },
                json!({ "mode": "inherit", "unmapped": "skip" }),
            ),
            (EventName::Custom { name: String::new() }, json!({ "mode": "custom", "name": "" })),
        ] {
            assert_eq!(to_value(&event_name).unwrap(), stored);
            assert_eq!(from_value::<EventName>(stored).unwrap(), event_name);
        }
        let short = from_value::<EventName>(json!({ "mode": "inherit" })).unwrap();
        assert_eq!(short, EventName::Inherit { unmapped: Unmapped::Send });
    }

    #[test]
    fn what_does_not_belong_to_the_mode_is_refused() {
        for wrong in [
            json!({ "mode": "standard" }),
            json!({ "mode": "standard", "name": "Lead", "unmapped": "skip" }),
            json!({ "mode": "inherit", "name": "Lead" }),
            json!({ "mode": "other", "name": "Lead" }),
            json!({ "mode": "custom", "name": "x", "extra": 1 }),
        ] {
            assert!(from_value::<EventName>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}

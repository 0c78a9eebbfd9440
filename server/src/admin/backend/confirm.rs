//! Which changes want the tag's name typed before they go live, because a slip would do harm.

use app::error::UiError;
use tag::config::{Change, TagConfig, Weight, diff, needs_typed_name};

use super::Result;

/// Refuses a change that could do harm until the name is typed. A tag's first version can harm nothing.
pub(super) fn confirm(
    name: &str,
    live: Option<&TagConfig>,
    next: &TagConfig,
    confirmed_name: Option<&str>,
) -> Result<()> {
    let changes = live.map(|live| diff(live, next)).unwrap_or_default();
    if !needs_typed_name(&changes) || confirmed_name.map(str::trim) == Some(name.trim()) {
        return Ok(());
    }
    let why = changes.iter().filter(|change| change.weight <= Weight::StopsPurchases).map(words).collect();
    Err(UiError::ConfirmName { name: name.to_owned(), why })
}

fn words(change: &Change) -> String {
    let Change { sentence, consequence, .. } = change;
    if consequence.is_empty() { sentence.clone() } else { format!("{sentence} {consequence}") }
}

#[cfg(test)]
mod tests {
    use tag::config::EventName;

    use super::*;

    fn standard(name: &str) -> TagConfig {
        TagConfig { event_name: EventName::Standard { name: name.into() }, ..TagConfig::default() }
    }

    #[test]
    fn what_stops_purchases_wants_the_name() {
        let (live, next) = (TagConfig::default(), standard("Lead"));
        let refused = confirm("Shop", Some(&live), &next, None).unwrap_err();
        assert!(matches!(&refused, UiError::ConfirmName { name, why } if name == "Shop" && !why.is_empty()));
        assert_eq!(confirm("Shop", Some(&live), &next, Some("shop")), Err(refused));
        assert_eq!(confirm("Shop", Some(&live), &next, Some(" Shop ")), Ok(()));
    }

    #[test]
    fn what_harms_nothing_wants_no_name() {
        let lead = standard("Lead");
        for (live, next) in [(None, &lead), (Some(&lead), &lead), (Some(&lead), &TagConfig::default())] {
            assert_eq!(confirm("Shop", live, next, None), Ok(()));
        }
    }
}

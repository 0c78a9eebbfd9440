//! Which changes want the tag's name typed before they go live, because a slip would do harm.

use app::error::UiError;
use tag::config::{EventName, TagConfig};

use super::Result;

/// What Amazon calls a purchase.
const PURCHASES: &str = "Off-AmazonPurchases";

/// Refuses a change that could do harm until the name is typed. A tag's first version can harm nothing.
pub(super) fn confirm(
    name: &str,
    live: Option<&TagConfig>,
    next: &TagConfig,
    confirmed_name: Option<&str>,
) -> Result<()> {
    let why = live.map(|live| harm(live, next)).unwrap_or_default();
    if why.is_empty() || confirmed_name.map(str::trim) == Some(name.trim()) {
        return Ok(());
    }
    Err(UiError::ConfirmName { name: name.to_owned(), why })
}

/// What could go wrong, in sentences.
fn harm(live: &TagConfig, next: &TagConfig) -> Vec<String> {
    let mut why = vec![];
    if sends_purchases(live) && !sends_purchases(next) {
        why.push("Purchases would no longer reach Amazon as purchases.".to_owned());
    }
    why
}

fn sends_purchases(config: &TagConfig) -> bool {
    match &config.event_name {
        EventName::Inherit { .. } => true,
        EventName::Standard { name } => name == PURCHASES,
        EventName::Custom { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom() -> TagConfig {
        TagConfig { event_name: EventName::Custom { name: "Trial".into() }, ..TagConfig::default() }
    }

    #[test]
    fn what_stops_purchases_wants_the_name() {
        let live = TagConfig::default();
        let refused = confirm("Shop", Some(&live), &custom(), None).unwrap_err();
        assert!(matches!(&refused, UiError::ConfirmName { name, why } if name == "Shop" && why.len() == 1));
        assert_eq!(confirm("Shop", Some(&live), &custom(), Some("shop")), Err(refused));
        assert_eq!(confirm("Shop", Some(&live), &custom(), Some(" Shop ")), Ok(()));
    }

    #[test]
    fn what_harms_nothing_wants_no_name() {
        for (live, next) in
            [(None, custom()), (Some(custom()), custom()), (Some(custom()), TagConfig::default())]
        {
            assert_eq!(confirm("Shop", live.as_ref(), &next, None), Ok(()));
        }
    }
}

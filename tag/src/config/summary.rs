//! A configuration in one sentence.

use super::{EventName, TagConfig, Unmapped};
use crate::words;

/// What the tag does, for lists and the head of its form. Makes sense of an unfinished configuration too.
pub fn summary(config: &TagConfig) -> String {
    let (events, rest) = match &config.event_name {
        EventName::Standard { name } | EventName::Custom { name } if name.trim().is_empty() => {
            ("every event under a name not chosen yet".to_owned(), "")
        }
        EventName::Standard { name } => (format!("every event as {name}"), ""),
        EventName::Custom { name } => (format!("every event as “{}”", name.trim()), ""),
        EventName::Inherit { unmapped: Unmapped::Send } => {
            ("events under Amazon’s matching names".to_owned(), "")
        }
        EventName::Inherit { unmapped: Unmapped::Skip } => {
            ("events under Amazon’s matching names".to_owned(), ", and skips those without one")
        }
    };
    let count = config.tag_ids.iter().filter(|id| !id.trim().is_empty()).count();
    let ids = format!("{} tag ID{}", words::cardinal(count), if count == 1 { "" } else { "s" });
    format!("Sends {events} to {ids} in {}{rest}.", config.region.label())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Region;

    #[test]
    fn the_sentence_names_events_tag_ids_and_region() {
        let ids = |count| vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".to_owned(); count];
        let base = TagConfig { tag_ids: ids(2), region: Region::Eu, ..TagConfig::default() };
        assert_eq!(summary(&base), "Sends events under Amazon’s matching names to two tag IDs in Europe.");

        let event_name = EventName::Inherit { unmapped: Unmapped::Skip };
        let strict = TagConfig { event_name, tag_ids: ids(1), ..base.clone() };
        assert_eq!(
            summary(&strict),
            "Sends events under Amazon’s matching names to one tag ID in Europe, and skips those without one."
        );

        let event_name = EventName::Standard { name: "Lead".to_owned() };
        let standard = TagConfig { event_name, region: Region::Na, ..base.clone() };
        assert_eq!(summary(&standard), "Sends every event as Lead to two tag IDs in North America.");

        let empty =
            TagConfig { event_name: EventName::Custom { name: String::new() }, ..TagConfig::default() };
        assert_eq!(
            summary(&empty),
            "Sends every event under a name not chosen yet to no tag IDs in North America."
        );
    }
}

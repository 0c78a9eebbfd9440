//! What publishing would change, in words.

use tag::config::{EventName, TagConfig, Unmapped};

use super::sections::Section;
use crate::views::SourceChoice;

/// One difference between the live version and the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) section: Section,
    pub(super) field: &'static str,
    pub(super) before: String,
    pub(super) after: String,
}

/// The differences in the form's order. `known` names the sources.
pub(super) fn changes(
    (old_name, old): (&str, &TagConfig),
    (new_name, new): (&str, &TagConfig),
    known: &[SourceChoice],
) -> Vec<Change> {
    let fields = [
        (Section::Basics, "Name", old_name.to_owned(), new_name.to_owned()),
        (Section::TagIds, "Tag IDs", old.tag_ids.join(", "), new.tag_ids.join(", ")),
        (Section::TagIds, "Region", old.region.label().to_owned(), new.region.label().to_owned()),
        (Section::EventNames, "Event name", named(&old.event_name), named(&new.event_name)),
        (Section::Delivery, "Answer", answer(old.optimistic), answer(new.optimistic)),
        (Section::Sources, "Sources", sources(&old.sources, known), sources(&new.sources, known)),
    ];
    let differs = |(section, field, before, after): (_, _, String, String)| {
        (before != after).then_some(Change { section, field, before, after })
    };
    fields.into_iter().filter_map(differs).collect()
}

fn named(event_name: &EventName) -> String {
    match event_name {
        EventName::Inherit { unmapped: Unmapped::Send } => "inherited, others sent as they are".to_owned(),
        EventName::Inherit { unmapped: Unmapped::Skip } => "inherited, others skipped".to_owned(),
        EventName::Standard { name } if name.is_empty() => "not chosen".to_owned(),
        EventName::Standard { name } => name.clone(),
        EventName::Custom { name } => format!("“{}”", name.trim()),
    }
}

fn answer(optimistic: bool) -> String {
    if optimistic { "at once" } else { "after Amazon’s" }.to_owned()
}

/// In a fixed order, so that ticking in another one is no change.
fn sources(ids: &[String], known: &[SourceChoice]) -> String {
    if ids.is_empty() {
        return "every source".to_owned();
    }
    let gone = ids.iter().filter(|id| known.iter().all(|source| source.id != **id)).count();
    let mut names: Vec<String> =
        known.iter().filter(|source| ids.contains(&source.id)).map(|source| source.name.clone()).collect();
    if gone > 0 {
        names.push(format!("{gone} deleted"));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tag::config::Region;

    fn known() -> [SourceChoice; 2] {
        ["Web shop", "Back end"].map(|name| SourceChoice { id: name.to_lowercase(), name: name.into() })
    }

    #[test]
    fn only_what_differs_is_named() {
        let old = TagConfig { region: Region::Eu, ..TagConfig::default() };
        assert_eq!(changes(("A", &old), ("A", &old.clone()), &known()), []);
        let new = TagConfig {
            optimistic: true,
            event_name: EventName::Custom { name: " Loyalty ".into() },
            sources: vec!["back end".into(), "web shop".into(), "x".into()],
            ..old.clone()
        };
        let words: Vec<String> = changes(("A", &old), ("B", &new), &known())
            .into_iter()
            .map(|change| format!("{}: {} → {}", change.field, change.before, change.after))
            .collect();
        assert_eq!(
            words,
            [
                "Name: A → B",
                "Event name: inherited, others sent as they are → “Loyalty”",
                "Answer: after Amazon’s → at once",
                "Sources: every source → Web shop, Back end, 1 deleted",
            ]
        );
    }

    #[test]
    fn the_order_of_ticking_is_no_change() {
        let of =
            |ids: [&str; 2]| TagConfig { sources: ids.map(str::to_owned).to_vec(), ..TagConfig::default() };
        let (one, other) = (of(["web shop", "back end"]), of(["back end", "web shop"]));
        assert_eq!(changes(("A", &one), ("A", &other), &known()), []);
    }
}

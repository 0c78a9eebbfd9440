//! From the editable form to a [`Tag`], with everything that is wrong at once.

use super::report::Report;
use super::{Checked, EventName, Region, Tag, TagConfig};
use crate::amazon::{names, pixel};
use crate::words;

/// Amazon tag IDs are UUIDs.
const TAG_ID_LENGTH: usize = 36;

/// Checks a configuration. Tag IDs lose the spaces around them, which come with copying.
pub fn check(config: &TagConfig) -> Checked {
    let mut report = Report::default();
    let tag_ids: Vec<String> = config.tag_ids.iter().map(|id| id.trim().to_owned()).collect();
    check_tag_ids(&tag_ids, &mut report);
    check_region(config.region, &mut report);
    check_name(&config.event_name, &mut report);
    config.cookie_sync.check(config.optimistic, &mut report);
    let tag = Tag {
        tag_ids,
        region: config.region,
        trigger: config.trigger.check(&mut report),
        event_name: config.event_name.clone(),
        attributes: config.attributes.check(&mut report),
        match_id: config.match_id.check(&mut report),
        matching: config.matching.check(&mut report),
        consent: config.consent.check(&mut report),
        measurement: config.measurement.clone(),
        cookies: config.cookies.check(&mut report),
        cookie_sync: config.cookie_sync,
        optimistic: config.optimistic,
        logs: config.logs.check(&mut report),
        sources: config.sources.clone(),
    };
    let Report { problems, warnings } = report;
    let tag = if problems.is_empty() { Ok(tag) } else { Err(problems) };
    Checked { tag, warnings }
}

fn check_tag_ids(tag_ids: &[String], report: &mut Report) {
    if tag_ids.is_empty() {
        let remedy = "Amazon shows it in Events Manager, under the tag’s code.";
        report.problem("tag_ids", "Add a tag ID.", remedy);
    }
    for (index, id) in tag_ids.iter().enumerate() {
        let path = format!("tag_ids.{index}");
        let known = tag_ids[..index].iter().position(|earlier| earlier.eq_ignore_ascii_case(id));
        if id.is_empty() {
            report.problem(path, "This tag ID is empty.", "Enter one, or remove the line.");
        } else if let Some(first) = known {
            let message = format!("This is the {} tag ID again.", words::ordinal(first + 1));
            report.problem(path, message, "Remove one of the two.");
        } else if !is_uuid(id) {
            let length = id.chars().count();
            if length == TAG_ID_LENGTH {
                let message = "A tag ID has only digits, the letters a to f, and four hyphens.";
                report.warning(path, message, "Copy it again.");
            } else {
                let length = words::count(length, "character");
                let message = format!("This has {length}; a tag ID has {TAG_ID_LENGTH}.");
                report.warning(path, message, "Copy it whole.");
            }
        }
    }
}

fn check_region(region: Region, report: &mut Report) {
    if region == Region::Fe {
        let message = "Amazon’s own tag offers no Far East.";
        report.warning("region", message, "Tags for Japan and Australia belong to North America.");
    }
}

fn check_name(event_name: &EventName, report: &mut Report) {
    let path = "event_name.name";
    match event_name {
        EventName::Inherit { .. } => {}
        EventName::Standard { name } if names::is_standard(name) => {}
        EventName::Standard { name } if name.is_empty() => {
            report.problem(path, "An event is missing.", "Choose one of Amazon’s 11 events.");
        }
        EventName::Standard { name } => {
            let message = format!("Amazon has no standard event “{name}”.");
            report.problem(path, message, "Choose one of its 11, or use a custom name.");
        }
        EventName::Custom { name } if name.trim().is_empty() => {
            report.problem(path, "The name is missing.", "Enter the name that Amazon will show.");
        }
        EventName::Custom { name } if pixel::length(name) > pixel::NAME_LIMIT => {
            let length = pixel::length(name);
            let message = format!("This has {length} characters; Amazon allows {}.", pixel::NAME_LIMIT);
            report.problem(path, message, "Shorten it.");
        }
        EventName::Custom { name } => {
            if let Some((message, remedy)) = rejected(name) {
                report.warning(path, message, remedy);
            } else if name.trim() != name {
                let message = "The name begins or ends with a space, which Amazon keeps.";
                report.warning(path, message, format!("Use “{}”.", name.trim()));
            }
        }
    }
}

/// The complaint about characters that Amazon rejects, with a name that would do.
fn rejected(name: &str) -> Option<(String, String)> {
    let odd = |character: char| names::REJECTED.contains(character) || character.is_control();
    let mut found: Vec<String> = vec![];
    for character in name.chars().filter(|c| odd(*c)) {
        let shown = format!("“{}”", character.escape_debug());
        if !found.contains(&shown) {
            found.push(shown);
        }
    }
    if found.is_empty() {
        return None;
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    let better = name.replace('&', " and ").replace(odd, " ");
    let better = better.split_whitespace().collect::<Vec<_>>().join(" ");
    let remedy =
        if better.is_empty() { "Use letters and digits.".to_owned() } else { format!("Use “{better}”.") };
    Some((format!("Amazon’s own tag rejects names with {}.", words::list(&found)), remedy))
}

fn is_uuid(id: &str) -> bool {
    let hyphen = |index| matches!(index, 8 | 13 | 18 | 23);
    let fits =
        |(index, byte): (usize, u8)| if hyphen(index) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    id.len() == TAG_ID_LENGTH && id.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Problem, Unmapped};

    const ID: &str = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

    fn tag_ids(ids: &[&str]) -> TagConfig {
        TagConfig { tag_ids: ids.iter().map(|id| (*id).to_owned()).collect(), ..TagConfig::default() }
    }

    fn named(event_name: EventName) -> TagConfig {
        TagConfig { event_name, ..tag_ids(&[ID]) }
    }

    fn custom(name: &str) -> TagConfig {
        named(EventName::Custom { name: name.to_owned() })
    }

    /// `path: message` of each problem, else of each warning.
    fn said(config: &TagConfig) -> Vec<String> {
        let checked = check(config);
        let problems = checked.tag.err().unwrap_or(checked.warnings);
        let line = |problem: Problem| format!("{}: {} {}", problem.path, problem.message, problem.remedy);
        problems.into_iter().map(line).collect()
    }

    #[test]
    fn a_good_tag_passes_without_a_word() {
        let checked = check(&tag_ids(&[&format!("  {ID}\n")]));
        assert_eq!(checked.warnings, []);
        assert_eq!(checked.tag.map(|tag| tag.tag_ids), Ok(vec![ID.to_owned()]));
        let inherit = EventName::Inherit { unmapped: Unmapped::Skip };
        let standard = EventName::Standard { name: "Off-AmazonPurchases".to_owned() };
        for config in [named(inherit), named(standard), custom("Größe XL"), custom(&"x".repeat(256))] {
            assert_eq!(said(&config), [""; 0]);
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut config = tag_ids(&[ID, " ", &ID.to_uppercase()]);
        config.event_name = EventName::Standard { name: "SignUp".to_owned() };
        assert_eq!(
            said(&config),
            [
                "tag_ids.1: This tag ID is empty. Enter one, or remove the line.",
                "tag_ids.2: This is the first tag ID again. Remove one of the two.",
                "event_name.name: Amazon has no standard event “SignUp”. Choose one of its 11, or use a custom name.",
            ]
        );
        assert_eq!(
            said(&TagConfig::default()),
            ["tag_ids: Add a tag ID. Amazon shows it in Events Manager, under the tag’s code."]
        );
    }

    #[test]
    fn a_custom_name_is_one_that_amazon_takes() {
        let event = |message: &str| vec![format!("event_name.name: {message}")];
        assert_eq!(
            said(&custom("Loyalty & rewards")),
            event("Amazon’s own tag rejects names with “&”. Use “Loyalty and rewards”.")
        );
        assert_eq!(
            said(&custom("A/B (new)")),
            event("Amazon’s own tag rejects names with “/”, “(” and “)”. Use “A B new”.")
        );
        assert_eq!(
            said(&custom("##")),
            event("Amazon’s own tag rejects names with “#”. Use letters and digits.")
        );
        assert_eq!(said(&custom("  ")), event("The name is missing. Enter the name that Amazon will show."));
        // Outside the basic plane a character counts twice, as it does in Amazon's scripts.
        assert_eq!(
            said(&custom(&"👟".repeat(129))),
            event("This has 258 characters; Amazon allows 256. Shorten it.")
        );
    }

    #[test]
    fn oddities_are_warnings() {
        let mut config = tag_ids(&["5c0e1f6a-9b1d-4f", &ID.replace('5', "x")]);
        config.region = Region::Fe;
        assert!(check(&config).tag.is_ok());
        assert_eq!(
            said(&config),
            [
                "tag_ids.0: This has 16 characters; a tag ID has 36. Copy it whole.",
                "tag_ids.1: A tag ID has only digits, the letters a to f, and four hyphens. Copy it again.",
                "region: Amazon’s own tag offers no Far East. Tags for Japan and Australia belong to North America.",
            ]
        );
    }
}

//! From the editable form to a [`Tag`], with everything that is wrong at once.

use std::collections::BTreeSet;

use super::{Checked, EventName, Problem, Region, Tag, TagConfig};
use crate::amazon::{names, pixel};
use crate::words;

/// What Amazon's browser template rejects in an event name.
const REJECTED: &str = "!@#$%^&*|+=(){}[]<>?\\/~;";

/// Amazon tag IDs are UUIDs.
const TAG_ID_LENGTH: usize = 36;

impl Problem {
    fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// Checks a configuration. Tag IDs and a custom name lose the spaces around them, which come with copying.
pub fn check(config: &TagConfig) -> Checked {
    let tag_ids: Vec<String> = config.tag_ids.iter().map(|id| id.trim().to_owned()).collect();
    let mut problems = tag_id_problems(&tag_ids);
    let event_name = match &config.event_name {
        EventName::Custom { name } => EventName::Custom { name: name.trim().to_owned() },
        other => other.clone(),
    };
    problems.extend(name_problem(&event_name));
    let warnings = warnings(&tag_ids, config.region);
    if !problems.is_empty() {
        return Checked { tag: Err(problems), warnings };
    }
    let TagConfig { region, optimistic, sources, .. } = config.clone();
    Checked { tag: Ok(Tag { tag_ids, region, event_name, optimistic, sources }), warnings }
}

fn tag_id_problems(tag_ids: &[String]) -> Vec<Problem> {
    if tag_ids.is_empty() {
        let message = "Add a tag ID. Amazon shows it in Events Manager, under the tag’s code.";
        return vec![Problem::new("tag_ids", message)];
    }
    let problem = |(index, id): (usize, &String)| {
        let known = tag_ids[..index].iter().position(|earlier| earlier.eq_ignore_ascii_case(id));
        let message = match (id.is_empty(), known) {
            (true, _) => "This tag ID is empty. Enter one, or remove the line.".to_owned(),
            (false, Some(first)) => {
                format!("This is the {} tag ID again. Remove one of the two.", words::ordinal(first + 1))
            }
            (false, None) => return None,
        };
        Some(Problem::new(format!("tag_ids.{index}"), message))
    };
    tag_ids.iter().enumerate().filter_map(problem).collect()
}

fn name_problem(event_name: &EventName) -> Option<Problem> {
    let message = match event_name {
        EventName::Inherit { .. } => return None,
        EventName::Standard { name } if names::is_standard(name) => return None,
        EventName::Standard { name } if name.is_empty() => "Choose one of Amazon’s 11 events.".to_owned(),
        EventName::Standard { name } => {
            format!("Amazon has no standard event “{name}”. Choose one of its 11, or use a custom name.")
        }
        EventName::Custom { name } if name.is_empty() => "Enter the name that Amazon will show.".to_owned(),
        EventName::Custom { name } if pixel::length(name) > pixel::NAME_LIMIT => {
            format!(
                "This has {} characters; Amazon allows {}. Shorten it.",
                pixel::length(name),
                pixel::NAME_LIMIT
            )
        }
        EventName::Custom { name } => rejected(name)?,
    };
    Some(Problem::new("event_name.name", message))
}

/// The complaint about characters that Amazon rejects, with a name that would do.
fn rejected(name: &str) -> Option<String> {
    let odd = |character: char| REJECTED.contains(character) || character.is_control();
    let found: BTreeSet<String> =
        name.chars().filter(|c| odd(*c)).map(|c| format!("“{}”", c.escape_debug())).collect();
    if found.is_empty() {
        return None;
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    let better = name.replace('&', " and ").replace(odd, " ");
    let better = better.split_whitespace().collect::<Vec<_>>().join(" ");
    let remedy =
        if better.is_empty() { "Use letters and digits.".to_owned() } else { format!("Use “{better}”.") };
    Some(format!("Amazon rejects names with {}. {remedy}", words::list(&found)))
}

fn warnings(tag_ids: &[String], region: Region) -> Vec<Problem> {
    let odd = |(index, id): (usize, &String)| {
        let length = id.chars().count();
        let message = match length {
            0 => return None,
            _ if is_uuid(id) => return None,
            TAG_ID_LENGTH => {
                "A tag ID has only digits, the letters a to f, and four hyphens. Copy it again.".to_owned()
            }
            _ => format!(
                "This has {}; a tag ID has {TAG_ID_LENGTH}. Copy it whole.",
                words::count(length, "character")
            ),
        };
        Some(Problem::new(format!("tag_ids.{index}"), message))
    };
    let mut warnings: Vec<Problem> = tag_ids.iter().enumerate().filter_map(odd).collect();
    if region == Region::Fe {
        let message =
            "Amazon’s own tag offers no Far East. Tags for Japan and Australia belong to North America.";
        warnings.push(Problem::new("region", message));
    }
    warnings
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
    use crate::config::Unmapped;

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
        problems.into_iter().map(|Problem { path, message }| format!("{path}: {message}")).collect()
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
            event("Amazon rejects names with “&”. Use “Loyalty and rewards”.")
        );
        assert_eq!(
            said(&custom("A/B (new)")),
            event("Amazon rejects names with “(”, “)” and “/”. Use “A B new”.")
        );
        assert_eq!(said(&custom("##")), event("Amazon rejects names with “#”. Use letters and digits."));
        assert_eq!(said(&custom("  ")), event("Enter the name that Amazon will show."));
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

//! The advertiser's own id of a customer.

use serde_json::Value;

use super::js;
use crate::config::MatchId;
use crate::privacy;
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Step, StepId};
use crate::value::{Compiled, Scope};

/// The parameter.
pub(crate) const MATCH_ID: &str = "MATCH_ID";

/// The field of the event, as in Amazon's and Stape's templates.
const USER_ID: &str = "user_id";

const SETTING: &str = "match_id.value";

/// The *Match ID* step and the parameter `MATCH_ID`: the tag's setting, else the event's `user_id`.
///
/// One that looks like an e-mail address or phone is sent all the same, as the template does, with a note:
/// some shops have such customer numbers.
pub(crate) fn find(config: &MatchId<Compiled>, scope: Scope<'_>) -> (Step, Option<Param>) {
    let mut step = Step::new(StepId::MatchId, Effect::Unchanged, "").field("match_id");
    let setting = match config.value.as_ref().map(|setting| setting.evaluate(scope)) {
        Some(Ok(value)) => value.as_ref().and_then(text),
        Some(Err(_)) => {
            step = step.note(Reason::TemplateFailed, SETTING);
            None
        }
        None => None,
    };
    let found = match setting {
        Some(id) => Some((id, "Tag setting", SETTING)),
        None if config.from_event => {
            let value = scope.event.field(USER_ID);
            let id = value.filter(|value| !is_placeholder(value)).and_then(text);
            if id.is_none() && value.is_some_and(is_placeholder) {
                step = step.note(Reason::ValueIgnored, USER_ID);
            }
            id.map(|id| (id, USER_ID, "match_id.from_event"))
        }
        None => None,
    };
    let Some((id, origin, field)) = found else {
        step.summary = "No match ID".into();
        return (step, None);
    };
    let personal = looks_personal(&id);
    let shown = if personal { privacy::shape(&id) } else { privacy::mask_made(&id, scope.event) };
    step = step.input(origin, shown.as_str()).output(MATCH_ID, shown);
    if personal {
        step = step.note(Reason::MatchIdPersonal, origin);
    }
    step.effect = Effect::Changed;
    step.summary = match origin {
        USER_ID => "The match ID is the event’s user_id".into(),
        _ => "The match ID is the tag’s setting".into(),
    };
    (step, Some(Param::new(MATCH_ID, id, origin).field(field)))
}

/// The id as the query holds it. A zero or `false` is what some sites send for "nobody".
fn text(value: &Value) -> Option<String> {
    if !js::truthy(value) {
        return None;
    }
    let text = js::text(value);
    (!text.trim().is_empty()).then(|| text.into_owned())
}

/// The words that a script writes for nothing. As an id they would make one person of all visitors.
fn is_placeholder(value: &Value) -> bool {
    matches!(value.as_str(), Some("undefined" | "null"))
}

/// An `@` with something on both sides, or 9 to 15 digits that are written like a phone number.
fn looks_personal(id: &str) -> bool {
    let id = id.trim();
    if id.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
        return true;
    }
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    let sign = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/');
    let number = id.strip_prefix('+').unwrap_or(id);
    (9..=15).contains(&digits)
        && (id.starts_with(['+', '(']) || id.starts_with("00") || id.contains([' ', '/']))
        && number.chars().all(|c| c.is_ascii_digit() || sign(c))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Expression;
    use crate::context::Browser;
    use crate::event::Event;

    fn run(setting: Option<Value>, from_event: bool, event: Value) -> (Step, Option<Param>) {
        let value = setting.map(|value| Compiled::new(&Expression::Constant(value)).unwrap());
        let event: Event = serde_json::from_value(event).unwrap();
        find(&MatchId { from_event, value }, Scope { event: &event, browser: Browser::default() })
    }

    fn sent(setting: Option<Value>, user_id: Value) -> Option<String> {
        run(setting, true, json!({ "user_id": user_id })).1.map(|param| param.value)
    }

    #[test]
    fn the_setting_comes_before_the_event() {
        for (setting, user_id, expected) in [
            (Some(json!("crm-803")), json!("u2502"), Some("crm-803")),
            (Some(json!("A B")), json!(0), Some("A B")),
            (Some(json!(42)), json!("u1"), Some("42")),
            (None, json!("u4632"), Some("u4632")),
            (None, json!(4632), Some("4632")),
            (None, json!({"id": 1}), Some(r#"{"id":1}"#)),
            (None, json!(null), None),
            (None, json!(0), None),
            (None, json!(""), None),
            (None, json!("  "), None),
            (None, json!("undefined"), None),
            // The template sends nothing for these; what is not set falls through.
            (Some(json!("")), json!("u1727"), Some("u1727")),
            (Some(json!(null)), json!("u2382"), Some("u2382")),
            (Some(json!(0)), json!("u8409"), Some("u8409")),
            (Some(json!(false)), json!("u9260"), Some("u9260")),
        ] {
            assert_eq!(sent(setting.clone(), user_id.clone()).as_deref(), expected, "{setting:?} {user_id}");
        }
        assert_eq!(run(None, false, json!({"user_id": "u1"})).1, None);
        assert_eq!(run(None, true, json!({})).1, None);
    }

    #[test]
    fn its_origin_is_told() {
        let (step, param) = run(None, true, json!({"user_id": "u1"}));
        let param = param.unwrap();
        assert_eq!((param.origin.as_ref(), param.field.as_deref()), ("user_id", Some("match_id.from_event")));
        assert_eq!(step.effect, Effect::Changed);
        let (_, param) = run(Some(json!("crm")), true, json!({}));
        let param = param.unwrap();
        assert_eq!((param.origin.as_ref(), param.field.as_deref()), ("Tag setting", Some("match_id.value")));
    }

    #[test]
    fn a_personal_id_is_sent_with_a_note_and_hidden_in_the_trace() {
        for id in ["jane@example.com", "user@id", "+49 151 12345678", "0049 151 12345678", "(030) 123456-78"]
        {
            let (step, param) = run(None, true, json!({ "user_id": id }));
            assert_eq!(step.notes.first().map(|note| note.reason), Some(Reason::MatchIdPersonal), "{id}");
            assert!(!serde_json::to_string(&step).unwrap().contains(id), "{id}");
            assert_eq!(param.map(|param| param.value).as_deref(), Some(id));
        }
        for id in ["crm-803", "12345678901", "1234567890.1234567890", "2024-01-15", "@", "5c0e1f6a-9b1d-4f7e"]
        {
            assert_eq!(run(None, true, json!({ "user_id": id })).0.notes, [], "{id}");
        }
    }
}

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::config::Expression;
use crate::context::Browser;

fn template() -> Matching<Compiled> {
    let (email_rule, phone_rule) = (EmailRule::Template, PhoneRule::Template);
    Matching { enabled: true, email_rule, phone_rule, ..Matching::default() }
}

fn new() -> Matching<Compiled> {
    Matching { enabled: true, ..Matching::default() }
}

fn constant(value: Value) -> Option<Compiled> {
    Compiled::new(&Expression::Constant(value)).ok()
}

fn identity(matching: &Matching<Compiled>, event: &Value) -> Identity {
    let event: Event = serde_json::from_value(event.clone()).unwrap();
    find(matching, Scope { event: &event, browser: Browser::default() })
}

/// `e` and `p` with the first eight digits of their hashes.
fn found(matching: &Matching<Compiled>, event: Value) -> Vec<String> {
    let records = identity(matching, &event).records;
    records
        .into_iter()
        .map(|record| format!("{} {}", &record.kind.name()[..1], &record.sha256[..8]))
        .collect()
}

/// From the recorded runs of Stape's template, with the names of the runs.
#[test]
fn the_template_s_way_finds_what_the_template_found() {
    let hash = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
    let no_hash = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046deg";
    for (run, event, expected) in [
        (
            "0009",
            json!({"user_data": {"email_address": "user_1@sub.example.net", "phone_number": "(030) 1234-567"}}),
            vec!["e 876f303e", "p 27423fa1"],
        ),
        ("0012", json!({"user_data": {"phone_number": {"0": "+49 30"}}}), vec!["p afb36973"]),
        ("0037", json!({"user_data": {"email_address": "NULL"}}), vec!["e 74234e98"]),
        ("0058", json!({"user_data": {"phone_number": "+1.555.123.4567"}}), vec!["p e3c8f73e"]),
        ("0101", json!({"user_data": {"email_address": "用户@例子.公司"}}), vec!["e e4fd5b10"]),
        ("0122", json!({"user_data": {"email_address": "not-an-email"}}), vec!["e eba03894"]),
        (
            "0123",
            json!({"user_data": {"phone_number": "+81-3-1234-5678", "email": "JOSE@EXAMPLE.ES"}}),
            vec!["e 85464eef", "p 62c407a4"],
        ),
        ("0140", json!({"user_data": {"email_address": "STRASSE@GROẞ.de"}}), vec!["e 34937ede"]),
        ("0141", json!({"user_data": {"phone_number": "++49 (0) 30--1"}}), vec!["p 7218d26e"]),
        (
            "0170",
            json!({"phone": {"0": "(030) 1234-567", "1": "+55 19 9-9999-9999"}, "user_data": {"email": {"0": "\u{feff}test@example.com", "1": "   "}}}),
            vec!["e 973dfe46", "p 27423fa1"],
        ),
        ("0194", json!({"user_data": {"phone_number": ["+1 555"]}}), vec!["p 2ae7ffb0"]),
        ("0205", json!({"user_data": {"phone_number": "+ - ( )"}}), vec![]),
        (
            "0214",
            json!({"email_address": "undefined", "user_data": {"sha256_phone_number": [hash, no_hash]}}),
            vec!["p 973dfe46"],
        ),
        ("0224", json!({"user_data": {"phone_number": "٠١٢٣٤٥"}}), vec!["p f6ab79da"]),
        (
            "0260",
            json!({"user_data": {"email_address": "STRASSE@GROẞ.de", "sha256_email_address": hash, "phone_number": "+ - ( )"}}),
            vec!["e 34937ede"],
        ),
        (
            "0308",
            json!({"phone_number": "null", "user_data": {"email_address": "Jane.Doe@Example.COM", "phone_number": "+55 19 9-9999-9999"}}),
            vec!["e 86e0b9e5"],
        ),
        (
            "0331",
            json!({"email": "\u{a0}a@b.c\u{a0}", "phone_number": "+1 (555) 123-4567"}),
            vec!["e d648b243", "p d6736136"],
        ),
        (
            "0462",
            json!({"phone_number": "+1 (555) 123-4567", "user_data": {"sha256_email_address": {"0": hash, "1": hash}}}),
            vec!["e 973dfe46", "p d6736136"],
        ),
        (
            "0516",
            json!({"phone": ["+55 19 9-9999-9999", "００４９"], "user_data": {"email": {"0": "\u{feff}test@example.com", "1": "x"}}}),
            vec!["e 973dfe46", "p be9673b5"],
        ),
        (
            "0517",
            json!({"user_data": {"sha256_email_address": {"0": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n"}, "sha256_phone_number": [hash]}}),
            vec!["e da381115", "p 973dfe46"],
        ),
        (
            "0557",
            json!({"phone_number": "+1 (555) 123-4567", "user_data": {"email_address": "İstanbul@example.com", "sha256_email_address": hash}}),
            vec!["e 21b3d4ad", "p d6736136"],
        ),
    ] {
        assert_eq!(found(&template(), event), expected, "{run}");
    }
}

/// Where the template errs: the same runs, and what is right.
#[test]
fn the_template_s_errors_are_not_repeated() {
    let upper = "5B71ED5F946240DC76F3B7C24BDCBBC3528284EC5F4519249FB702686F0DF5B8";
    for (quirk, event, expected) in [
        (
            "throws",
            json!({"user_data": {"phone_number": true, "email": " padded@example.org "}}),
            vec!["e 908e9cab"],
        ),
        ("throws", json!({"phone": {"0": 15_551_234_567_i64}}), vec!["p d6736136"]),
        ("throws", json!({"phone": [["+1 (555) 123-4567"]]}), vec!["p d6736136"]),
        ("blank is hashed", json!({"email": "   ", "user_data": {"email": "a@b.c"}}), vec!["e d648b243"]),
        ("upper-case hash", json!({"phone": upper}), vec!["p 5b71ed5f"]),
        ("list of hashes", json!({"email": [["nested@example.com"]]}), vec!["e a0d3d9b8"]),
        (
            "empty list hides",
            json!({"email": [], "user_data": {"email": {}, "email_address": "a@b.c"}}),
            vec!["e d648b243"],
        ),
        (
            "an object with something else ends the search",
            json!({"email": {"a": true}, "user_data": {"email": "a@b.c"}}),
            vec![],
        ),
        ("blank in a list is hashed", json!({"email": ["  ", "a@b.c"]}), vec!["e d648b243"]),
    ] {
        assert_eq!(found(&template(), event), expected, "{quirk}");
    }
}

#[test]
fn a_new_tag_goes_on_until_something_is_usable() {
    for (event, expected) in [
        (
            json!({"email": "null", "email_address": "not-an-email", "user_data": {"email": ["", "a@b.c"]}}),
            vec!["e d648b243"],
        ),
        (
            json!({"phone": "none", "user_data": {"phone_number": ["ext. 5", "+1 (555) 123-4567"]}}),
            vec!["p d6736136"],
        ),
        (json!({"email": {"work": "A@b.c"}, "phone": 15_551_234_567_i64}), vec!["e d648b243", "p d6736136"]),
        (json!({"email": 5, "phone": 5, "user_data": "x"}), vec![]),
        (json!({"user_data": ["a@b.c"]}), vec![]),
    ] {
        assert_eq!(found(&new(), event.clone()), expected, "{event}");
    }
}

#[test]
fn the_tag_s_setting_comes_before_the_event() {
    let event =
        json!({"user_data": {"email_address": "Jane.Doe@Example.COM", "phone_number": "15551234567"}});
    for (setting, by_template, by_new) in [
        (json!(" padded@example.org "), Some("e 908e9cab"), Some("e 908e9cab")),
        // Not set, so that the event's stays.
        (json!(""), Some("e 86e0b9e5"), Some("e 86e0b9e5")),
        (json!(0), Some("e 86e0b9e5"), Some("e 86e0b9e5")),
        (json!("   "), Some("e 86e0b9e5"), Some("e 86e0b9e5")),
        (json!({"work": "A@b.c", "home": ""}), Some("e d648b243"), Some("e d648b243")),
        // The template takes it for an answer.
        (json!("null"), None, Some("e 86e0b9e5")),
    ] {
        for (mut matching, email) in [(template(), by_template), (new(), by_new)] {
            matching.email = constant(setting.clone());
            let expected: Vec<&str> = email.into_iter().chain(["p d6736136"]).collect();
            assert_eq!(found(&matching, event.clone()), expected, "{setting} {:?}", matching.email_rule);
        }
    }
    let only_setting = Matching { from_event: false, email: constant(json!("a@b.c")), ..new() };
    assert_eq!(found(&only_setting, event), ["e d648b243"]);
}

#[test]
fn the_step_tells_where_and_what_without_the_person() {
    let event = json!({
        "email": "nobody", "phone": "0151 1234567",
        "user_data": {"email_address": ["Jane.Doe@Example.COM"], "sha256_phone_number": "x"},
    });
    let Identity { step, records } = identity(&new(), &event);
    assert_eq!(records.len(), 2);
    insta::assert_json_snapshot!(step, @r#"
    {
      "id": "identity",
      "effect": "changed",
      "summary": "Found and hashed: e-mail and phone",
      "inputs": [
        {
          "name": "user_data.email_address",
          "value": "a list"
        },
        {
          "name": "phone",
          "value": "015*****67"
        }
      ],
      "outputs": [
        {
          "name": "email, as hashed",
          "value": "j***@e***.com"
        },
        {
          "name": "email",
          "value": "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d"
        },
        {
          "name": "phonenumber, as hashed",
          "value": "015*****67"
        },
        {
          "name": "phonenumber",
          "value": "2d27d42a5cd7c21f2bbcdcb714c5f3087f5f1dd7cf75779f13b8bd02c3e777f9"
        }
      ],
      "field": "matching",
      "notes": [
        {
          "reason": "identity.unusable",
          "subject": "email"
        },
        {
          "reason": "identity.phone_without_country",
          "subject": "phone"
        }
      ]
    }
    "#);
    assert_eq!(identity(&new(), &json!({})).step.reason, Some(Reason::NoIdentity));
    let off = identity(&Matching { enabled: false, ..new() }, &event);
    assert_eq!((off.step.reason, off.records), (Some(Reason::MatchingOff), vec![]));
}

fn any_rules() -> impl Strategy<Value = Matching<Compiled>> {
    let emails = [EmailRule::Lowercase, EmailRule::Strict, EmailRule::KeepPlus, EmailRule::Template];
    let phones = [PhoneRule::E164, PhoneRule::Template];
    let countries = [None, Some("DE"), Some("US"), Some("IT"), Some("RU")];
    let rules = (
        proptest::sample::select(emails.to_vec()),
        proptest::sample::select(phones.to_vec()),
        proptest::sample::select(countries.to_vec()),
    );
    rules.prop_map(|(email_rule, phone_rule, country)| Matching {
        email_rule,
        phone_rule,
        phone_country: country.map(str::to_owned),
        ..new()
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[+0-9 ()./-]{0,20}".prop_map(Value::from),
        "[a-zé+. ]{0,6}@[a-z.]{0,6}".prop_map(Value::from),
        "[0-9a-fA-F]{64}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 32, 5, |inner| {
        let keys = ["0", "1", "email", "phone_number", "sha256_email_address"].to_vec();
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((proptest::sample::select(keys), inner), 0..4).prop_map(|entries| entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

fn any_event() -> impl Strategy<Value = Value> {
    let keys = ["email", "email_address", "phone", "phone_number", "user_data"].to_vec();
    vec((proptest::sample::select(keys), any_json()), 0..5).prop_map(|entries| {
        let map: Map<String, Value> =
            entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Value::Object(map)
    })
}

proptest! {
    #[test]
    fn any_event_gives_hashes_in_order(matching in any_rules(), event in any_event()) {
        let Identity { step, records } = identity(&matching, &event);
        prop_assert_eq!(records.is_empty(), step.reason == Some(Reason::NoIdentity));
        prop_assert!(records.iter().map(|record| record.kind.name()).is_sorted());
        for record in &records {
            prop_assert!(record.sha256.len() == 64);
            prop_assert!(record.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
        }
    }

    #[test]
    fn a_hash_is_hashed_no_more(matching in any_rules(), event in any_event()) {
        for HashedRecord { kind, sha256 } in identity(&matching, &event).records {
            let again = identity(&matching, &json!({kind.paths()[0]: sha256})).records;
            prop_assert_eq!(again, [HashedRecord { kind, sha256 }]);
        }
    }

    #[test]
    fn nobody_is_named_in_what_comes_back(
        matching in any_rules(),
        local in "[a-z]{2,8}",
        domain in "[a-z]{2,8}\\.example",
        digits in "[1-9][0-9]{9,11}",
        space in "[ \u{a0}]{0,2}",
        list in any::<bool>(),
    ) {
        let email = format!("{local}@{domain}");
        let wrap = |text: &str| if list { json!([text]) } else { json!(text) };
        let event = json!({
            "email": wrap(&format!("{space}{}", email.to_uppercase())), "phone": wrap(&format!("{space}+49 {digits}{space}")),
        });
        let Identity { step, records } = identity(&matching, &event);
        prop_assert_eq!(records.len(), 2);
        let said = format!("{step:?} {records:?} {}", serde_json::to_string(&step).unwrap()).to_lowercase();
        prop_assert!(!said.contains(&email), "{}", said);
        prop_assert!(!said.contains(&digits), "{}", said);
    }
}

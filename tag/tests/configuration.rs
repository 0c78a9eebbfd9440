//! What must hold for every configuration, and for every place in the code that names a setting.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use tag::config::catalog::{self, Kind};
use tag::config::exchange::{ExportedTag, Limits, export, import};
use tag::config::{TagConfig, check, diff, get, merge, set, summary, summary_of_changes};

/// Values that a setting can have.
fn values(kind: &Kind) -> Vec<Value> {
    let condition = |value: &str| json!({"field": "event_name", "operator": "equals", "value": value});
    match kind {
        Kind::Text => vec![json!(""), json!("a.example"), Value::Null],
        Kind::Name(_) => vec![json!(""), json!("Lead"), json!("Trial")],
        Kind::Lines(_) | Kind::Sources => {
            vec![json!([]), json!(["purchase"]), json!(["b", "purchase"]), json!(["c", "c", ""])]
        }
        Kind::Switch => vec![json!(true), json!(false)],
        Kind::Number { min, max, .. } => vec![json!(min), json!(max), json!(77)],
        Kind::Choice(choices) => choices.iter().map(|choice| json!(choice.value)).collect(),
        Kind::Value => vec![
            Value::Null,
            json!({"constant": "GRANTED"}),
            json!({"constant": null}),
            json!({"constant": 5.5}),
            json!({"template": "{{ event.user_id }}"}),
        ],
        Kind::Attributes(_) => vec![
            json!([]),
            json!([{"name": "brand"}]),
            json!([{"name": "attr1", "value": {"constant": 1}}, {"name": "brand"}]),
            json!([{"name": "brand"}, {"name": "brand", "value": {"template": "{{ x }}"}}]),
        ],
        Kind::Conditions => vec![
            json!([]),
            json!([[]]),
            json!([[condition("purchase")]]),
            json!([[condition("lead"), condition("purchase")], [{"field": "", "operator": "less", "value": "x"}]]),
        ],
        Kind::Part => vec![Value::Null, json!({"project": "p", "dataset": "", "table": "t"})],
    }
}

fn any_edit() -> impl Strategy<Value = (&'static str, Value)> {
    (any::<Index>(), any::<Index>()).prop_map(|(field, value)| {
        let fields: Vec<&catalog::Field> = catalog::fields().collect();
        let field = field.get(&fields);
        let values = values(&field.kind);
        (field.path, value.get(&values).clone())
    })
}

/// What becomes of a configuration by edits, of which some may be refused.
fn edited(mut config: TagConfig, edits: &[(&str, Value)]) -> TagConfig {
    for (path, value) in edits {
        let _ = set(&mut config, path, value.clone());
    }
    config
}

fn any_config() -> impl Strategy<Value = TagConfig> {
    vec(any_edit(), 0..20).prop_map(|edits| edited(TagConfig::default(), &edits))
}

/// In an order that means nothing.
fn sorted(config: &TagConfig) -> TagConfig {
    let mut config = config.clone();
    config.tag_ids.sort();
    config.sources.sort();
    if let tag::config::Trigger::Names(names) = &mut config.trigger {
        names.sort();
    }
    config
}

proptest! {
    // Each case makes whole configurations.
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn what_was_set_is_there_or_was_refused(config in any_config(), (path, value) in any_edit()) {
        let mut changed = config.clone();
        match set(&mut changed, path, value.clone()) {
            // An empty list of events or conditions is stored as none.
            Ok(()) if value == json!([]) => prop_assert!(get(&changed, path).is_none_or(|is| is == value)),
            // What cannot be missing is back at its default; a part that is there keeps its fields.
            Ok(()) if value.is_null() && path.starts_with("logs.bigquery.") => {
                prop_assert!(get(&changed, path).is_none_or(|is| is == json!("")));
            }
            Ok(()) if value.is_null() => prop_assert_eq!(get(&changed, path), get(&TagConfig::default(), path)),
            Ok(()) => prop_assert_eq!(get(&changed, path), Some(value)),
            Err(problem) => {
                prop_assert_eq!(&changed, &config);
                prop_assert!(problem.message.starts_with("Off because "), "{problem:?}");
            }
        }
    }

    #[test]
    fn setting_what_is_there_changes_nothing(config in any_config()) {
        for field in catalog::fields() {
            let Some(value) = get(&config, field.path) else { continue };
            let mut same = config.clone();
            set(&mut same, field.path, value).unwrap();
            prop_assert_eq!(&same, &config, "{}", field.path);
        }
    }

    #[test]
    fn no_path_or_value_makes_anything_panic(config in any_config(), path in "[a-z_.0-9]{0,24}", (known, value) in any_edit(), rest in "(\\.[a-z0-9]{0,6}){0,3}") {
        let mut changed = config;
        let _ = set(&mut changed, &path, value.clone());
        let _ = set(&mut changed, &format!("{known}{rest}"), value);
        let _ = (get(&changed, &path), catalog::of(&path), check(&changed), summary(&changed));
    }

    #[test]
    fn nothing_changes_between_the_same_and_something_between_others(one in any_config(), other in any_config()) {
        prop_assert_eq!(diff(&one, &one), vec![]);
        let changes = diff(&one, &other);
        prop_assert_eq!(changes.is_empty(), sorted(&one) == sorted(&other), "{:?}", changes);
        for change in &changes {
            prop_assert!(catalog::of(&change.path).is_some(), "{}", change.path);
            prop_assert!(change.sentence.ends_with('.') && !change.section.is_empty());
            prop_assert!(change.before != change.after || change.before == "1", "{change:?}");
        }
        prop_assert!(summary_of_changes(&changes).ends_with('.'));
    }

    #[test]
    fn a_merge_keeps_what_each_side_did(base in any_config(), edits in vec(any_edit(), 0..6), others in vec(any_edit(), 0..6)) {
        let (mine, theirs) = (edited(base.clone(), &edits), edited(base.clone(), &others));
        for (one, other, result) in [(&mine, &base, &mine), (&base, &theirs, &theirs), (&mine, &mine, &mine)] {
            let merged = merge(&base, one, other);
            prop_assert_eq!(&merged.config, result);
            prop_assert_eq!(merged.conflicts, vec![]);
        }
        let there = merge(&base, &mine, &theirs);
        let back = merge(&base, &theirs, &mine);
        let paths = |merged: &tag::config::Merged| merged.conflicts.iter().map(|c| c.path.clone()).collect::<Vec<_>>();
        prop_assert_eq!(paths(&there), paths(&back));
        if there.conflicts.is_empty() {
            prop_assert_eq!(&there.config, &back.config);
        }
        // Taking theirs wherever there is a conflict is what they would have got.
        let mut taken = there.config.clone();
        for conflict in &there.conflicts {
            prop_assert!(conflict.mine != conflict.theirs && conflict.base != conflict.theirs);
            set(&mut taken, &conflict.path, conflict.theirs.value.clone()).unwrap();
        }
        prop_assert_eq!(taken, back.config);
    }

    #[test]
    fn what_was_exported_can_be_imported(configs in vec(any_config(), 1..4), name in ".{0,20}", note in proptest::option::of(".{0,20}")) {
        let same = |id: &str| Some(id.to_owned());
        let tags: Vec<ExportedTag> =
            configs.iter().map(|config| ExportedTag::new(&name, config, note.as_deref(), &same)).collect();
        let imported = import(&export(&tags), Limits::default()).unwrap();
        prop_assert_eq!(imported.remarks, vec![]);
        prop_assert_eq!(imported.tags.len(), configs.len());
        for (tag, config) in imported.tags.iter().zip(&configs) {
            prop_assert_eq!((&tag.name, &tag.note, &tag.config, tag.remarks.len()), (&name, &note, config, 0));
        }
    }

    #[test]
    fn no_file_makes_an_import_panic(text in ".{0,40}|\\{\"sidetag\":1,\"tags\":\\[.{0,40}\\]\\}", (path, value) in any_edit()) {
        let _ = import(&text, Limits::default());
        let mut file = json!({"sidetag": 1, "tags": [{"name": text, "config": {}}]});
        file["tags"][0]["config"][path.split('.').next().unwrap()] = value;
        let _ = import(&file.to_string(), Limits::default());
    }
}

/// Every text in the code that looks like a setting's path leads to a setting.
#[test]
fn whatever_the_code_calls_a_setting_is_one() {
    let mut found = 0;
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let code = fs::read_to_string(&file).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for text in code.split('"').skip(1).step_by(2) {
            let path = text
                .replace("{name}", "all")
                .replace("{list}", "all")
                .replace("{kind}", "table")
                .replace("{index}", "0");
            if looks_like_a_path(&path) {
                found += 1;
                assert!(catalog::of(&path).is_some(), "{path} in {}", file.display());
            }
        }
    }
    assert!(found > 100, "{found}");
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The catalogue has addresses of the same form, and tests of its own.
    let entries = entries.filter(|path| !path.ends_with("catalog"));
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let ours = |path: &std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Reasons have codes of the same form.
        name.ends_with(".rs") && !["tests.rs", "reason.rs"].contains(&name)
    };
    files.into_iter().filter(ours).chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn looks_like_a_path(text: &str) -> bool {
    let Some((first, rest)) = text.split_once('.') else { return false };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    let settings = [
        "tag_ids",
        "trigger",
        "event_name",
        "attributes",
        "match_id",
        "matching",
        "consent",
        "measurement",
        "cookies",
        "logs",
    ];
    // `consent.` and the like are beginnings.
    settings.contains(&first) && !rest.is_empty() && !rest.ends_with('.') && rest.chars().all(fits)
}

use serde_json::{Value, json};

use super::*;

fn of(json: Value) -> TagConfig {
    path::config(&json).unwrap()
}

/// The merged JSON of some settings, and the conflicts as `label: base | mine | theirs`.
fn merged(base: Value, mine: Value, theirs: Value) -> (TagConfig, Vec<String>) {
    let Merged { config, conflicts } = merge(&of(base), &of(mine), &of(theirs));
    let line = |c: Conflict| {
        format!("{} {}: {} | {} | {}", c.path, c.label, c.base.words, c.mine.words, c.theirs.words)
    };
    (config, conflicts.into_iter().map(line).collect())
}

#[test]
fn edits_of_different_settings_go_together() {
    let (merged, conflicts) = merged(
        json!({"tag_ids": ["a"], "logs": {"bigquery": {"dataset": "d"}}}),
        json!({"tag_ids": ["a", "b"], "matching": {"enabled": true}, "logs": {"bigquery": {"dataset": "e"}}}),
        json!({"tag_ids": ["a"], "region": "eu", "matching": {"token_seconds": 60},
            "logs": {"bigquery": {"dataset": "d", "table": "t"}}, "event_name": {"mode": "custom", "name": "x"}}),
    );
    assert_eq!(conflicts, [""; 0]);
    let expected = json!({
        "tag_ids": ["a", "b"], "region": "eu", "matching": {"enabled": true, "token_seconds": 60},
        "logs": {"bigquery": {"dataset": "e", "table": "t"}}, "event_name": {"mode": "custom", "name": "x"},
    });
    assert_eq!(merged, of(expected));
}

#[test]
fn the_same_edit_twice_is_one() {
    let (merged, conflicts) = merged(json!({}), json!({"region": "eu"}), json!({"region": "eu"}));
    assert_eq!((merged, conflicts), (of(json!({"region": "eu"})), vec![]));
}

#[test]
fn what_both_changed_is_shown_with_all_three_values() {
    let (merged, conflicts) = merged(
        json!({"tag_ids": ["a"], "region": "eu"}),
        json!({"tag_ids": ["a", "b"], "region": "na", "match_id": {"value": {"template": "{{ id }}"}},
            "attributes": {"custom": [{"name": "x", "value": {"constant": 1}}]}}),
        json!({"tag_ids": [], "region": "fe", "match_id": {"value": {"constant": "4711"}},
            "attributes": {"custom": [{"name": "y"}]}}),
    );
    assert_eq!(
        conflicts,
        [
            "tag_ids Tag IDs: a | a, b | none",
            "region Region: Europe | North America | Far East",
            "attributes.custom Custom attributes: none | x: 1 | y: ",
            "match_id.value Match ID: not set | {{ id }} | *** (4 characters)",
        ]
    );
    assert_eq!(merged.tag_ids, ["a", "b"]);
}

#[test]
fn theirs_can_be_taken_with_set() {
    let (base, mine, theirs) = (
        json!({}),
        json!({"trigger": {"on": "names", "names": ["a"]}}),
        json!({"trigger": {"on": "conditions", "except": [[]]}}),
    );
    let Merged { mut config, conflicts } = merge(&of(base), &of(mine), &of(theirs.clone()));
    for conflict in conflicts {
        path::set(&mut config, &conflict.path, conflict.theirs.value).unwrap();
    }
    assert_eq!(config, of(theirs));
}

#[test]
fn different_modes_are_one_conflict() {
    let (_, conflicts) = merged(
        json!({}),
        json!({"trigger": {"on": "names", "names": ["a", "b"]}, "event_name": {"mode": "custom", "name": "x"}}),
        json!({"trigger": {"on": "conditions", "any": [[{"field": "a", "operator": "exists"}]]},
            "event_name": {"mode": "inherit", "unmapped": "skip"}}),
    );
    assert_eq!(
        conflicts,
        [
            "trigger When it runs: All events | Events with certain names; a, b | Events that meet conditions; a is there",
            "event_name Event names: Amazon’s name for the GA4 event; Sent under their own name | A name of your own; x | Amazon’s name for the GA4 event; Not sent",
        ]
    );
    // In the same mode it is the names alone.
    let names = |names: Value| json!({"trigger": {"on": "names", "names": names}});
    let (_, conflicts) = merged(names(json!(["a"])), names(json!(["b"])), names(json!(["c"])));
    assert_eq!(conflicts, ["trigger.names Names of events: a | b | c"]);
    let log = |log: Value| json!({"logs": {"bigquery": log}});
    let (_, conflicts) = merged(log(json!({"table": "t"})), json!({}), log(json!({"table": "u"})));
    assert_eq!(conflicts, ["logs.bigquery BigQuery log: on | off | on"]);
}

//! Changes inside lists, found by what their elements say and not by where they stand.

use serde_json::Value;

use super::{Change, How};
use crate::config::catalog::Field;
use crate::config::wording;

type Lists<'a> = [Option<&'a Value>; 2];

/// An element of the old list and the same one of the new; either may be missing.
type Pair<'a> = [Option<(usize, &'a Value)>; 2];

/// Texts, of which the order means nothing.
pub(super) fn texts(
    field: &Field,
    item: &str,
    lists: Lists<'_>,
    shown: &dyn Fn(&str) -> String,
    changes: &mut Vec<Change>,
) {
    for pair in pairs(lists, &|value| value.as_str().unwrap_or_default().to_owned()) {
        let text = |(_, value): (usize, &Value)| shown(value.as_str().unwrap_or_default());
        push(field, &first_upper(item), None, pair, &text, changes);
    }
}

/// Rows, known by their name. Of two with the same name the later counts, so that their order is one more change.
pub(super) fn attributes(field: &Field, lists: Lists<'_>, changes: &mut Vec<Change>) {
    let before = changes.len();
    let name = |row: &Value| row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    for pair in pairs(lists, &name) {
        let label =
            pair.iter().flatten().next().map(|(_, row)| wording::text(&name(row))).unwrap_or_default();
        let value = |(_, row): (usize, &Value)| match row.get("value") {
            Some(value) => wording::expression(value, &name(row)),
            None => "without a value".to_owned(),
        };
        push(field, &format!("Attribute {label}"), Some(&label), pair, &value, changes);
    }
    order(field, before, changes);
}

/// Groups of conditions. A group that stays in part shows what changed in it.
pub(super) fn conditions(field: &Field, lists: Lists<'_>, changes: &mut Vec<Change>) {
    let before = changes.len();
    let (item, group) = match field.path {
        "trigger.except" => ("Exception", "Group of exceptions"),
        _ => ("Condition", "Group of conditions"),
    };
    let mut changed: Vec<Pair<'_>> = pairs(lists, &Value::to_string);
    let removed = changed.iter().filter(|pair| pair[1].is_none()).count();
    // What was removed and what was added come in the order of their lists; they are taken for the same group
    // as long as there are both.
    let added = changed.split_off(removed);
    for index in 0..removed.max(added.len()) {
        let old = changed.get(index).and_then(|pair| pair[0]);
        let new = added.get(index).and_then(|pair| pair[1]);
        let (Some(old), Some(new)) = (old, new) else {
            let several = |(_, value): (usize, &Value)| value.as_array().is_some_and(|group| group.len() > 1);
            let item = if [old, new].into_iter().flatten().any(several) { group } else { item };
            push(field, item, None, [old, new], &|(_, value)| wording::group(value), changes);
            continue;
        };
        let within = changes.len();
        let mut inner = pairs([Some(old.1), Some(new.1)], &Value::to_string);
        if let [[Some(one), None], [None, Some(other)]] = inner.as_slice() {
            inner = vec![[Some(*one), Some(*other)]];
        }
        for pair in inner {
            push(field, item, None, pair, &|(_, value)| wording::condition(value), changes);
        }
        for change in changes.iter_mut().skip(within) {
            let rest = change.path.strip_prefix(field.path).unwrap_or_default().to_owned();
            change.path = format!("{}.{}{rest}", field.path, new.0);
        }
    }
    order(field, before, changes);
}

/// When nothing else changed, the order did.
fn order(field: &Field, before: usize, changes: &mut Vec<Change>) {
    if changes.len() == before {
        let sentence = format!("The order of “{}” changed.", field.label);
        let [before, after] = ["old order", "new order"].map(str::to_owned);
        changes.push(Change { before, after, sentence, ..Change::of(field, "") });
    }
}

fn push(
    field: &Field,
    item: &str,
    label: Option<&str>,
    pair: Pair<'_>,
    words: &dyn Fn((usize, &Value)) -> String,
    changes: &mut Vec<Change>,
) {
    let [old, new] = pair;
    let mut change = Change::of(field, "");
    change.label = label.map_or_else(|| item.to_owned(), str::to_owned);
    if let Some((index, _)) = new.or(old) {
        change.path = format!("{}.{index}", field.path);
    }
    [change.before, change.after] =
        [old, new].map(|element| element.map_or_else(|| "not set".to_owned(), words));
    let Change { before, after, .. } = &change;
    (change.how, change.sentence) = match (old, new) {
        (None, _) => (How::Added, format!("{item} added: {after}.")),
        (_, None) => (How::Removed, format!("{item} removed: {before}.")),
        _ => (How::Changed, format!("{item} changed from {before} to {after}.")),
    };
    changes.push(change);
}

/// The elements that differ: those that were removed or changed, in the old order, then those that were added.
/// The n-th of several with the same key belongs to the n-th in the other list.
fn pairs<'a>(lists: Lists<'a>, key: &dyn Fn(&Value) -> String) -> Vec<Pair<'a>> {
    let [old, new] = lists.map(|list| list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice));
    let mut rest: Vec<(usize, &Value, String)> =
        new.iter().enumerate().map(|(index, value)| (index, value, key(value))).collect();
    let mut pairs = vec![];
    for (index, value) in old.iter().enumerate() {
        let wanted = key(value);
        let same = rest.iter().position(|(_, _, key)| *key == wanted).map(|found| rest.remove(found));
        let same = same.map(|(index, value, _)| (index, value));
        if same.is_none_or(|(_, new)| new != value) {
            pairs.push([Some((index, value)), same]);
        }
    }
    pairs.extend(rest.into_iter().map(|(index, value, _)| [None, Some((index, value))]));
    pairs
}

fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

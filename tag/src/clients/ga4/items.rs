//! Items, `pr1` to `pr200`: segments joined by `~`, each a two-letter code and its value.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::Hit;
use crate::clients::decimal::decimal;

/// The items of a hit, by their number.
pub(super) fn read(hit: &Hit) -> Vec<Value> {
    let numbered = hit.pairs().filter_map(|(name, value)| Some((number(name)?, parse(value))));
    let by_number: BTreeMap<u16, Map<String, Value>> = numbered.collect();
    by_number.into_values().filter(|item| !item.is_empty()).map(Value::Object).collect()
}

/// The number in `pr1` to `pr200`.
pub(super) fn number(name: &str) -> Option<u16> {
    let digits = name.strip_prefix("pr")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let number = if plain { digits.parse().ok()? } else { return None };
    (1..=200).contains(&number).then_some(number)
}

/// One item. Unknown codes are left out.
fn parse(text: &str) -> Map<String, Value> {
    let segments = segments(text);
    let coded = || segments.iter().filter_map(|segment| segment.split_at_checked(2));
    let mut item = Map::new();
    for (code, value) in coded() {
        if let Some(key) = numeric(code) {
            let number = decimal(value).map_or_else(|| value.into(), Value::Number);
            item.insert(key.into(), number);
        } else if let Some(key) = text_key(code) {
            item.insert(key.into(), value.into());
        }
    }
    let names: HashMap<char, &str> =
        coded().filter_map(|(code, name)| Some((custom(code, 'k')?, name))).collect();
    for (code, value) in coded() {
        if let Some(name) = custom(code, 'v').and_then(|slot| names.get(&slot)) {
            item.entry(*name).or_insert_with(|| value.into());
        }
    }
    item
}

/// Splits at single tildes; a doubled one stands for itself.
fn segments(text: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '~' && characters.next_if_eq(&'~').is_none() {
            segments.push(String::new());
        } else if let Some(segment) = segments.last_mut() {
            segment.push(character);
        }
    }
    segments
}

/// The slot of a custom parameter: `k0` names it, `v0` holds its value. There are 27.
fn custom(code: &str, kind: char) -> Option<char> {
    let slot = code.strip_prefix(kind)?.chars().next()?;
    (slot.is_ascii_digit() || ('A'..='Q').contains(&slot)).then_some(slot)
}

fn numeric(code: &str) -> Option<&'static str> {
    Some(match code {
        "pr" => "price",
        "qt" => "quantity",
        "lp" => "index",
        "ds" => "discount",
        _ => return None,
    })
}

fn text_key(code: &str) -> Option<&'static str> {
    Some(match code {
        "id" => "item_id",
        "nm" => "item_name",
        "br" => "item_brand",
        "ca" => "item_category",
        "c2" => "item_category2",
        "c3" => "item_category3",
        "c4" => "item_category4",
        "c5" => "item_category5",
        "va" => "item_variant",
        "cp" => "coupon",
        "ln" => "item_list_name",
        "li" => "item_list_id",
        "lo" => "location_id",
        "af" => "affiliation",
        "pi" => "promotion_id",
        "pn" => "promotion_name",
        "cn" => "creative_name",
        "cs" => "creative_slot",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_without_its_name_and_an_unknown_code_are_left_out() {
        let item = parse("id1~v0lost~v1found~k1note~zzwhat~x~");
        assert_eq!(Value::Object(item), json!({"item_id": "1", "note": "found"}));
    }

    #[test]
    fn numbers_stop_at_two_hundred() {
        assert_eq!([number("pr1"), number("pr200")], [Some(1), Some(200)]);
        for name in ["pr", "pr0", "pr01", "pr201", "pr+1", "promo", "pr99999"] {
            assert_eq!(number(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_gtag_writes_is_read_back(name in ".{0,20}", brand in "[~a-z]{1,8}", note in "[~]{1,4}") {
            let escape = |text: &str| text.replace('~', "~~");
            let text = format!("nm{}~br{}~k0note~v0{}", escape(&name), escape(&brand), escape(&note));
            let expected = json!({"item_name": name, "item_brand": brand, "note": note});
            prop_assert_eq!(Value::Object(parse(&text)), expected);
        }
    }
}

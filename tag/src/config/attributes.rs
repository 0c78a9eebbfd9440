//! What the event tells Amazon besides its name.

use serde::{Deserialize, Serialize};

use super::Expression;
use super::report::Report;
use crate::amazon::{names, pixel};
use crate::value::Compiled;

/// The attributes of the tag's events. Set by hand beats taken from the event; a later list beats an earlier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Attributes<E = Expression> {
    /// What is taken from the event by itself.
    pub automatic: Automatic,
    /// For every event: `clientDedupeId`, `value`, `brand`, `category`, `productId`, `attr1` … `attr10`.
    pub all: Vec<Attribute<E>>,
    /// For Off-AmazonPurchases only: `currencyCode`, `unitsSold`.
    pub purchases: Vec<Attribute<E>>,
    /// Under names of the marketer's own.
    pub custom: Vec<Attribute<E>>,
    /// How values are made to fit Amazon's limits.
    pub fit: Fit,
}

impl<E> Default for Attributes<E> {
    fn default() -> Self {
        let automatic = Automatic::default();
        Self { automatic, all: vec![], purchases: vec![], custom: vec![], fit: Fit::default() }
    }
}

/// One attribute set by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Attribute<E = Expression> {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<E>,
}

/// What is taken from the event by itself (Amazon's browser template 4.0 has the same map).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Automatic {
    /// `value`. Default: on.
    pub value: bool,
    /// `currencyCode` from `currency`. Default: purchases only.
    pub currency: Currency,
    /// `clientDedupeId` from `event_id`, else `transaction_id`. Default: on.
    pub dedupe_id: bool,
    /// `unitsSold` of a purchase: the quantities of `items`, a missing one counting 1. Default: on.
    pub units_sold: bool,
    /// `brand` from the first item's `item_brand`. Default: on.
    pub brand: bool,
    /// `category` from the first item's `item_category`. Default: on.
    pub category: bool,
    /// `productId` from the first item's `item_id`. Default: on.
    pub product_id: bool,
}

impl Default for Automatic {
    fn default() -> Self {
        Self {
            value: true,
            currency: Currency::default(),
            dedupe_id: true,
            units_sold: true,
            brand: true,
            category: true,
            product_id: true,
        }
    }
}

/// Which events carry a currency. Amazon documents it for purchases and nothing else (Events API).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Currency {
    Off,
    #[default]
    Purchases,
    All,
}

/// What happens to attributes that Amazon would not take as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Amazon's own server template 1.5: reporting attributes are trimmed, cleaned and at most 256 characters
    /// long, else left out; any other value of more than 1000 characters stops the event.
    #[default]
    Amazon,
    /// Stape's GTM template: reporting attributes are cleaned without trimming, any value of more than 1000
    /// characters stops the event, and a custom attribute may be `MATCH_ID`. For imported tags.
    Template,
}

impl Attributes {
    pub(super) fn check(&self, report: &mut Report) -> Attributes<Compiled> {
        check_known("all", &self.all, &names::ATTRIBUTES, report);
        check_known("purchases", &self.purchases, &names::PURCHASE_ATTRIBUTES, report);
        check_custom(&self.custom, self.fit, report);
        let mut compile = |list: &[Attribute], name: &str| {
            check_twice(name, list, report);
            let compile = |(index, attribute): (usize, &Attribute)| Attribute {
                name: attribute.name.clone(),
                value: report.compile(&format!("attributes.{name}.{index}.value"), attribute.value.as_ref()),
            };
            list.iter().enumerate().map(compile).collect()
        };
        Attributes {
            automatic: self.automatic.clone(),
            all: compile(&self.all, "all"),
            purchases: compile(&self.purchases, "purchases"),
            custom: compile(&self.custom, "custom"),
            fit: self.fit,
        }
    }
}

fn check_known(list: &str, attributes: &[Attribute], known: &[&str], report: &mut Report) {
    for (index, Attribute { name, .. }) in attributes.iter().enumerate() {
        if known.contains(&name.as_str()) {
            continue;
        }
        let path = format!("attributes.{list}.{index}.name");
        if name.trim().is_empty() {
            report.problem(path, "The attribute has no name.", "Choose one, or remove the line.");
            continue;
        }
        let similar = known.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        let remedy = if let Some(similar) = similar {
            format!("Write {similar}.")
        } else if names::PURCHASE_ATTRIBUTES.contains(&name.as_str()) {
            "Move it to the attributes of purchases.".to_owned()
        } else if names::ATTRIBUTES.contains(&name.as_str()) {
            "Move it to the attributes of all events.".to_owned()
        } else {
            "Move it to the custom attributes.".to_owned()
        };
        report.problem(path, format!("Amazon has no attribute “{name}” here."), remedy);
    }
}

fn check_custom(attributes: &[Attribute], fit: Fit, report: &mut Report) {
    for (index, Attribute { name, .. }) in attributes.iter().enumerate() {
        let path = format!("attributes.custom.{index}.name");
        let length = pixel::length(name);
        if name.is_empty() {
            report.problem(path, "The attribute has no name.", "Enter one, or remove the line.");
        } else if length > pixel::NAME_LIMIT {
            let message = format!("This has {length} characters; Amazon allows {}.", pixel::NAME_LIMIT);
            report.problem(path, message, "Shorten it.");
        } else if names::is_reserved(name, fit) {
            let message = format!("“{name}” belongs to the event itself, so the attribute is left out.");
            let remedy = if name == "MATCH_ID" {
                "Set the tag’s Match ID instead."
            } else {
                "Give it another name."
            };
            report.warning(path, message, remedy);
        } else if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            let message = "Amazon documents letters, digits and underscores for the names of attributes.";
            report.warning(path, message, "Use another name if Amazon does not show this one.");
        }
    }
}

fn check_twice(list: &str, attributes: &[Attribute], report: &mut Report) {
    for (index, Attribute { name, .. }) in attributes.iter().enumerate() {
        if !name.is_empty() && attributes.iter().take(index).any(|earlier| earlier.name == *name) {
            let message = format!("“{name}” is there already; the last one that has a value counts.");
            report.warning(format!("attributes.{list}.{index}.name"), message, "Remove one of the two.");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::config::{Problem, TagConfig, check};

    /// `path: message remedy` of each problem, then of each warning.
    fn said(attributes: Value) -> Vec<String> {
        let attributes = serde_json::from_value(attributes).unwrap();
        let tag_ids = vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".to_owned()];
        let checked = check(&TagConfig { tag_ids, attributes, ..TagConfig::default() });
        let problems = checked.tag.err().unwrap_or_default();
        let line = |problem: Problem| format!("{}: {} {}", problem.path, problem.message, problem.remedy);
        problems.into_iter().chain(checked.warnings).map(line).collect()
    }

    #[test]
    fn good_attributes_pass_without_a_word() {
        let good = json!({
            "all": [{"name": "attr10", "value": {"constant": 5}}, {"name": "productId", "value": {"template": "{{ sku }}"}}],
            "purchases": [{"name": "unitsSold"}],
            "custom": [{"name": "my_Attr1", "value": {"constant": ""}}, {"name": "value"}],
        });
        assert_eq!(said(good), [""; 0]);
        assert_eq!(said(json!({"fit": "template", "custom": [{"name": "MATCH_ID"}]})), [""; 0]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = json!({
            "all": [
                {"name": "productid"}, {"name": "currencyCode"}, {"name": "attr11"}, {"name": " "},
                {"name": "attr1", "value": {"template": "a\n{{ b"}},
            ],
            "purchases": [{"name": "value"}, {"name": "unitsSold"}, {"name": "unitsSold"}],
            "custom": [
                {"name": ""}, {"name": "x".repeat(257)}, {"name": "gdpr_pd"}, {"name": "MATCH_ID"}, {"name": "My Attr"},
                {"name": "x".repeat(256)},
            ],
        });
        let here = |name: &str| format!("Amazon has no attribute “{name}” here.");
        assert_eq!(
            said(wrong),
            [
                &format!("attributes.all.0.name: {} Write productId.", here("productid")),
                &format!(
                    "attributes.all.1.name: {} Move it to the attributes of purchases.",
                    here("currencyCode")
                ),
                &format!("attributes.all.2.name: {} Move it to the custom attributes.", here("attr11")),
                "attributes.all.3.name: The attribute has no name. Choose one, or remove the line.",
                &format!(
                    "attributes.purchases.0.name: {} Move it to the attributes of all events.",
                    here("value")
                ),
                "attributes.custom.0.name: The attribute has no name. Enter one, or remove the line.",
                "attributes.custom.1.name: This has 257 characters; Amazon allows 256. Shorten it.",
                "attributes.all.4.value: This template has a mistake: line 2: the braces opened here are not closed with }}. Correct it, or choose a fixed value.",
                "attributes.custom.2.name: “gdpr_pd” belongs to the event itself, so the attribute is left out. Give it another name.",
                "attributes.custom.3.name: “MATCH_ID” belongs to the event itself, so the attribute is left out. Set the tag’s Match ID instead.",
                "attributes.custom.4.name: Amazon documents letters, digits and underscores for the names of attributes. Use another name if Amazon does not show this one.",
                "attributes.purchases.2.name: “unitsSold” is there already; the last one that has a value counts. Remove one of the two.",
            ]
        );
    }
}

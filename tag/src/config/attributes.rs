//! What the event tells Amazon besides its name.

use serde::{Deserialize, Serialize};

use super::Expression;
use super::report::Report;
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
    /// characters stops the event, and custom attributes may replace the event's own parameters. For
    /// imported tags.
    Template,
}

impl Attributes {
    pub(super) fn check(&self, report: &mut Report) -> Attributes<Compiled> {
        let mut compile = |list: &[Attribute], name: &str| {
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

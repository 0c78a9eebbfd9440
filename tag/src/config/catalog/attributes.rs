//! What the event tells Amazon besides its name.

use super::{Choice, Field, Kind, Section};
use crate::amazon::names;

pub(super) const ATTRIBUTES: Section = Section {
    anchor: "attributes",
    label: "Attributes",
    lead: "What an event tells Amazon besides its name. What you set by hand wins over what the event says.",
    fields: &[
        Field::new(
            "attributes.automatic.value",
            "attributes.value",
            "Value from the event",
            Kind::Switch,
            "Takes value.",
        ),
        Field::new(
            "attributes.automatic.currency",
            "attributes.currency",
            "Currency from the event",
            Kind::Choice(&[
                Choice::new("purchases", "With purchases", "Where Amazon documents it."),
                Choice::new("all", "With every event", "Amazon documents it for purchases only."),
                Choice::new("off", "Not sent", "Amazon cannot tell what a value without currency is worth."),
            ]),
            "Takes currency.",
        ),
        Field::new(
            "attributes.automatic.dedupe_id",
            "attributes.dedupe-id",
            "Dedupe ID from the event",
            Kind::Switch,
            "Takes event_id, else transaction_id. Amazon counts events with the same ID once.",
        ),
        Field::new(
            "attributes.automatic.units_sold",
            "attributes.units-sold",
            "Units sold from the event",
            Kind::Switch,
            "Adds up the quantities of a purchase’s items.",
        ),
        Field::new(
            "attributes.automatic.brand",
            "attributes.brand",
            "Brand from the event",
            Kind::Switch,
            "Takes item_brand of the first item.",
        ),
        Field::new(
            "attributes.automatic.category",
            "attributes.category",
            "Category from the event",
            Kind::Switch,
            "Takes item_category of the first item.",
        ),
        Field::new(
            "attributes.automatic.product_id",
            "attributes.product-id",
            "Product ID from the event",
            Kind::Switch,
            "Takes item_id of the first item.",
        ),
        Field::new(
            "attributes.all",
            "attributes.all",
            "Attributes of all events",
            Kind::Attributes(&names::ATTRIBUTES),
            "Amazon’s own attributes for every event.",
        )
        .like("brand: {{ items[0].item_brand }}")
        .unset("none"),
        Field::new(
            "attributes.purchases",
            "attributes.purchases",
            "Attributes of purchases",
            Kind::Attributes(&names::PURCHASE_ATTRIBUTES),
            "They go with Off-AmazonPurchases only.",
        )
        .like("currencyCode: EUR")
        .unset("none"),
        Field::new(
            "attributes.custom",
            "attributes.custom",
            "Custom attributes",
            Kind::Attributes(&[]),
            "Under names of your own, of letters, digits and underscores.",
        )
        .like("customer_group: {{ user_properties.group }}")
        .unset("none"),
        Field::new(
            "attributes.fit",
            "attributes.fit",
            "Values that do not fit",
            Kind::Choice(&[
                Choice::new(
                    "amazon",
                    "As Amazon’s own tag does",
                    "Reporting attributes are trimmed and cleaned, and left out above 256 characters.",
                ),
                Choice::new(
                    "template",
                    "As Stape’s template does",
                    "Reporting attributes are cleaned but not trimmed. For imported tags.",
                ),
            ]),
            "Amazon drops what it cannot read, without a word.",
        )
        .advanced(),
    ],
};

//! Amazon's event names, and the GA4 names that mean the same.

use crate::config::attributes::Fit;

/// The purchase: the only event whose value is money, so the only one with a currency.
pub const PURCHASE: &str = "Off-AmazonPurchases";

/// Amazon's eleven standard events, spelled and ordered as its own templates do.
pub const STANDARD: [&str; 11] = [
    "AddToShoppingCart",
    "Application",
    "Checkout",
    "Contact",
    "Lead",
    PURCHASE,
    "Other",
    "PageView",
    "Search",
    "Signup",
    "Subscribe",
];

/// What Amazon's browser template rejects in an event name.
pub(crate) const REJECTED: &str = "!@#$%^&*|+=(){}[]<>?\\/~;";

/// GA4 names with a standard event of the same meaning.
pub const FROM_GA4: [(&str, &str); 9] = [
    ("add_to_cart", "AddToShoppingCart"),
    ("begin_checkout", "Checkout"),
    ("generate_lead", "Lead"),
    ("gtm.dom", "PageView"),
    ("page_view", "PageView"),
    ("purchase", PURCHASE),
    ("search", "Search"),
    ("sign_up", "Signup"),
    ("view_search_results", "Search"),
];

/// Attributes that every event may have.
pub const ATTRIBUTES: [&str; 15] = [
    "clientDedupeId",
    "value",
    "brand",
    "category",
    "productId",
    "attr1",
    "attr2",
    "attr3",
    "attr4",
    "attr5",
    "attr6",
    "attr7",
    "attr8",
    "attr9",
    "attr10",
];

/// Attributes of purchases alone.
pub const PURCHASE_ATTRIBUTES: [&str; 2] = ["currencyCode", "unitsSold"];

/// Parameters of the request itself, which an attribute must not replace. `dcc` marks the second leg of the
/// cookie sync.
pub const RESERVED: [&str; 12] = [
    "pid",
    "event",
    "eventSource",
    "ts",
    "uuid",
    "gdpr",
    "gdpr_pd",
    "gdpr_consent",
    "arefs",
    "amznToken",
    "amazonConsentString",
    "dcc",
];

/// Whether an attribute of the marketer's own must not have this name. Stape's template lets one be
/// `MATCH_ID`; a tag's own Match ID replaces it.
pub fn is_reserved(name: &str, fit: Fit) -> bool {
    RESERVED.contains(&name) || name == "MATCH_ID" && fit == Fit::Amazon
}

/// Whether Amazon breaks its reports down by this attribute. Amazon's template does not mind the case;
/// Stape's does, but for `productId`, which it meant to clean and misses.
pub(crate) fn is_reporting(name: &str, fit: Fit) -> bool {
    let reporting = ATTRIBUTES.iter().skip(2);
    match fit {
        Fit::Amazon => reporting.into_iter().any(|known| known.eq_ignore_ascii_case(name)),
        Fit::Template => reporting.into_iter().any(|known| *known == name) || name == "productid",
    }
}

/// Whether Amazon has a standard event of exactly this name.
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// The standard event for a GA4 name.
pub fn from_ga4(name: &str) -> Option<&'static str> {
    FROM_GA4.iter().find(|(ga4, _)| *ga4 == name).map(|(_, amazon)| *amazon)
}

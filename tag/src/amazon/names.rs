//! Amazon's event names, and the GA4 names that mean the same.

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

/// Whether Amazon has a standard event of exactly this name.
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// The standard event for a GA4 name.
pub fn from_ga4(name: &str) -> Option<&'static str> {
    FROM_GA4.iter().find(|(ga4, _)| *ga4 == name).map(|(_, amazon)| *amazon)
}

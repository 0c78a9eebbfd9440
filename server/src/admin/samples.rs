//! The events that "send a test event" makes: like a shop's, with a fresh id and the smallest value.

use app::views::Sample;
use serde_json::{Value, json};

/// `id` makes the event's ids unique.
pub(super) fn event(sample: Sample, id: &str) -> Value {
    let page = |path: &str| format!("https://www.shop.example{path}");
    let mug = json!({ "item_id": "TEST-1", "item_name": "Blue mug", "item_brand": "Acme", "price": 1.0, "quantity": 1 });
    let specific = match sample {
        Sample::PageView => json!({ "page_location": page("/blue-mug") }),
        Sample::AddToCart => json!({
            "page_location": page("/blue-mug"), "value": 1.0, "currency": "EUR", "items": [mug],
        }),
        Sample::Lead => json!({ "page_location": page("/contact") }),
        Sample::Purchase => json!({
            "page_location": page("/thank-you"), "value": 1.0, "currency": "EUR", "items": [mug],
            "transaction_id": format!("test-{id}"),
        }),
    };
    let mut event = json!({ "event_name": sample.name(), "event_id": format!("test-{id}") });
    if let (Value::Object(event), Value::Object(specific)) = (&mut event, specific) {
        event.extend(specific);
    }
    event
}

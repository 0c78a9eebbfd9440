//! `docs/openapi.json` is made from the routes. After a change, run
//! `cargo run -p server -- openapi > docs/openapi.json`.

use std::path::Path;

use crate::support::app;
use crate::support::site::Site;

#[tokio::test]
async fn the_description_is_served_and_checked_in() {
    let made = server::admin::api::document().to_pretty_json().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let checked_in = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        checked_in.trim_end() == made,
        "docs/openapi.json is out of date: cargo run -p server -- openapi > docs/openapi.json"
    );
    let site = Site::start().await;
    let served = site.api("/openapi.json", "").await;
    assert_eq!(served.status(), 200, "without a token");
    assert_eq!(app::json(served).await, serde_json::from_str::<serde_json::Value>(&made).unwrap());
}

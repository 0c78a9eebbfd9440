//! What a page does with the engine: check a configuration, import one, try it on an event.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tag::amazon::Endpoints;
use tag::config::{TagConfig, check};
use tag::context::Context;
use tag::event::Event;
use tag::gtm;
use tag::lint::lint;
use tag::run::{Decision, EventRequest, run};
use wasm_bindgen::prelude::wasm_bindgen;

/// What is wrong with a configuration, and what is odd.
#[wasm_bindgen]
pub fn checked(config: &str) -> String {
    said(read::<TagConfig>(config).map(|config| {
        let checked = check(&config);
        json!({"problems": checked.tag.err(), "warnings": checked.warnings})
    }))
}

/// The tags of a Tag Manager container.
#[wasm_bindgen]
pub fn imported(container: &str) -> String {
    said(read::<Value>(container).map(|container| json!(gtm::container(&container).ok())))
}

/// What a tag would do with an event, and what is to be said about it.
#[wasm_bindgen]
pub fn tried(config: &str, event: &str, now_ms: f64) -> String {
    said(read::<TagConfig>(config).and_then(|config| {
        let tag = check(&config).tag.map_err(|problems| json!(problems).to_string())?;
        let event: Event = read(event)?;
        let endpoints = Endpoints::default();
        let context = Context::new(now_ms as i64, &endpoints);
        let run = run(&tag, &event, context);
        let requests = match run.decision {
            Decision::Send(plan) => plan.requests,
            Decision::Skip(_) => vec![],
        };
        let urls: Vec<String> = requests.iter().map(EventRequest::url).collect();
        let findings = lint(&tag, &event, context);
        Ok(json!({"trace": run.trace, "requests": requests, "urls": urls, "findings": findings}))
    }))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn said(result: Result<Value, String>) -> String {
    result.map_or_else(|error| error, |value| value.to_string())
}

//! *Incoming*: the request as it came in, masked.

use leptos::prelude::*;
use serde_json::Value;
use tag::privacy::IncomingRequest;

use super::data::{children, long};
use super::text::{block, line};
use super::words;
use crate::components::code::CopyButton;

pub(super) fn request(incoming: &Value) -> AnyView {
    let copied = serde_json::to_string_pretty(incoming).unwrap_or_default();
    let drawn = match serde_json::from_slice::<IncomingRequest>(copied.as_bytes()) {
        Ok(request) => parts(&request),
        // Kept by another version: shown as it is.
        Err(_) => view! { <div class="json" dir="ltr">{children(incoming, 0)}</div> }.into_any(),
    };
    view! {
        <p class="live-note">
            <span class="quiet">"As it came in. What is personal or secret is masked."</span>
            <CopyButton text=copied label="Copy" />
        </p>
        {drawn}
    }
    .into_any()
}

fn parts(request: &IncomingRequest) -> AnyView {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
    view! {
        <p class="live-body" dir="ltr">
            <b>{line(&request.method).into_owned()}</b>
            " "
            {line(&request.path).into_owned()}
        </p>
        {pairs("Query", &query)}
        {pairs("Headers", &request.headers)}
        {pairs("Cookies", &request.cookies)}
        {body(request)}
    }
    .into_any()
}

/// Names and values, decoded; nothing when there are none.
fn pairs(title: &'static str, pairs: &[(String, String)]) -> Option<AnyView> {
    (!pairs.is_empty()).then(|| {
        view! {
            <section class="live-incoming">
                <h3>{title} <span class="badge">{pairs.len()}</span></h3>
                {terms(pairs)}
            </section>
        }
        .into_any()
    })
}

/// Names with their values.
pub(super) fn terms(pairs: &[(String, String)]) -> AnyView {
    let pairs = pairs.iter().map(|(name, value)| {
        view! {
            <dt>{line(name).into_owned()}</dt>
            <dd>
                <code>{long(value)}</code>
            </dd>
        }
    });
    view! { <dl class="facts live-terms">{pairs.collect_view()}</dl> }.into_any()
}

fn body(request: &IncomingRequest) -> Option<AnyView> {
    let IncomingRequest { body, body_length, body_cut, .. } = request;
    if body.is_empty() {
        return None;
    }
    let size = words::size(*body_length);
    let kept = if *body_cut { format!("{size}; its beginning was kept") } else { size };
    Some(
        view! {
            <section class="live-incoming">
                <h3>"Body" <span class="quiet">{kept}</span></h3>
                {content(body)}
            </section>
        }
        .into_any(),
    )
}

/// A body: JSON as a tree, anything else as text.
pub(super) fn content(body: &str) -> AnyView {
    let json = serde_json::from_slice::<Value>(body.as_bytes())
        .ok()
        .filter(|value| value.is_object() || value.is_array());
    match json {
        Some(value) => view! { <div class="json" dir="ltr">{children(&value, 0)}</div> }.into_any(),
        None => view! { <pre class="live-body" dir="ltr">{block(body).into_owned()}</pre> }.into_any(),
    }
}

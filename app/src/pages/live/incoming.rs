//! *Incoming*: the request as it came in, masked.

use leptos::prelude::*;
use serde_json::Value;

use super::data::{children, long};
use super::text::line;
use crate::components::code::CopyButton;

/// Plain members first, as terms and values; then each nested one under its own name.
pub(super) fn request(incoming: &Value) -> AnyView {
    let copied = serde_json::to_string_pretty(incoming).unwrap_or_default();
    let Value::Object(map) = incoming else {
        return view! { <div class="json" dir="ltr">{children(incoming, 0)}</div> }.into_any();
    };
    let plain = map.iter().filter(|(_, value)| is_plain(value));
    let nested = map.iter().filter(|(_, value)| !is_plain(value)).map(|(name, value)| {
        let drawn = match value {
            Value::Object(map) if map.values().all(is_plain) => terms(map.iter()),
            Value::String(text) => view! { <p class="live-body">{long(text)}</p> }.into_any(),
            value => view! { <div class="json" dir="ltr">{children(value, 0)}</div> }.into_any(),
        };
        view! {
            <section class="live-incoming">
                <h3>{title(name)}</h3>
                {drawn}
            </section>
        }
    });
    view! {
        <p class="live-note">
            <span class="quiet">"As it came in. What is personal is masked."</span>
            <CopyButton text=copied label="Copy" />
        </p>
        {terms(plain)}
        {nested.collect_view()}
    }
    .into_any()
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Object(_) | Value::Array(_) => false,
        Value::String(text) => text.len() < 2_000,
        _ => true,
    }
}

/// An empty list of terms is left out by its style.
fn terms<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>) -> AnyView {
    let members = members.map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        view! {
            <dt>{line(name).into_owned()}</dt>
            <dd>
                <code>{long(&text)}</code>
            </dd>
        }
    });
    view! { <dl class="facts live-terms">{members.collect_view()}</dl> }.into_any()
}

/// `client_ip` is "Client ip".
fn title(name: &str) -> String {
    let spaced = line(name).replace('_', " ");
    let mut chars = spaced.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

//! Values from outside: long texts that unfold, and JSON as a tree of native disclosures.

use leptos::prelude::*;
use serde_json::Value;

use super::text::{block, cut_at, line};
use crate::components::code::CopyButton;
use crate::components::number::grouped;

/// A longer text is cut until asked for.
const SHOWN: usize = 160;

/// How deep the tree is unfolded at first, up to how many children a node, and how many are drawn at all.
const DEPTH: usize = 2;
const UNFOLDED: usize = 20;
const CHILDREN: usize = 200;

/// A text in full, or its beginning and a way to the rest.
pub(super) fn long(text: &str) -> AnyView {
    match cut_at(text, SHOWN) {
        None => view! { <bdi>{line(text).into_owned()}</bdi> }.into_any(),
        Some((at, total)) => view! {
            <details class="long">
                <summary>
                    <bdi class="short">{line(&text[..at]).into_owned()} "… "</bdi>
                    <span class="more">{format!("Show all {} characters", grouped(total as u64))}</span>
                    <span class="less">"Show less"</span>
                </summary>
                <bdi>{block(text).into_owned()}</bdi>
            </details>
        }
        .into_any(),
    }
}

/// *Event data*: the event in the common names.
pub(super) fn tree(value: &Value) -> AnyView {
    let copied = serde_json::to_string_pretty(value).unwrap_or_default();
    view! {
        <figure class="code">
            <figcaption>"The event in the common names, masked" <CopyButton text=copied label="Copy" /></figcaption>
            <div class="json" dir="ltr">
                {children(value, 0)}
            </div>
        </figure>
    }
    .into_any()
}

/// The members of an object or the items of an array, as a list.
pub(super) fn children(value: &Value, depth: usize) -> AnyView {
    let (nodes, all) = match value {
        Value::Object(map) => {
            let nodes = map
                .iter()
                .take(CHILDREN)
                .map(|(name, value)| node(Some(line(name).into_owned()), value, depth));
            (nodes.collect_view(), map.len())
        }
        Value::Array(items) => {
            let named = items.iter().take(CHILDREN).enumerate();
            (
                named.map(|(index, value)| node(Some(index.to_string()), value, depth)).collect_view(),
                items.len(),
            )
        }
        leaf => (vec![node(None, leaf, depth)], 1),
    };
    let rest = all.saturating_sub(CHILDREN);
    view! {
        <ul>
            {nodes}
            {(rest > 0)
                .then(|| view! { <li class="c">{format!("and {} more; Copy takes all", grouped(rest as u64))}</li> })}
        </ul>
    }
    .into_any()
}

fn node(name: Option<String>, value: &Value, depth: usize) -> AnyView {
    let name = name.map(|name| view! { <bdi class="name">{name}</bdi> ": " });
    let (count, ends) = match value {
        Value::Object(map) => (map.len(), ["{", "}"]),
        Value::Array(items) => (items.len(), ["[", "]"]),
        leaf => return view! { <li class="leaf">{name} {leaf_text(leaf)}</li> }.into_any(),
    };
    if count == 0 {
        return view! { <li class="leaf">{name} {ends.concat()}</li> }.into_any();
    }
    view! {
        <li>
            <details open=depth < DEPTH && count <= UNFOLDED>
                <summary>
                    {name} <span class="c">{format!("{} {} {}", ends[0], grouped(count as u64), ends[1])}</span>
                </summary>
                {children(value, depth + 1)}
            </details>
        </li>
    }
    .into_any()
}

fn leaf_text(leaf: &Value) -> AnyView {
    match leaf {
        Value::String(text) if cut_at(text, SHOWN).is_some() => {
            view! { <span class="s">{long(text)}</span> }.into_any()
        }
        Value::String(text) => view! { <span class="s">"\"" {long(text)} "\""</span> }.into_any(),
        Value::Number(number) => view! { <span class="n">{number.to_string()}</span> }.into_any(),
        other => view! { <span class="k">{other.to_string()}</span> }.into_any(),
    }
}

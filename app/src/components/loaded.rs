//! Waiting for data: a stand-in first, then the view, or what went wrong.

use std::pin::Pin;

use leptos::prelude::*;

use super::skeleton::page_skeleton;
use super::trouble::trouble;
use crate::error::UiError;
use crate::wire::Loading;

/// A view that comes later. Boxed, so that waiting is compiled once and not once a place.
pub type Later = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// Draws what comes later; until it has come for the first time, the fallback.
pub fn later(fallback: fn() -> AnyView, draw: impl Fn() -> Later + Send + Sync + 'static) -> AnyView {
    let draw: Box<dyn Fn() -> Later + Send + Sync> = Box::new(draw);
    view! { <Transition fallback=fallback>{move || Suspend::new(draw())}</Transition> }.into_any()
}

/// Nothing.
pub fn blank() -> AnyView {
    ().into_any()
}

/// Draws the page once its data is there.
pub fn loaded<T>(
    data: Loading<Result<T, UiError>>,
    draw: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    later(page_skeleton, move || {
        let draw = draw.clone();
        Box::pin(async move {
            match data.await {
                Ok(value) => draw(value),
                Err(error) => trouble(&error),
            }
        })
    })
}

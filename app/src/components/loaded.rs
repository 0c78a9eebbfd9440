//! Waiting for a page's view model: a skeleton first, then the page or what went wrong.

use leptos::prelude::*;

use super::skeleton::page_skeleton;
use super::trouble::trouble;
use crate::error::UiError;
use crate::wire::Loading;

/// Draws `resource` once it is there.
pub fn loaded<T>(
    resource: Loading<Result<T, UiError>>,
    draw: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let drawn = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(value) => draw(value),
                Err(error) => trouble(&error),
            }
        })
    };
    view! { <Transition fallback=page_skeleton>{drawn}</Transition> }.into_any()
}

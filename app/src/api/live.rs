//! The live list and its details.

use leptos::prelude::*;
use tag::outcome::Outcome;

use crate::error::UiError;
use crate::views::{LivePage, RunView};

#[server(prefix = "/ui", endpoint = "live")]
pub async fn load_live(outcome: Option<Outcome>, before: Option<String>) -> Result<LivePage, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.live(&viewer, outcome, before.as_deref()).await
}

#[server(prefix = "/ui", endpoint = "live/run")]
pub async fn load_run(id: String) -> Result<RunView, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.run(&viewer, &id).await
}

//! Sources, and the test event.

use leptos::prelude::*;

use crate::error::UiError;
use crate::views::{Sample, SourceKind, SourcesPage};

#[server(prefix = "/ui", endpoint = "sources")]
pub async fn load_sources() -> Result<SourcesPage, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.sources(&viewer, &caller.public_url).await
}

/// `origins`: separated by spaces, commas or new lines.
#[server(prefix = "/ui", endpoint = "sources/create")]
pub async fn create_source(
    name: String,
    kind: SourceKind,
    origins: Option<String>,
) -> Result<String, UiError> {
    let (caller, publisher) = crate::guard::publisher()?;
    let id =
        caller.backend.create_source(&publisher, &name, kind, origins.as_deref().unwrap_or_default()).await?;
    leptos_axum::redirect(&format!("/sources/{id}"));
    Ok(id)
}

#[server(prefix = "/ui", endpoint = "sources/update")]
pub async fn update_source(id: String, name: String, origins: Option<String>) -> Result<(), UiError> {
    let (caller, publisher) = crate::guard::publisher()?;
    caller.backend.update_source(&publisher, &id, &name, origins.as_deref().unwrap_or_default()).await
}

/// Sends a marked event like one of production, and goes to it.
#[server(prefix = "/ui", endpoint = "sources/test-event")]
pub async fn send_test_event(source_id: String, sample: Sample) -> Result<String, UiError> {
    let (caller, publisher) = crate::guard::publisher()?;
    let run = caller.backend.send_test_event(&publisher, &source_id, sample).await?;
    leptos_axum::redirect(&format!("/live/{run}"));
    Ok(run)
}

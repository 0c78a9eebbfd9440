//! The overview page.

use leptos::prelude::*;

use crate::error::UiError;
use crate::views::Overview;

#[server(prefix = "/ui", endpoint = "overview")]
pub async fn load_overview() -> Result<Overview, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.overview(&viewer).await
}

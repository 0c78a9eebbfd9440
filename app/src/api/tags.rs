//! Tags: list, draft, publish.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tag::config::{EventName, Problem, Region, TagConfig, Unmapped};

use crate::error::UiError;
use crate::views::{TagItem, TagView};

#[server(prefix = "/ui", endpoint = "tags")]
pub async fn load_tags() -> Result<Vec<TagItem>, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.tags(&viewer).await
}

#[server(prefix = "/ui", endpoint = "tags/one")]
pub async fn load_tag(id: String) -> Result<TagView, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.tag(&viewer, &id).await
}

/// What the tag form holds, flat as HTML forms are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagForm {
    /// None for a new tag.
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub revision: i64,
    pub name: String,
    /// One a line.
    #[serde(default)]
    pub tag_ids: String,
    pub region: Region,
    /// `inherit`, `standard` or `custom`.
    pub mode: String,
    #[serde(default)]
    pub standard_name: String,
    #[serde(default)]
    pub custom_name: String,
    #[serde(default)]
    pub unmapped: Unmapped,
    /// Present when ticked.
    #[serde(default)]
    pub optimistic: Option<String>,
    /// Ids, separated by commas; empty means every source.
    #[serde(default)]
    pub sources: Vec<String>,
    /// `save` or `publish`.
    #[serde(default)]
    pub intent: String,
}

impl TagForm {
    /// The configuration with what the form holds; what it has no fields for stays as it is in `rest`.
    pub fn config(&self, rest: TagConfig) -> TagConfig {
        let event_name = match self.mode.as_str() {
            "standard" => EventName::Standard { name: self.standard_name.clone() },
            "custom" => EventName::Custom { name: self.custom_name.clone() },
            _ => EventName::Inherit { unmapped: self.unmapped },
        };
        TagConfig {
            tag_ids: self.tag_ids.split_whitespace().map(str::to_owned).collect(),
            region: self.region,
            event_name,
            optimistic: self.optimistic.is_some(),
            sources: self.sources.iter().filter(|id| !id.is_empty()).cloned().collect(),
            ..rest
        }
    }
}

/// How a save ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedTag {
    pub id: String,
    pub revision: i64,
    /// The new version, when it was published too.
    pub version: Option<i64>,
    /// Why it was saved but not published, when that was the intent.
    pub problems: Vec<Problem>,
}

/// Saves the draft, new or known, and publishes it when that is the intent. Who may not publish saves nothing
/// by trying.
#[server(prefix = "/ui", endpoint = "tags/save")]
pub async fn save_tag(form: TagForm) -> Result<SavedTag, UiError> {
    let (caller, editor) = crate::guard::editor()?;
    let publisher = match form.intent.as_str() {
        "publish" => Some(caller.actor()?.publisher()?),
        _ => None,
    };
    let backend = &caller.backend;
    let (id, revision) = match form.id.clone().filter(|id| !id.is_empty()) {
        None => {
            let config = form.config(TagConfig::default());
            (backend.create_tag(&editor, &form.name, config).await?, 1)
        }
        Some(id) => {
            let (_, viewer) = crate::guard::viewer()?;
            let config = form.config(backend.tag(&viewer, &id).await?.config);
            let revision = backend.save_tag(&editor, &id, form.revision, &form.name, config).await?;
            (id, revision)
        }
    };
    let mut saved = SavedTag { id, revision, version: None, problems: vec![] };
    let mut ended = "";
    if let Some(publisher) = publisher {
        match backend.publish_tag(&publisher, &saved.id, revision).await {
            Ok(version) => (saved.version, ended) = (Some(version), "?publish=done"),
            // The draft is kept, errors included; an error would hide its new revision from the form.
            Err(UiError::Invalid(problems)) => (saved.problems, ended) = (problems, "?publish=refused"),
            Err(error) => return Err(error),
        }
    }
    leptos_axum::redirect(&format!("/tags/{}{ended}", saved.id));
    Ok(saved)
}

//! The port through which the interface reaches the server. The server implements it; nothing here knows how.

use async_trait::async_trait;
use tag::config::TagConfig;

use crate::configuration::port::Configuration;
use crate::error::UiError;
use crate::guard::{Editor, Publisher, Viewer};
use crate::people::port::People;
use crate::views::*;

type Result<T> = std::result::Result<T, UiError>;

#[async_trait]
pub trait Backend: People + Configuration {
    // Before anybody is signed in.

    /// Whether a setup token still opens the door.
    async fn setup_link(&self, token: &str) -> Result<SetupLink>;
    /// Creates the first administrator and spends the token.
    async fn create_administrator(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: &str,
        address: &str,
    ) -> Result<Person>;

    // Reading.

    async fn frame(&self, viewer: &Viewer, public_url: &str) -> Result<Frame>;
    async fn overview(&self, viewer: &Viewer) -> Result<Overview>;
    async fn sources(&self, viewer: &Viewer, public_url: &str) -> Result<SourcesPage>;
    async fn tags(&self, viewer: &Viewer) -> Result<Vec<TagItem>>;
    async fn tag(&self, viewer: &Viewer, id: &str) -> Result<TagView>;
    /// `before`: the id of the oldest row already shown.
    async fn live(
        &self,
        viewer: &Viewer,
        outcome: Option<tag::outcome::Outcome>,
        before: Option<&str>,
    ) -> Result<LivePage>;
    async fn run(&self, viewer: &Viewer, id: &str) -> Result<RunView>;

    // Changing.

    /// Returns the new source's id.
    async fn create_source(
        &self,
        publisher: &Publisher,
        name: &str,
        kind: SourceKind,
        origins: &str,
    ) -> Result<String>;
    async fn update_source(&self, publisher: &Publisher, id: &str, name: &str, origins: &str) -> Result<()>;
    /// Creates a draft; returns the new tag's id.
    async fn create_tag(&self, editor: &Editor, name: &str, config: TagConfig) -> Result<String>;
    /// Saves the draft if it still is at `revision`. Returns the new revision.
    async fn save_tag(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        name: &str,
        config: TagConfig,
    ) -> Result<i64>;
    /// Makes the draft at `revision` live. Returns the version's number.
    async fn publish_tag(&self, publisher: &Publisher, id: &str, revision: i64) -> Result<i64>;
    /// Sends a marked event through the same path as production. Returns the first row's id.
    async fn send_test_event(&self, publisher: &Publisher, source_id: &str, sample: Sample)
    -> Result<String>;
}

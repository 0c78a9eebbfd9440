//! What crosses the wire between server and browser: view models made for a page, never stored rows.
//! Times are Unix milliseconds.

use serde::{Deserialize, Serialize};
use tag::amazon::envelope::TokenRequest;
use tag::amazon::reply::Reply;
use tag::config::{Problem, TagConfig};
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::run::Param;
use tag::trace::Step;

/// What a person may do. Each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Editor,
    Publisher,
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Publisher, Self::Admin];

    pub fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Editor => "Editor",
            Self::Publisher => "Publisher",
            Self::Admin => "Administrator",
        }
    }
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// What frames every page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub person: Person,
    /// The address senders use, such as `https://tags.shop.example`.
    pub public_url: String,
    pub published_tags: u64,
    /// Events received in the last minute.
    pub events_last_minute: u64,
    /// Received in the last 30 minutes and refused or given up.
    pub failed_lately: u64,
    /// Amazon's addresses point at the built-in mock: nothing leaves this machine.
    pub mock_amazon: bool,
}

/// The one-time setup link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupLink {
    /// It works until then.
    Open { expires_at: i64 },
    /// Unknown, over, or used.
    Closed,
    /// There is an administrator already.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Website,
    Server,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    pub id: String,
    pub name: String,
    pub kind: SourceKind,
    pub write_key: String,
    pub origins: Vec<String>,
    pub created_at: i64,
    /// Runs in the last 24 hours.
    pub events_24h: u64,
    pub last_event_at: Option<i64>,
    /// Names of the published tags that take its events.
    pub feeds: Vec<TagLink>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagLink {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourcesPage {
    pub sources: Vec<SourceView>,
    pub public_url: String,
}

/// A tag in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagItem {
    pub id: String,
    pub name: String,
    /// One plain sentence.
    pub summary: String,
    pub version: Option<i64>,
    /// The draft differs from the live version.
    pub changed: bool,
    /// Names; empty means every source.
    pub sources: Vec<String>,
    pub region: String,
    /// Of the last 24 hours.
    pub delivered: u64,
    pub skipped: u64,
    pub retrying: u64,
    pub failed: u64,
    pub edited_at: i64,
    pub edited_by: String,
}

/// The tag editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagView {
    pub id: String,
    pub name: String,
    pub config: TagConfig,
    pub revision: i64,
    pub summary: String,
    pub changed: bool,
    pub live: Option<LiveVersion>,
    /// Odd, but no obstacle.
    pub warnings: Vec<Problem>,
    /// What still keeps the draft from being published.
    pub problems: Vec<Problem>,
    pub sources: Vec<SourceChoice>,
    pub edited_at: i64,
    pub edited_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveVersion {
    pub number: i64,
    pub name: String,
    pub config: TagConfig,
    pub published_at: i64,
    pub published_by: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceChoice {
    pub id: String,
    pub name: String,
}

/// A row of the live list: one event with one tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveRow {
    /// Sorts by time of receipt.
    pub id: String,
    pub event_id: String,
    pub at: i64,
    pub source: String,
    pub event_in: String,
    pub event_out: Option<String>,
    pub tag: Option<TagLink>,
    pub version: Option<i64>,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub value: Option<String>,
    pub currency: Option<String>,
    pub http_status: Option<u16>,
    pub latency_ms: Option<u64>,
    pub attempts: u64,
    pub next_at: Option<i64>,
    pub test: bool,
}

/// The live page's first picture; the stream goes on from `stream_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LivePage {
    /// Newest first.
    pub rows: Vec<LiveRow>,
    /// There are older rows.
    pub more: bool,
    /// `Last-Event-ID` to resume the stream from without gap or double.
    pub stream_id: String,
    /// The last 30 minutes: one bar a minute, oldest first, only those with events.
    pub histogram: Vec<Bar>,
    /// When this picture was taken.
    pub now: i64,
    pub sources: Vec<SourceChoice>,
    pub published_tags: u64,
}

/// Runs of one outcome in the minute that begins at `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub at: i64,
    pub outcome: Outcome,
    pub count: u64,
}

/// Everything about one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub row: LiveRow,
    /// From receipt to Amazon's last answer.
    pub steps: Vec<Step>,
    pub requests: Vec<RequestView>,
    /// The incoming request, masked.
    pub incoming: serde_json::Value,
    /// The event in the common names, masked.
    pub data: serde_json::Value,
}

/// One outgoing request with its tries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestView {
    pub tag_id: String,
    /// Masked, like all that follows.
    pub url: String,
    pub params: Vec<Param>,
    /// What Amazon is asked for a token first.
    pub token: Option<TokenRequest>,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub next_at: Option<i64>,
    pub attempts: Vec<AttemptView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptView {
    pub number: i64,
    pub started_at: i64,
    pub latency_ms: i64,
    pub reply: Reply,
}

/// The overview page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub administrator: String,
    pub first_source: Option<SourceChoice>,
    pub first_tag: Option<TagLink>,
    pub published: bool,
    /// The newest event, if any has arrived.
    pub last_event: Option<LiveRow>,
    /// An event that Amazon accepted, if any.
    pub last_delivered: Option<LiveRow>,
    pub now: i64,
    /// The last 30 minutes, as on the live page.
    pub histogram: Vec<Bar>,
    /// Why events of the last 24 hours were not delivered, most frequent first.
    pub losses: Vec<Loss>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    pub outcome: Outcome,
    pub reason: Reason,
    pub count: u64,
}

/// The samples that "send a test event" offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sample {
    PageView,
    AddToCart,
    #[serde(rename = "generate_lead")]
    Lead,
    Purchase,
}

impl Sample {
    pub const ALL: [Self; 4] = [Self::PageView, Self::AddToCart, Self::Lead, Self::Purchase];

    /// Its GA4 name, also the form's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::PageView => "page_view",
            Self::AddToCart => "add_to_cart",
            Self::Lead => "generate_lead",
            Self::Purchase => "purchase",
        }
    }
}

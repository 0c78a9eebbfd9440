//! What the pages about people show: view models, never stored rows. Times are Unix milliseconds.

use serde::{Deserialize, Serialize};

use super::act::Area;
use crate::views::{Person, Role};

/// How signing in goes on after the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    Whole(Person),
    /// The password was right; a code is asked for.
    NeedsCode {
        person_id: String,
    },
}

/// The people page.
#[derive(Clone, Debug, PartialEq)]
pub struct PeoplePage {
    pub people: Vec<Member>,
    pub invites: Vec<InviteView>,
    pub now: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub person: Person,
    pub disabled: bool,
    pub two_step: bool,
    pub since: i64,
    /// Of a session that is still open.
    pub last_seen: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InviteView {
    pub id: String,
    pub email: String,
    pub role: Role,
    pub invited_by: String,
    pub expires_at: i64,
}

/// A new link for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvite {
    pub email: String,
    pub token: String,
    pub expires_at: i64,
}

/// What an invited person is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteOffer {
    pub email: String,
    pub role: Role,
    pub invited_by: String,
    pub expires_at: i64,
}

/// What is shown on one page and never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShownOnce {
    Invite(NewInvite),
    RecoveryCodes(Vec<String>),
    Token { name: String, token: String },
}

/// The page of one's own account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountPage {
    pub person: Person,
    /// Since when signing in asks for a code.
    pub two_step_since: Option<i64>,
    pub sessions: Vec<SessionView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub id: String,
    pub created_at: i64,
    pub seen_at: i64,
    /// Shortened to the network.
    pub address: String,
}

/// What an app needs to make codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoStepSetup {
    /// In groups of four, to be typed.
    pub secret: String,
    /// The outline of the QR code's dark squares, one unit each.
    pub qr_outline: String,
    /// Its width in units, quiet zone included.
    pub qr_width: i32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TokenView {
    pub id: String,
    pub name: String,
    pub scope: Role,
    /// `None`: made on the command line.
    pub made_by: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub last_used_at: Option<i64>,
    pub standing: TokenStanding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    Works,
    Over,
    Revoked,
    /// Its maker is shut out.
    MakerDisabled,
}

/// What a token of this scope may do at most; a scope is called after its verb, a role after who has it.
pub fn scope_name(role: Role) -> &'static str {
    match role {
        Role::Viewer => "read",
        Role::Editor => "write",
        Role::Publisher => "publish",
        Role::Admin => "admin",
    }
}

/// Which traces to show, as somebody asked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceFilter {
    pub person_id: Option<String>,
    pub area: Option<Area>,
    /// From then on, and up to but not at.
    pub since: Option<i64>,
    pub until: Option<i64>,
    /// The id of the oldest trace already shown.
    pub before: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TracesPage {
    pub traces: Vec<Trace>,
    pub more: bool,
    /// Whom one can filter by: id and name.
    pub people: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub id: String,
    pub at: i64,
    pub person: String,
    pub via: String,
    /// The stable name, such as `people.invited`.
    pub act: String,
    pub subject: String,
    pub address: String,
    pub details: serde_json::Value,
}

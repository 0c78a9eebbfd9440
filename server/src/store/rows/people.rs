//! People, their sessions and keys, and the traces of what they did.

use serde::Deserialize;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: String,
    /// Lower case; unique.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC string form.
    pub password_hash: String,
    pub created_at: i64,
    /// Since when they may not sign in.
    pub disabled_at: Option<i64>,
    /// Since when signing in asks for a code too.
    pub two_step_since: Option<i64>,
}

/// Each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Editor,
    Publisher,
    Admin,
}

impl Role {
    /// The stable name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }
}

/// How a change of somebody's role or access ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    NotFound,
    /// Without them nobody could manage people any more, so nothing was changed.
    LastAdmin,
}

/// A link that makes one user.
#[derive(Clone, Debug, PartialEq)]
pub struct Invite {
    pub id: String,
    /// Lower case; unique.
    pub email: String,
    pub role: Role,
    pub created_at: i64,
    /// The inviting user's name at that time.
    pub created_by: String,
    pub expires_at: i64,
}

/// A browser's session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    pub id_hash: Vec<u8>,
    /// `None` until somebody has signed in.
    pub user_id: Option<String>,
    /// As the session layer wrote it.
    pub data: Vec<u8>,
    pub created_at: i64,
    pub seen_at: i64,
    /// Shortened to the network.
    pub address: String,
    pub expires_at: i64,
}

/// The second step of a user's signing in.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoStep {
    /// Sealed.
    pub secret: Vec<u8>,
    /// `None` while it is being set up.
    pub confirmed_at: Option<i64>,
}

/// A program's key to the API.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiToken {
    pub id: String,
    pub name: String,
    pub scope: Scope,
    /// `None`: made on the command line.
    pub owner_id: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub last_used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// What a token may do at most. Each scope holds those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Write,
    Publish,
    Admin,
}

impl Scope {
    /// The stable name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Publish => "publish",
            Self::Admin => "admin",
        }
    }
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    pub id: String,
    pub at: i64,
    pub area: String,
    pub act: String,
    /// `None` when nobody had signed in.
    pub person_id: Option<String>,
    /// At that time.
    pub person_name: String,
    /// Through what: browser, token, command, server.
    pub via: String,
    pub subject_id: Option<String>,
    /// At that time.
    pub subject_name: String,
    /// Empty when there was none.
    pub address: String,
    /// Without secrets.
    pub details: serde_json::Value,
}

/// Which entries of the audit log, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub person_id: Option<String>,
    pub area: Option<String>,
    /// From then on.
    pub since: Option<i64>,
    /// Up to but not at.
    pub until: Option<i64>,
    /// Only entries older than this one.
    pub before: Option<String>,
    pub limit: i64,
}

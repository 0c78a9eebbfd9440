//! Shapes that several resources share.

use app::configuration::views as config;
use app::views::{Role, SourceKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When something was done, in Unix milliseconds, and by whom.
#[derive(Serialize, ToSchema)]
pub(super) struct Mark {
    at: i64,
    /// Their name at that time.
    by: String,
}

impl From<config::Mark> for Mark {
    fn from(mark: config::Mark) -> Self {
        Self { at: mark.at, by: mark.by }
    }
}

/// A tag's name and configuration, which are edited together.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Edition {
    name: String,
    /// The tag's configuration; `GET /export` shows its fields.
    #[schema(value_type = Object)]
    config: tag::config::TagConfig,
}

impl From<config::Edition> for Edition {
    fn from(edition: config::Edition) -> Self {
        Self { name: edition.name, config: edition.config }
    }
}

impl From<Edition> for config::Edition {
    fn from(edition: Edition) -> Self {
        Self { name: edition.name, config: edition.config }
    }
}

/// Something wrong, or merely odd, in a field.
#[derive(Serialize, ToSchema)]
pub(super) struct FieldProblem {
    /// Such as `tag_ids.1`.
    path: String,
    /// What is wrong and what to do.
    message: String,
}

impl FieldProblem {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl From<tag::config::Problem> for FieldProblem {
    fn from(problem: tag::config::Problem) -> Self {
        let message = problem.text();
        Self::new(problem.path, message)
    }
}

pub(super) fn problems(problems: Vec<tag::config::Problem>) -> Vec<FieldProblem> {
    problems.into_iter().map(FieldProblem::from).collect()
}

/// One thing that changes in a configuration, in words.
#[derive(Serialize, ToSchema)]
pub(super) struct Change {
    /// The setting, such as `event_name.name`.
    path: String,
    /// The setting's label.
    label: String,
    /// The change by itself.
    sentence: String,
    /// What follows from it; may be empty.
    consequence: String,
    /// `weakens_consent`, `stops_purchases`, `riskier` or `plain`.
    #[schema(value_type = String)]
    weight: tag::config::Weight,
}

pub(super) fn changes(changes: Vec<tag::config::Change>) -> Vec<Change> {
    let change = |change: tag::config::Change| {
        let tag::config::Change { path, label, sentence, consequence, weight, .. } = change;
        Change { path, label, sentence, consequence, weight }
    };
    changes.into_iter().map(change).collect()
}

/// Something deleted that can be restored.
#[derive(Serialize, ToSchema)]
pub(super) struct Deleted {
    pub id: String,
    name: String,
    deleted: Mark,
    restorable_until: i64,
}

impl From<config::DeletedItem> for Deleted {
    fn from(item: config::DeletedItem) -> Self {
        let config::DeletedItem { id, name, deleted, restorable_until } = item;
        Self { id, name, deleted: deleted.into(), restorable_until }
    }
}

/// What a person may do. Each role may do what those before it may.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RoleName {
    Viewer,
    Editor,
    Publisher,
    Admin,
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Editor => Self::Editor,
            Role::Publisher => Self::Publisher,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Editor => Self::Editor,
            RoleName::Publisher => Self::Publisher,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// What a token may do at most. Each scope holds those before it.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScopeName {
    Read,
    Write,
    Publish,
    Admin,
}

impl From<Role> for ScopeName {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Read,
            Role::Editor => Self::Write,
            Role::Publisher => Self::Publish,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<ScopeName> for Role {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Read => Self::Viewer,
            ScopeName::Write => Self::Editor,
            ScopeName::Publish => Self::Publisher,
            ScopeName::Admin => Self::Admin,
        }
    }
}

/// Where a source's events come from.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Website,
    Server,
}

impl From<SourceKind> for Kind {
    fn from(kind: SourceKind) -> Self {
        match kind {
            SourceKind::Website => Self::Website,
            SourceKind::Server => Self::Server,
        }
    }
}

impl From<Kind> for SourceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Website => Self::Website,
            Kind::Server => Self::Server,
        }
    }
}

/// One of Amazon's collection hosts.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum RegionName {
    Na,
    Eu,
    Fe,
}

impl From<tag::config::Region> for RegionName {
    fn from(region: tag::config::Region) -> Self {
        match region {
            tag::config::Region::Na => Self::Na,
            tag::config::Region::Eu => Self::Eu,
            tag::config::Region::Fe => Self::Fe,
        }
    }
}

impl From<RegionName> for tag::config::Region {
    fn from(name: RegionName) -> Self {
        match name {
            RegionName::Na => Self::Na,
            RegionName::Eu => Self::Eu,
            RegionName::Fe => Self::Fe,
        }
    }
}

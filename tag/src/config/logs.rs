//! What is logged outside Sidetag. Sidetag's own live page and history do not depend on it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// To the server's own log. Default: never.
    pub console: Console,
    /// To a BigQuery table. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bigquery: Option<BigQuery>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Console {
    #[default]
    Never,
    /// Only for events of a preview session.
    Preview,
    Always,
}

/// The table that receives one row for each request and reply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BigQuery {
    /// Empty for the project that the credentials belong to.
    pub project: String,
    pub dataset: String,
    pub table: String,
}

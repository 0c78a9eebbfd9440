//! What can go wrong with the database, named by the step that failed.

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database address {url} must begin with sqlite: or postgres:")]
    UnknownScheme { url: String },
    #[error("another Sidetag process uses {path}; stop it first, or use Postgres to run several")]
    InUse { path: String },
    #[error("cannot open the database {url}")]
    Open { url: String, source: sqlx::Error },
    #[error("cannot bring the database to this version of Sidetag")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("SQLite {found} can damage its log; Sidetag needs 3.51.3 or newer")]
    SqliteTooOld { found: String },
    #[error("{origin} already belongs to the source {source_name}")]
    OriginTaken { origin: String, source_name: String },
    #[error("cannot {step}")]
    Query { step: &'static str, source: sqlx::Error },
    #[error("cannot read {what} as it is stored")]
    Corrupt { what: &'static str, source: serde_json::Error },
}

impl StoreError {
    /// Names the step for `map_err`.
    pub(crate) fn query(step: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Query { step, source }
    }

    /// The address without its password, for messages and logs.
    pub(crate) fn without_password(url: &str) -> String {
        let Ok(mut url) = url::Url::parse(url) else { return url.to_owned() };
        if url.password().is_some() && url.set_password(Some("***")).is_err() {
            return "(address hidden)".into();
        }
        url.into()
    }
}

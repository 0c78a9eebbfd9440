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
        const HIDDEN: &str = "(address hidden)";
        let Ok(mut parsed) = url::Url::parse(url) else {
            // No telling where a password begins and ends.
            let may_hold_one = url.contains('@') || url.contains("password");
            return if may_hold_one { HIDDEN } else { url }.to_owned();
        };
        if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
            return HIDDEN.to_owned();
        }
        if parsed.query_pairs().any(|(name, _)| name == "password") {
            let shown: Vec<_> = parsed
                .query_pairs()
                .into_owned()
                .map(
                    |(name, value)| if name == "password" { (name, "***".to_owned()) } else { (name, value) },
                )
                .collect();
            parsed.query_pairs_mut().clear().extend_pairs(shown);
        }
        parsed.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_address_shows_its_password() {
        for (url, shown) in [
            ("postgres://ada:s3cret@db/sidetag", "postgres://ada:***@db/sidetag"),
            ("postgres:///sidetag?user=ada&password=s3cret", "postgres:///sidetag?user=ada&password=***"),
            ("postgres://ada:s3c/ret@db:port/sidetag", "(address hidden)"),
            ("mysql://ada:s3cret@db", "mysql://ada:***@db"),
            ("postgres://ada@db/sidetag", "postgres://ada@db/sidetag"),
            ("sqlite:data/sidetag.db", "sqlite:data/sidetag.db"),
            ("data/sidetag.db", "data/sidetag.db"),
        ] {
            assert_eq!(StoreError::without_password(url), shown);
        }
    }
}

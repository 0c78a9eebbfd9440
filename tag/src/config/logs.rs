//! What is logged outside Sidetag. Sidetag's own live page and history do not depend on it.

use serde::{Deserialize, Serialize};

use super::report::Report;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// To the server's own log. Default: never.
    pub console: Console,
    /// To a BigQuery table. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bigquery: Option<BigQuery>,
    /// Write match IDs, tokens, hashes and IP addresses in full (Stape's template does). Default: off, they
    /// are masked.
    pub full: bool,
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

impl Console {
    /// Whether an event is logged.
    pub fn takes(self, preview: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Preview => preview,
            Self::Always => true,
        }
    }
}

impl Logs {
    pub(super) fn check(&self, report: &mut Report) -> Self {
        let bigquery = self.bigquery.as_ref().map(|table| table.check(report));
        Self { console: self.console, bigquery, full: self.full }
    }
}

/// The longest name of a dataset or table, in characters (BigQuery).
const NAME_LIMIT: usize = 1024;

impl BigQuery {
    /// Names lose the spaces around them, which come with copying.
    fn check(&self, report: &mut Report) -> Self {
        let project = self.project.trim();
        // `example.com:project` is the old form of projects that belong to a domain.
        let odd = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ':' | '.');
        if project.contains(odd) {
            let remedy = "Copy the project ID from the Google Cloud console.";
            report.problem("logs.bigquery.project", "This cannot be a project ID.", remedy);
        }
        let (dataset, table) = (self.dataset.trim(), self.table.trim());
        check_name("dataset", dataset, |c| c.is_ascii_alphanumeric() || c == '_', report);
        check_name(
            "table",
            table,
            |c| c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '_' | '-' | ' '),
            report,
        );
        Self { project: project.to_owned(), dataset: dataset.to_owned(), table: table.to_owned() }
    }
}

fn check_name(kind: &str, name: &str, fits: fn(char) -> bool, report: &mut Report) {
    let path = format!("logs.bigquery.{kind}");
    if name.is_empty() {
        let message = format!("The {kind} is missing.");
        report.problem(path, message, "Enter its name, or switch logging to BigQuery off.");
    } else if name.chars().count() > NAME_LIMIT || !name.chars().all(fits) {
        let message = format!("This cannot be the name of a {kind}.");
        report.problem(path, message, "Copy it from the BigQuery console, without project and dots.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(project: &str, dataset: &str, table: &str) -> Vec<String> {
        let mut report = Report::default();
        let table = BigQuery { project: project.into(), dataset: dataset.into(), table: table.into() };
        Logs { bigquery: Some(table), ..Logs::default() }.check(&mut report);
        report.problems.into_iter().map(|problem| problem.path).collect()
    }

    #[test]
    fn a_table_needs_a_dataset_and_a_name() {
        assert_eq!(problems("", " ads ", "events_2026"), [""; 0]);
        assert_eq!(problems("shop-prod-1", "ads", "täglich"), [""; 0]);
        assert_eq!(problems("", "", " "), ["logs.bigquery.dataset", "logs.bigquery.table"]);
        assert_eq!(
            problems("my project", "shop.ads", "a.b"),
            ["logs.bigquery.project", "logs.bigquery.dataset", "logs.bigquery.table"]
        );
    }

    #[test]
    fn the_console_takes_what_it_is_set_to() {
        for (console, shown) in [
            (Console::Never, [false, false]),
            (Console::Preview, [false, true]),
            (Console::Always, [true, true]),
        ] {
            assert_eq!([console.takes(false), console.takes(true)], shown, "{console:?}");
        }
    }
}

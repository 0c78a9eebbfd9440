//! The audit log as a file: CSV for spreadsheets, NDJSON for programs. Written page by page, so that a long log
//! does not fill the memory.

use std::sync::Arc;

use app::error::UiError;
use app::people::views::{Trace, TraceFilter};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::request::Parts;
use serde::Deserialize;
use serde_json::json;

use super::browser;
use crate::state::Server;

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Ndjson,
}

/// What the page's filters put into the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    person: String,
    area: String,
    since: String,
    until: String,
}

/// `GET /settings/audit.csv`
pub async fn csv(server: State<Arc<Server>>, asked: Query<Asked>, parts: Parts) -> Response {
    download(server, asked, &parts, Format::Csv).await
}

/// `GET /settings/audit.ndjson`
pub async fn ndjson(server: State<Arc<Server>>, asked: Query<Asked>, parts: Parts) -> Response {
    download(server, asked, &parts, Format::Ndjson).await
}

async fn download(
    State(server): State<Arc<Server>>,
    Query(asked): Query<Asked>,
    parts: &Parts,
    format: Format,
) -> Response {
    let caller = browser::caller(&server, parts).ok_or(UiError::Internal);
    let proof = caller.and_then(|caller| caller.actor()?.admin().map(|admin| (caller.backend, admin)));
    let (backend, admin) = match proof {
        Ok(proof) => proof,
        Err(error) => return (StatusCode::FORBIDDEN, error.to_string()).into_response(),
    };
    let filter = TraceFilter::asked(&asked.person, &asked.area, &asked.since, &asked.until, "");
    let rest = stream::try_unfold(Some(filter), move |filter| {
        let (backend, admin) = (Arc::clone(&backend), admin.clone());
        async move {
            let Some(filter) = filter else { return Ok::<_, UiError>(None) };
            let page = backend.traces(&admin, &filter).await?;
            let next = page.traces.last().filter(|_| page.more).map(|oldest| oldest.id.clone());
            let next = next.map(|before| TraceFilter { before: Some(before), ..filter });
            let lines: String = page.traces.iter().map(|trace| format.line(trace)).collect();
            Ok(Some((Bytes::from(lines), next)))
        }
    });
    let head = stream::once(async move { Ok(Bytes::from(format.head())) });
    let (content_type, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"sidetag-audit.csv\""),
        Format::Ndjson => ("application/x-ndjson", "attachment; filename=\"sidetag-audit.ndjson\""),
    };
    let headers = [(CONTENT_TYPE, content_type), (CONTENT_DISPOSITION, name)];
    (headers, Body::from_stream(futures::StreamExt::chain(head, rest))).into_response()
}

impl Format {
    fn head(self) -> &'static str {
        match self {
            Self::Csv => "id,time,person,via,act,subject,address,details\r\n",
            Self::Ndjson => "",
        }
    }

    fn line(self, trace: &Trace) -> String {
        let time = time(trace.at);
        match self {
            Self::Csv => {
                let details = trace.details.to_string();
                let Trace { id, person, via, act, subject, address, .. } = trace;
                let cells = [id, &time, person, via, act, subject, address, &details];
                format!("{}\r\n", cells.map(|cell| cell_of(cell)).join(","))
            }
            Self::Ndjson => {
                let line = json!({
                    "id": trace.id, "time": time, "person": trace.person, "via": trace.via, "act": trace.act,
                    "subject": trace.subject, "address": trace.address, "details": trace.details,
                });
                format!("{line}\n")
            }
        }
    }
}

fn time(at: i64) -> String {
    let nanos = i128::from(at) * 1_000_000;
    let time =
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, milli) = time.to_hms_milli();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z", u8::from(month))
}

/// A cell in quotes. What a spreadsheet would take for a formula gets an apostrophe before it: names come from
/// whoever typed them.
fn cell_of(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let escape = if formula { "'" } else { "" };
    format!("\"{escape}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_stay_inside() {
        for (text, cell) in [
            ("Mara", "\"Mara\""),
            ("", "\"\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("  @x", "\"'  @x\""),
            ("\t=1", "\"'\t=1\""),
            ("a,b\r\nc", "\"a,b\r\nc\""),
        ] {
            assert_eq!(cell_of(text), cell);
        }
    }

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(time(951_782_400_007), "2000-02-29T00:00:00.007Z");
    }
}

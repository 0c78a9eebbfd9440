//! The audit log, as it is read.

use app::people::views::{Trace, TraceFilter, TracesPage};

use super::{Result, ServerBackend, broken};
use crate::store::rows::{AuditEntry, AuditFilter};

/// Traces of one page.
const PAGE: usize = 50;

pub(super) async fn page(backend: &ServerBackend, filter: &TraceFilter) -> Result<TracesPage> {
    let asked = AuditFilter {
        person_id: filter.person_id.clone(),
        area: filter.area.map(|area| area.name().to_owned()),
        since: filter.since,
        until: filter.until,
        before: filter.before.clone(),
        limit: i64::try_from(PAGE).unwrap_or(i64::MAX) + 1,
    };
    let mut entries = backend.store.audit(&asked).await.map_err(broken)?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let users = backend.store.users().await.map_err(broken)?;
    Ok(TracesPage {
        traces: entries.into_iter().map(trace).collect(),
        more,
        people: users.into_iter().map(|user| (user.id, user.name)).collect(),
    })
}

fn trace(entry: AuditEntry) -> Trace {
    Trace {
        id: entry.id,
        at: entry.at,
        person: entry.person_name,
        via: entry.via,
        act: entry.act,
        subject: entry.subject_name,
        address: entry.address,
        details: entry.details,
    }
}

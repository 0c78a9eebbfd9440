//! What administrators set for everybody.

use app::configuration::views::{Limit, Settings, SettingsView};
use app::error::UiError;
use app::guard::Admin;
use app::people::act::Act;
use serde_json::json;
use tag::config::Problem;

use super::{Result, ServerBackend, broken};
use crate::admin::trace::NOTHING;
use crate::store::rows;

/// Retries may go on for three days, and nothing must be deleted under them.
const EVENTS_DAYS: (u32, u32) = (7, 730);
const DELETED_DAYS: (u32, u32) = (1, 365);
const OVERLAP_HOURS: (u32, u32) = (0, 24 * 90);

pub(super) async fn all(backend: &ServerBackend) -> Result<SettingsView> {
    let (settings, revision) = backend.store.settings().await.map_err(broken)?;
    Ok(SettingsView { settings: view(&settings), revision, limits: limits(backend) })
}

fn view(settings: &rows::Settings) -> Settings {
    let rows::Settings { events_days, deleted_days, key_overlap_hours, region } = *settings;
    Settings { events_days, deleted_days, key_overlap_hours, region }
}

pub(super) async fn save(
    backend: &ServerBackend,
    admin: &Admin,
    revision: i64,
    settings: Settings,
) -> Result<i64> {
    let settings = checked(settings)?;
    let (before, _) = backend.store.settings().await.map_err(broken)?;
    let details = json!({ "before": before, "after": settings });
    let store = backend.noting(admin.actor(), Act::SettingsChanged, NOTHING, details);
    let saved = store.save_settings(revision, &settings).await.map_err(broken)?;
    saved.ok_or_else(|| UiError::Conflict { by: "Somebody else".into() })
}

fn checked(settings: Settings) -> Result<rows::Settings> {
    let Settings { events_days, deleted_days, key_overlap_hours, region } = settings;
    let problems: Vec<Problem> = [
        ("events_days", events_days, EVENTS_DAYS),
        ("deleted_days", deleted_days, DELETED_DAYS),
        ("key_overlap_hours", key_overlap_hours, OVERLAP_HOURS),
    ]
    .into_iter()
    .filter(|(_, value, (least, most))| !(least..=most).contains(&value))
    .map(|(path, _, (least, most))| Problem {
        path: path.to_owned(),
        message: format!("Choose from {least} to {most}."),
        remedy: String::new(),
    })
    .collect();
    if problems.is_empty() {
        Ok(rows::Settings { events_days, deleted_days, key_overlap_hours, region })
    } else {
        Err(UiError::Invalid(problems))
    }
}

/// What only the server's own file changes.
fn limits(backend: &ServerBackend) -> Vec<Limit> {
    let limits = &backend.ingest.limits;
    let limit = |name: &str, value: u64| Limit { name: format!("ingest.limits.{name}"), value };
    let size = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
    vec![
        limit("events_body_bytes", size(limits.events_body_bytes)),
        limit("hit_body_bytes", size(limits.hit_body_bytes)),
        limit("events", size(limits.events)),
        limit("depth", size(limits.depth)),
        limit("dedupe_ms", u64::try_from(limits.dedupe_ms).unwrap_or(0)),
        limit("wait_ms", u64::try_from(limits.wait_ms).unwrap_or(0)),
    ]
}

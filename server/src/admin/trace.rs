//! Entries of the audit log, as each begins: what was done to what, by nobody yet.

use app::people::act::Act;
use serde_json::json;

use crate::ids::Ids;
use crate::store::rows::AuditEntry;

/// What something is done to: id and name. Both empty when there is nothing to name.
pub(super) type Subject<'a> = (&'a str, &'a str);

/// When the act says it all.
pub(super) const NOTHING: Subject<'static> = ("", "");

/// In the browser, by somebody who is not known.
pub(super) fn entry(ids: &dyn Ids, at: i64, act: Act, (id, name): Subject<'_>) -> AuditEntry {
    AuditEntry {
        id: ids.id(at),
        at,
        area: act.area().name().to_owned(),
        act: act.name().to_owned(),
        person_id: None,
        person_name: "Somebody".to_owned(),
        via: "browser".to_owned(),
        subject_id: Some(id.to_owned()).filter(|id| !id.is_empty()),
        subject_name: name.to_owned(),
        address: String::new(),
        details: json!({}),
    }
}

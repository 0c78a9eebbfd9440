//! Leaving traces: what a change notes in the audit log, in its own transaction.

use std::sync::Arc;

use app::guard::{Actor, Via};
use app::people::act::Act;
use serde_json::{Value, json};

use super::ServerBackend;
use crate::admin::trace::{self, NOTHING, Subject};
use crate::store::Store;
use crate::store::rows::{AuditEntry, User};

impl ServerBackend {
    /// The store, whose next change notes who makes it.
    pub(super) fn noting(
        &self,
        actor: &Actor,
        act: Act,
        subject: Subject<'_>,
        details: Value,
    ) -> Arc<dyn Store> {
        self.changing(actor).noting(self.entry(actor, act, subject, details))
    }

    /// The store for a change that needs no entry of its own. For who only rehearses, nothing stays.
    pub(super) fn changing(&self, actor: &Actor) -> Arc<dyn Store> {
        if actor.rehearses { self.store.rehearsing() } else { Arc::clone(&self.store) }
    }

    pub(super) fn entry(&self, actor: &Actor, act: Act, subject: Subject<'_>, details: Value) -> AuditEntry {
        let (via, details) = match &actor.via {
            Via::Browser => ("browser", details),
            Via::Token { name, .. } => ("token", with(details, "token", name)),
        };
        AuditEntry {
            person_id: Some(actor.person.id.clone()).filter(|id| !id.is_empty()),
            person_name: actor.person.name.clone(),
            via: via.to_owned(),
            ..self.entry_of_nobody(act, subject, &actor.address, details)
        }
    }

    /// For who is known but not signed in yet.
    pub(super) fn entry_of(&self, user: &User, act: Act, address: &str, details: Value) -> AuditEntry {
        AuditEntry {
            person_id: Some(user.id.clone()),
            person_name: user.name.clone(),
            ..self.entry_of_nobody(act, NOTHING, address, details)
        }
    }

    pub(super) fn entry_of_nobody(
        &self,
        act: Act,
        subject: Subject<'_>,
        address: &str,
        details: Value,
    ) -> AuditEntry {
        let entry = trace::entry(&*self.ids, self.clock.now_ms(), act, subject);
        AuditEntry { address: address.to_owned(), details, ..entry }
    }
}

fn with(details: Value, name: &str, value: &str) -> Value {
    let mut details = match details {
        Value::Object(details) => details,
        _ => serde_json::Map::new(),
    };
    details.insert(name.to_owned(), json!(value));
    Value::Object(details)
}

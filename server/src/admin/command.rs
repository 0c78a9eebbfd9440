//! Administration from the command line: whoever may read the database's address may do it.

use app::people::act::Act;
use serde_json::json;

use super::api::token;
use super::trace;
use crate::cli::{self, CreateToken};
use crate::clock::Clock;
use crate::ids::Ids;
use crate::store::rows::{ApiToken, AuditEntry, Scope};
use crate::store::{Result, Store};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Makes a token that belongs to nobody in particular; returns it.
pub async fn create_token(
    store: &dyn Store,
    clock: &dyn Clock,
    ids: &dyn Ids,
    asked: &CreateToken,
) -> Result<String> {
    let now = clock.now_ms();
    let secret = token::new(ids);
    let scope = match asked.scope {
        cli::Scope::Read => Scope::Read,
        cli::Scope::Write => Scope::Write,
        cli::Scope::Publish => Scope::Publish,
        cli::Scope::Admin => Scope::Admin,
    };
    let token = ApiToken {
        id: ids.id(now),
        name: asked.name.clone(),
        scope,
        owner_id: None,
        created_at: now,
        expires_at: now + asked.expires * DAY_MS,
        last_used_at: None,
        revoked_at: None,
    };
    let entry = AuditEntry {
        person_name: "The command line".to_owned(),
        via: "command".to_owned(),
        details: json!({ "scope": scope.name(), "days": asked.expires }),
        ..trace::entry(ids, now, Act::TokenCreated, (&token.id, &token.name))
    };
    store.noting(entry).create_api_token(&token, &token::hash(&secret)).await?;
    Ok(secret)
}

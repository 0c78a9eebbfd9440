//! API tokens: how they look, what is kept of them, and who calls with one.

use std::net::SocketAddr;

use app::guard::{Actor, Via};
use app::people::act::Act;
use app::views::{Person, Role};
use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::Problem;
use crate::admin::{backend, trace};
use crate::ids::Ids;
use crate::state::Server;
use crate::store::StoreError;
use crate::store::rows::{ApiToken, AuditEntry, Scope};

/// Begins each token, so that one that leaked is recognised by people and by scanners.
const PREFIX: &str = "sidetag_";

/// A token's use is noted at most this often.
const TOUCH_MS: i64 = 60 * 1000;

/// A new token, to be shown once.
pub fn new(ids: &dyn Ids) -> String {
    format!("{PREFIX}{}", ids.secret(32))
}

/// What is kept of a token. It is random and long, so a plain hash is enough, and looking it up by its hash
/// tells nothing through timing.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The role that a scope is worth.
pub fn may(scope: Scope) -> Role {
    match scope {
        Scope::Read => Role::Viewer,
        Scope::Write => Role::Editor,
        Scope::Publish => Role::Publisher,
        Scope::Admin => Role::Admin,
    }
}

/// The scope that is worth a role.
pub fn scope(role: Role) -> Scope {
    match role {
        Role::Viewer => Scope::Read,
        Role::Editor => Scope::Write,
        Role::Publisher => Scope::Publish,
        Role::Admin => Scope::Admin,
    }
}

/// Who calls.
pub(super) async fn actor(server: &Server, request: &Parts) -> Result<Actor, Problem> {
    let given = bearer(&request.headers).ok_or_else(Problem::signed_out)?;
    let now = server.clock.now_ms();
    let token = server.store.api_token_by_hash(&hash(given)).await.map_err(broken)?;
    let token = token.filter(|token| token.revoked_at.is_none() && token.expires_at > now);
    let token = token.ok_or_else(Problem::signed_out)?;
    let person = person(server, &token).await?;
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let ip = server.client_ip(peer, &request.headers);
    let address = ip.map(|ip| ip.to_string()).unwrap_or_default();
    if token.last_used_at.is_none_or(|used| now - used >= TOUCH_MS) {
        used(server, &token, &person, &address, now).await.map_err(broken)?;
    }
    Ok(Actor {
        person,
        via: Via::Token { name: token.name, scope: token.scope.name() },
        address,
        rehearses: false,
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

/// The person whom the token stands for, with the role that counts: never more than its scope, nor than its
/// maker may now. A token made on the command line stands for itself.
async fn person(server: &Server, token: &ApiToken) -> Result<Person, Problem> {
    let Some(owner_id) = &token.owner_id else {
        let name = format!("API token {}", token.name);
        return Ok(Person { id: String::new(), name, email: String::new(), role: may(token.scope) });
    };
    let owner = server.store.user(owner_id).await.map_err(broken)?;
    let owner = owner.filter(|owner| owner.disabled_at.is_none()).ok_or_else(Problem::signed_out)?;
    let person = backend::person(&owner);
    Ok(Person { role: person.role.min(may(token.scope)), ..person })
}

/// Notes the use, and leaves a trace of the first.
async fn used(
    server: &Server,
    token: &ApiToken,
    person: &Person,
    address: &str,
    now: i64,
) -> Result<(), StoreError> {
    if token.last_used_at.is_some() {
        return server.store.api_token_used(&token.id, now).await;
    }
    let entry = AuditEntry {
        person_id: token.owner_id.clone(),
        person_name: person.name.clone(),
        via: "token".to_owned(),
        address: address.to_owned(),
        ..trace::entry(&*server.ids, now, Act::TokenUsed, (&token.id, &token.name))
    };
    server.store.noting(entry).api_token_used(&token.id, now).await
}

fn broken(error: StoreError) -> Problem {
    backend::broken(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeededIds;

    #[test]
    fn a_token_is_long_and_begins_with_our_name() {
        let token = new(&SeededIds::new(1));
        assert!(token.starts_with("sidetag_") && token.len() >= 50, "{token}");
    }

    #[test]
    fn each_scope_is_worth_one_role() {
        for role in Role::ALL {
            assert_eq!(may(scope(role)), role);
        }
    }

    #[test]
    fn only_our_tokens_are_looked_up() {
        let given = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(given("Bearer sidetag_x").as_deref(), Some("sidetag_x"));
        assert_eq!(given("bearer  sidetag_x ").as_deref(), Some("sidetag_x"));
        for other in ["Bearer", "Bearer x", "Basic sidetag_x", "sidetag_x"] {
            assert_eq!(given(other), None, "{other}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}

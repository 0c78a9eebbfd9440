//! The one-time link that creates the first administrator.

use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::ids::Ids;
use crate::store::{Result, Store};

/// Makes a new token while nobody can sign in yet. Earlier ones stop working. The token is returned once and
/// stored as its hash.
pub async fn new_token(
    store: &dyn Store,
    clock: &dyn Clock,
    ids: &dyn Ids,
    minutes: u64,
) -> Result<Option<String>> {
    if store.has_users().await? {
        return Ok(None);
    }
    let token = ids.secret(32);
    let expires_at = clock.now_ms() + i64::try_from(minutes).unwrap_or(60) * 60_000;
    store.put_setup_token(&hash(&token), expires_at).await?;
    Ok(Some(token))
}

/// What is stored of a token. It is random and long, so a plain hash is enough, and looking it up by its hash
/// tells nothing through timing.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

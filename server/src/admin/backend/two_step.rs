//! Two-step sign-in: setting it up, taking codes, turning it off.

use app::error::UiError;
use app::guard::Viewer;
use app::people::act::Act;
use app::people::views::TwoStepSetup;
use data_encoding::BASE32_NOPAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Result, ServerBackend, broken};
use crate::admin::trace::NOTHING;
use crate::admin::{qr, totp};
use crate::seal::OpenError;
use crate::store::rows::User;

/// How many recovery codes there are, and the random bytes of each: too many to guess, so a plain hash is kept.
const CODES: usize = 10;
const CODE: usize = 10;

/// Takes a code from the app or a recovery code, each once.
pub(super) async fn take(backend: &ServerBackend, user: &User, code: &str, address: &str) -> Result<bool> {
    if let Some(hash) = recovery_hash(code) {
        let entry = backend.entry_of(user, Act::RecoveryCodeUsed, address, json!({}));
        let left = backend.store.noting(entry).take_recovery_code(&user.id, &hash).await.map_err(broken)?;
        return Ok(left.is_some());
    }
    let stored = backend.store.two_step(&user.id).await.map_err(broken)?;
    let Some(stored) = stored.filter(|stored| stored.confirmed_at.is_some()) else { return Ok(false) };
    let secret = backend.seal.open(&purpose(&user.id), &stored.secret).map_err(unreadable)?;
    match totp::step_of(&secret, code, backend.clock.now_ms()) {
        Some(step) => backend.store.take_step(&user.id, step).await.map_err(broken),
        None => Ok(false),
    }
}

pub(super) async fn begin(backend: &ServerBackend, viewer: &Viewer, password: &str) -> Result<()> {
    let user = backend.check_again(viewer, password).await?;
    let mut secret = [0; totp::SECRET];
    backend.ids.fill(&mut secret);
    let sealed = backend.seal.seal(&purpose(&user.id), &secret);
    if !backend.store.begin_two_step(&user.id, &sealed).await.map_err(broken)? {
        return Err(UiError::field("current", "Two-step sign-in is on already. Turn it off first."));
    }
    Ok(())
}

pub(super) async fn setup(backend: &ServerBackend, viewer: &Viewer) -> Result<Option<TwoStepSetup>> {
    let person = viewer.person();
    let Some(secret) = unconfirmed(backend, &person.id).await? else { return Ok(None) };
    let address = totp::address(&secret, "Sidetag", &person.email);
    let (qr_outline, qr_width) = qr::outline(&address).ok_or(UiError::Internal)?;
    Ok(Some(TwoStepSetup { secret: totp::typed(&secret), qr_outline, qr_width }))
}

pub(super) async fn confirm(backend: &ServerBackend, viewer: &Viewer, code: &str) -> Result<Vec<String>> {
    let id = &viewer.person().id;
    let keys = [format!("again {id}")];
    backend.check_break(&keys)?;
    let Some(secret) = unconfirmed(backend, id).await? else {
        return Err(UiError::field("code", "Nothing is being set up. Begin again from your account."));
    };
    let now = backend.clock.now_ms();
    let Some(step) = totp::step_of(&secret, code, now) else {
        backend.count_failure(&keys);
        let message = "This code is not right. Check that your phone and this server agree on the time.";
        return Err(UiError::field("code", message));
    };
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code(backend)).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().filter_map(|code| recovery_hash(code)).collect();
    let store = backend.noting(viewer.actor(), Act::TwoStepOn, NOTHING, json!({}));
    if !store.confirm_two_step(id, step, &hashes, now).await.map_err(broken)? {
        return Err(UiError::field("code", "Two-step sign-in is on already."));
    }
    end_sessions(backend, id).await?;
    Ok(codes)
}

pub(super) async fn end(backend: &ServerBackend, viewer: &Viewer, password: &str) -> Result<()> {
    let user = backend.check_again(viewer, password).await?;
    let store = backend.noting(viewer.actor(), Act::TwoStepOff, NOTHING, json!({}));
    store.remove_two_step(&user.id).await.map_err(broken)?;
    end_sessions(backend, &user.id).await
}

/// What is open elsewhere was opened under the old rules.
async fn end_sessions(backend: &ServerBackend, id: &str) -> Result<()> {
    backend.store.end_sessions(id, None).await.map_err(broken)?;
    backend.sessions.ended_some();
    Ok(())
}

async fn unconfirmed(backend: &ServerBackend, id: &str) -> Result<Option<Vec<u8>>> {
    let stored = backend.store.two_step(id).await.map_err(broken)?;
    let Some(stored) = stored.filter(|stored| stored.confirmed_at.is_none()) else { return Ok(None) };
    backend.seal.open(&purpose(id), &stored.secret).map(Some).map_err(unreadable)
}

/// Binds a sealed secret to its person.
fn purpose(id: &str) -> String {
    format!("two-step sign-in of {id}")
}

fn unreadable(error: OpenError) -> UiError {
    tracing::error!(%error, "cannot open a two-step secret");
    let message = "This server cannot check codes now: its key is missing. Use a recovery code, or ask an administrator.";
    UiError::field("code", message)
}

/// Such as `gezd-gnbv-gy3t-qojq`.
fn recovery_code(backend: &ServerBackend) -> String {
    let mut bytes = [0; CODE];
    backend.ids.fill(&mut bytes);
    totp::typed(&bytes).replace(' ', "-")
}

/// What is stored of a recovery code, however it was typed; `None` when it does not look like one.
fn recovery_hash(code: &str) -> Option<[u8; 32]> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let bytes = BASE32_NOPAD.decode(plain.to_uppercase().as_bytes()).ok()?;
    (bytes.len() == CODE).then(|| Sha256::digest(bytes).into())
}

//! The store's roles that concern people: who may come in, and what they left behind.

use async_trait::async_trait;

use super::Result;
use super::rows::*;

/// Users and the one-time setup link.
#[async_trait]
pub trait Accounts {
    async fn has_users(&self) -> Result<bool>;
    /// By name.
    async fn users(&self) -> Result<Vec<User>>;
    async fn user(&self, id: &str) -> Result<Option<User>>;
    /// `email` in lower case.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>>;
    /// Replaces any earlier setup token.
    async fn put_setup_token(&self, token_hash: &[u8], expires_at: i64) -> Result<()>;
    /// When the token of this hash ends, if it is the current one and has not ended by `now`.
    async fn setup_token_expiry(&self, token_hash: &[u8], now: i64) -> Result<Option<i64>>;
    /// Creates the first user and spends the token, both or neither. `false`: the token is unknown, spent
    /// or over, or there is a user already.
    async fn create_first_user(&self, user: &User, token_hash: &[u8], now: i64) -> Result<bool>;

    /// Also ends their sessions: what they could do changes under them.
    async fn set_role(&self, id: &str, role: Role) -> Result<Changed>;
    /// `Some` shuts them out and ends their sessions, `None` lets them in again.
    async fn set_disabled(&self, id: &str, at: Option<i64>) -> Result<Changed>;
    /// `false` when there is no such user.
    async fn rename_user(&self, id: &str, name: &str) -> Result<bool>;
    /// Also ends all their sessions. `false` when there is no such user.
    async fn set_password(&self, id: &str, password_hash: &str) -> Result<bool>;
}

/// Links that each make one user.
#[async_trait]
pub trait Invites {
    /// By address; also those that are over.
    async fn invites(&self) -> Result<Vec<Invite>>;
    /// The invite that this token opens, if it has not ended by `now`.
    async fn invite_by_token(&self, token_hash: &[u8], now: i64) -> Result<Option<Invite>>;
    /// Replaces any earlier invite to the same address. `false` when that address has a user already.
    async fn create_invite(&self, invite: &Invite, token_hash: &[u8]) -> Result<bool>;
    /// Gives the invite a new link; the old one ends. Returns the invite, if there is one.
    async fn renew_invite(&self, id: &str, token_hash: &[u8], expires_at: i64) -> Result<Option<Invite>>;
    /// Takes the invite back. Returns it, if there was one.
    async fn revoke_invite(&self, id: &str) -> Result<Option<Invite>>;
    /// Creates the user and spends the invite, both or neither. `false`: the token is unknown, spent or over,
    /// or made for another address or role than the user's.
    async fn accept_invite(&self, user: &User, token_hash: &[u8], now: i64) -> Result<bool>;
}

/// Browsers' sessions.
#[async_trait]
pub trait Sessions {
    async fn create_session(&self, session: &SessionRow) -> Result<()>;
    /// Writes a session that still exists; one that was ended in between stays ended.
    async fn save_session(&self, session: &SessionRow) -> Result<()>;
    async fn session(&self, id_hash: &[u8], now: i64) -> Result<Option<SessionRow>>;
    /// A user's sessions that are not over, the latest used first.
    async fn sessions_of(&self, user_id: &str, now: i64) -> Result<Vec<SessionRow>>;
    async fn delete_session(&self, id_hash: &[u8]) -> Result<()>;
    /// Ends a user's sessions but for the one to keep; returns how many.
    async fn end_sessions(&self, user_id: &str, keep: Option<&[u8]>) -> Result<u64>;
    /// Deletes sessions that are over at `now`; returns how many.
    async fn delete_expired_sessions(&self, now: i64) -> Result<u64>;
}

/// The second step of signing in.
#[async_trait]
pub trait TwoSteps {
    async fn two_step(&self, user_id: &str) -> Result<Option<TwoStep>>;
    /// Begins with a sealed secret, in place of one that was never confirmed. `false` when it is on already.
    async fn begin_two_step(&self, user_id: &str, secret: &[u8]) -> Result<bool>;
    /// Turns it on, with recovery codes. `step` is the time step of the code that proved the secret. `false`
    /// when there is nothing to confirm.
    async fn confirm_two_step(&self, user_id: &str, step: i64, codes: &[[u8; 32]], now: i64) -> Result<bool>;
    /// Takes a code's time step. `false` when it, or a later one, was taken before.
    async fn take_step(&self, user_id: &str, step: i64) -> Result<bool>;
    /// Spends a recovery code; returns how many are left. `None` when it is none of the user's.
    async fn take_recovery_code(&self, user_id: &str, code_hash: &[u8]) -> Result<Option<i64>>;
    /// Turns it off, recovery codes included. `false` when it was not on or begun.
    async fn remove_two_step(&self, user_id: &str) -> Result<bool>;
}

/// Programs' keys to the API.
#[async_trait]
pub trait ApiTokens {
    /// By name; also those that are over or revoked.
    async fn api_tokens(&self) -> Result<Vec<ApiToken>>;
    async fn create_api_token(&self, token: &ApiToken, token_hash: &[u8]) -> Result<()>;
    async fn api_token_by_hash(&self, token_hash: &[u8]) -> Result<Option<ApiToken>>;
    async fn api_token_used(&self, id: &str, at: i64) -> Result<()>;
    /// Returns the token, if it was there and not revoked before.
    async fn revoke_api_token(&self, id: &str, at: i64) -> Result<Option<ApiToken>>;
}

/// Who did what. What changes something is noted in the same transaction, through
/// [`Store::noting`](super::Store::noting).
#[async_trait]
pub trait Audit {
    /// Notes what changes nothing else, such as a failed sign-in.
    async fn note(&self, entry: &AuditEntry) -> Result<()>;
    async fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>>;
    /// Deletes entries from before `before`; returns how many.
    async fn forget_audit(&self, before: i64) -> Result<u64>;
}

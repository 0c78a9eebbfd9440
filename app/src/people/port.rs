//! The part of the port that concerns people, their accounts, tokens and traces.

use async_trait::async_trait;

use super::views::*;
use crate::error::UiError;
use crate::guard::{Actor, Admin, Viewer};
use crate::views::{Person, Role};

type Result<T> = std::result::Result<T, UiError>;

#[async_trait]
pub trait People: Send + Sync {
    // Before anybody is signed in. `address`: where the caller is.

    /// Checks the credentials; throttled per e-mail and per address.
    async fn check_credentials(&self, email: &str, password: &str, address: &str) -> Result<SignedIn>;
    /// Checks the code of the one whose password was right. An app's code and a recovery code each work once.
    async fn check_code(&self, person_id: &str, code: &str, address: &str) -> Result<Person>;
    /// What an invitation's token still opens.
    async fn invite_offer(&self, token: &str) -> Result<Option<InviteOffer>>;
    /// Creates the person and spends the token.
    async fn accept_invite(&self, token: &str, name: &str, password: &str, address: &str) -> Result<Person>;

    // One's own account.

    async fn account(&self, viewer: &Viewer) -> Result<AccountPage>;
    async fn rename(&self, viewer: &Viewer, name: &str) -> Result<()>;
    /// Ends all sessions of the person, this one too.
    async fn change_password(&self, viewer: &Viewer, current: &str, new: &str) -> Result<()>;
    async fn end_session(&self, viewer: &Viewer, id: &str) -> Result<()>;
    /// Begins with a new secret, which [`two_step_setup`](Self::two_step_setup) shows.
    async fn begin_two_step(&self, viewer: &Viewer, password: &str) -> Result<()>;
    /// `None`: nothing is being set up.
    async fn two_step_setup(&self, viewer: &Viewer) -> Result<Option<TwoStepSetup>>;
    /// Turns it on; returns the recovery codes. Ends the person's sessions, this one too.
    async fn confirm_two_step(&self, viewer: &Viewer, code: &str) -> Result<Vec<String>>;
    /// Ends the person's sessions, this one too.
    async fn end_two_step(&self, viewer: &Viewer, password: &str) -> Result<()>;
    /// Leaves the trace that somebody signed out.
    async fn signed_out(&self, actor: &Actor) -> Result<()>;

    // Everybody.

    async fn people(&self, admin: &Admin) -> Result<PeoplePage>;
    async fn invite(&self, admin: &Admin, email: &str, role: Role) -> Result<NewInvite>;
    async fn renew_invite(&self, admin: &Admin, id: &str) -> Result<NewInvite>;
    async fn revoke_invite(&self, admin: &Admin, id: &str) -> Result<()>;
    async fn set_role(&self, admin: &Admin, id: &str, role: Role) -> Result<()>;
    async fn set_enabled(&self, admin: &Admin, id: &str, enabled: bool) -> Result<()>;
    async fn sign_out_person(&self, admin: &Admin, id: &str) -> Result<()>;
    async fn reset_two_step(&self, admin: &Admin, id: &str) -> Result<()>;

    // Programs.

    async fn tokens(&self, admin: &Admin) -> Result<Vec<TokenView>>;
    /// Returns the token itself, which is kept nowhere.
    async fn create_token(
        &self,
        admin: &Admin,
        name: &str,
        scope: Role,
        days: i64,
        password: &str,
    ) -> Result<String>;
    async fn revoke_token(&self, admin: &Admin, id: &str) -> Result<()>;

    // Traces.

    async fn traces(&self, admin: &Admin, filter: &TraceFilter) -> Result<TracesPage>;
}

//! The part of the port that concerns people: which file does what.

use app::guard::{Actor, Admin, Viewer};
use app::people::port::People;
use app::people::views::*;
use app::views::{Person, Role};
use async_trait::async_trait;

use super::{Result, ServerBackend, members, own, sign_in, tokens, traces, two_step};

#[async_trait]
impl People for ServerBackend {
    async fn check_credentials(&self, email: &str, password: &str, address: &str) -> Result<SignedIn> {
        sign_in::check_credentials(self, email, password, address).await
    }

    async fn check_code(&self, person_id: &str, code: &str, address: &str) -> Result<Person> {
        sign_in::check_code(self, person_id, code, address).await
    }

    async fn invite_offer(&self, token: &str) -> Result<Option<InviteOffer>> {
        members::invite_offer(self, token).await
    }

    async fn accept_invite(&self, token: &str, name: &str, password: &str, address: &str) -> Result<Person> {
        members::accept_invite(self, token, name, password, address).await
    }

    async fn account(&self, viewer: &Viewer) -> Result<AccountPage> {
        own::account(self, viewer).await
    }

    async fn rename(&self, viewer: &Viewer, name: &str) -> Result<()> {
        own::rename(self, viewer, name).await
    }

    async fn change_password(&self, viewer: &Viewer, current: &str, new: &str) -> Result<()> {
        own::change_password(self, viewer, current, new).await
    }

    async fn end_session(&self, viewer: &Viewer, id: &str) -> Result<()> {
        own::end_session(self, viewer, id).await
    }

    async fn begin_two_step(&self, viewer: &Viewer, password: &str) -> Result<()> {
        two_step::begin(self, viewer, password).await
    }

    async fn two_step_setup(&self, viewer: &Viewer) -> Result<Option<TwoStepSetup>> {
        two_step::setup(self, viewer).await
    }

    async fn confirm_two_step(&self, viewer: &Viewer, code: &str) -> Result<Vec<String>> {
        two_step::confirm(self, viewer, code).await
    }

    async fn end_two_step(&self, viewer: &Viewer, password: &str) -> Result<()> {
        two_step::end(self, viewer, password).await
    }

    async fn signed_out(&self, actor: &Actor) -> Result<()> {
        own::signed_out(self, actor).await
    }

    async fn people(&self, _: &Admin) -> Result<PeoplePage> {
        members::list(self).await
    }

    async fn invite(&self, admin: &Admin, email: &str, role: Role) -> Result<NewInvite> {
        members::invite(self, admin, email, role).await
    }

    async fn renew_invite(&self, admin: &Admin, id: &str) -> Result<NewInvite> {
        members::renew_invite(self, admin, id).await
    }

    async fn revoke_invite(&self, admin: &Admin, id: &str) -> Result<()> {
        members::revoke_invite(self, admin, id).await
    }

    async fn set_role(&self, admin: &Admin, id: &str, role: Role) -> Result<()> {
        members::set_role(self, admin, id, role).await
    }

    async fn set_enabled(&self, admin: &Admin, id: &str, enabled: bool) -> Result<()> {
        members::set_enabled(self, admin, id, enabled).await
    }

    async fn sign_out_person(&self, admin: &Admin, id: &str) -> Result<()> {
        members::sign_out(self, admin, id).await
    }

    async fn reset_two_step(&self, admin: &Admin, id: &str) -> Result<()> {
        members::reset_two_step(self, admin, id).await
    }

    async fn tokens(&self, _: &Admin) -> Result<Vec<TokenView>> {
        tokens::list(self).await
    }

    async fn create_token(
        &self,
        admin: &Admin,
        name: &str,
        scope: Role,
        days: i64,
        password: &str,
    ) -> Result<String> {
        tokens::create(self, admin, name, scope, days, password).await
    }

    async fn revoke_token(&self, admin: &Admin, id: &str) -> Result<()> {
        tokens::revoke(self, admin, id).await
    }

    async fn traces(&self, _: &Admin, filter: &TraceFilter) -> Result<TracesPage> {
        traces::page(self, filter).await
    }
}

//! Who calls. A [`Viewer`], [`Editor`] or [`Admin`] can be made here only, from the caller that the server
//! proved; every method of [`crate::backend::Backend`] demands one, so none can be called without a check.

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;

use crate::backend::Backend;
use crate::error::UiError;
use crate::views::{Person, Role};

/// The request's caller, as the server's session layer found it. Put into the context of every page and
/// server function.
#[derive(Clone)]
pub struct Caller {
    pub person: Option<Person>,
    pub session: Arc<dyn SessionPort>,
    pub backend: Arc<dyn Backend>,
    /// Where the request came from, for throttling.
    pub address: String,
    /// The address this server was reached at (`https://tags.shop.example`), for snippets.
    pub public_url: String,
}

/// The caller's own session.
#[async_trait]
pub trait SessionPort: Send + Sync {
    /// Signs the person in under a new session id.
    async fn start(&self, person_id: &str) -> Result<(), UiError>;
    /// Signs out and forgets the session.
    async fn end(&self) -> Result<(), UiError>;
}

/// Proof: may read.
#[derive(Clone, Debug)]
pub struct Viewer(Person);
/// Proof: may change sources and tags.
#[derive(Clone, Debug)]
pub struct Editor(Person);
/// Proof: may do everything.
#[derive(Clone, Debug)]
pub struct Admin(Person);

impl Viewer {
    pub fn person(&self) -> &Person {
        &self.0
    }
}

impl Editor {
    pub fn person(&self) -> &Person {
        &self.0
    }
}

impl Admin {
    pub fn person(&self) -> &Person {
        &self.0
    }
}

/// The caller, signed in or not.
pub fn caller() -> Result<Caller, UiError> {
    use_context::<Caller>().ok_or(UiError::Internal)
}

/// The caller, if allowed to read.
pub fn viewer() -> Result<(Caller, Viewer), UiError> {
    with_role(Role::Viewer).map(|(caller, person)| (caller, Viewer(person)))
}

/// The caller, if allowed to change sources and tags.
pub fn editor() -> Result<(Caller, Editor), UiError> {
    with_role(Role::Editor).map(|(caller, person)| (caller, Editor(person)))
}

/// The caller, if an administrator.
pub fn admin() -> Result<(Caller, Admin), UiError> {
    with_role(Role::Admin).map(|(caller, person)| (caller, Admin(person)))
}

fn with_role(role: Role) -> Result<(Caller, Person), UiError> {
    let caller = caller()?;
    match caller.person.clone() {
        None => Err(UiError::SignedOut),
        Some(person) if person.role < role => Err(UiError::Forbidden),
        Some(person) => Ok((caller, person)),
    }
}

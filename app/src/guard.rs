//! Who calls. A [`Viewer`], [`Editor`], [`Publisher`] or [`Admin`] can be made here only, from the actor that the
//! server proved; every method of [`crate::backend::Backend`] demands one, so none can be called without a check.

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;

use crate::backend::Backend;
use crate::error::UiError;
use crate::people::views::ShownOnce;
use crate::views::{Person, Role};

/// The request's caller, as the server's session layer found it. Put into the context of every page and
/// server function.
#[derive(Clone)]
pub struct Caller {
    /// `None`: nobody is signed in.
    pub actor: Option<Actor>,
    pub session: Arc<dyn SessionPort>,
    pub backend: Arc<dyn Backend>,
    /// Where the request came from, for throttling and for traces of who has no account yet.
    pub address: String,
    /// The address this server was reached at (`https://tags.shop.example`), for snippets.
    pub public_url: String,
}

impl Caller {
    pub fn actor(&self) -> Result<&Actor, UiError> {
        self.actor.as_ref().ok_or(UiError::SignedOut)
    }
}

/// Who does something, through what, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// With the role that counts here: a token may hold less than its owner's.
    pub person: Person,
    pub via: Via,
    pub address: String,
    /// Only asks what a change would do: everything is checked and done as usual, and nothing stays.
    pub rehearses: bool,
}

/// What stands between a person and what they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    Browser,
    /// The API, with the token of this name and scope.
    Token {
        name: String,
        scope: &'static str,
    },
}

/// The caller's own session.
#[async_trait]
pub trait SessionPort: Send + Sync {
    /// Signs the person in under a new session id.
    async fn start(&self, person_id: &str) -> Result<(), UiError>;
    /// Remembers whose password was right, while their code is still to come.
    async fn await_code(&self, person_id: &str) -> Result<(), UiError>;
    /// Whose code is awaited, if it has not taken too long.
    async fn awaits_code(&self) -> Result<Option<String>, UiError>;
    /// Signs out and forgets the session.
    async fn end(&self) -> Result<(), UiError>;
    /// Puts aside what the next page shows, once.
    async fn put_aside(&self, shown: &ShownOnce) -> Result<(), UiError>;
    /// Takes what was put aside.
    async fn take_aside(&self) -> Result<Option<ShownOnce>, UiError>;
    /// The id under which this session is listed.
    fn listed_as(&self) -> String;
}

macro_rules! proofs {
    ($($(#[$doc:meta])* $proof:ident from $function:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $proof(Actor);

        impl $proof {
            pub fn actor(&self) -> &Actor {
                &self.0
            }

            pub fn person(&self) -> &Person {
                &self.0.person
            }
        }

        impl Actor {
            $(#[$doc])*
            pub fn $function(&self) -> Result<$proof, UiError> {
                self.with_role(Role::$proof).map($proof)
            }
        }

        $(#[$doc])*
        pub fn $function() -> Result<(Caller, $proof), UiError> {
            let caller = caller()?;
            let proof = caller.actor()?.$function()?;
            Ok((caller, proof))
        }
    )*};
}

proofs! {
    /// Proof: may read.
    Viewer from viewer;
    /// Proof: may change drafts, and nothing that runs.
    Editor from editor;
    /// Proof: may change what runs: publish, roll back, pause, connect sources.
    Publisher from publisher;
    /// Proof: may do everything.
    Admin from admin;
}

impl Actor {
    fn with_role(&self, role: Role) -> Result<Self, UiError> {
        if self.person.role >= role { Ok(self.clone()) } else { Err(UiError::Forbidden) }
    }
}

/// The caller, signed in or not.
pub fn caller() -> Result<Caller, UiError> {
    use_context::<Caller>().ok_or(UiError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_those_before_it_may() {
        let actor = |role| {
            let person = Person { id: "1".into(), name: "Mara".into(), email: "m@a.example".into(), role };
            Actor { person, via: Via::Browser, address: String::new(), rehearses: false }
        };
        let may = |role| {
            let actor = actor(role);
            [actor.viewer().is_ok(), actor.editor().is_ok(), actor.publisher().is_ok(), actor.admin().is_ok()]
        };
        assert_eq!(may(Role::Viewer), [true, false, false, false]);
        assert_eq!(may(Role::Editor), [true, true, false, false]);
        assert_eq!(may(Role::Publisher), [true, true, true, false]);
        assert_eq!(may(Role::Admin), [true; 4]);
    }
}

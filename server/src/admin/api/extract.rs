//! What handlers take out of a request: proofs, bodies, queries and preconditions. What cannot be taken is a
//! [`Problem`], like everything else that goes wrong here.

use app::error::UiError;
use app::guard::{Actor, Admin, Editor, Publisher, Viewer};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::StatusCode;
use http::header::{ETAG, HeaderName, IF_MATCH};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;

/// The proof that the caller may do what follows. It comes first in each handler: whoever may not learns
/// nothing about the rest of the request.
pub(super) struct May<P>(pub P);

/// What a role proves.
pub(super) trait Proof: Sized {
    fn of(actor: &Actor) -> Result<Self, UiError>;
}

macro_rules! proofs {
    ($($proof:ident by $function:ident),*) => {$(
        impl Proof for $proof {
            fn of(actor: &Actor) -> Result<Self, UiError> {
                actor.$function()
            }
        }
    )*};
}

proofs!(Viewer by viewer, Editor by editor, Publisher by publisher, Admin by admin);

impl<S: Sync, P: Proof> FromRequestParts<S> for May<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let actor = parts.extensions.get::<Actor>().ok_or_else(Problem::signed_out)?;
        Ok(Self(P::of(actor)?))
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(UiError::field("", format!("{}.", error.body_text())).into())
            }
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::too_large()),
            Err(error) if error.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE => Err(Problem::not_json()),
            Err(error) => Err(Problem::bad_request(format!("{}.", error.body_text()))),
        }
    }
}

/// The query's parameters.
pub(super) struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::bad_request(format!("{}.", error.body_text()))),
        }
    }
}

/// The changing parts of the path. What cannot be one of them is the address of nothing.
pub(super) struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// The revision that the caller saw, from `If-Match`.
pub(super) struct Seen(pub i64);

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let given = parts.headers.get(IF_MATCH).ok_or_else(Problem::precondition_required)?;
        let revision = given.to_str().ok().and_then(revision).ok_or_else(Problem::stale)?;
        Ok(Self(revision))
    }
}

fn revision(tag: &str) -> Option<i64> {
    tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// The header that [`Seen`] reads later.
pub(super) fn etag(revision: i64) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{revision}\""))]
}

/// What a change answers whose `If-Match` was right when it was read and no longer when it was to be made.
pub(super) fn stale(error: UiError) -> Problem {
    match error {
        UiError::Conflict { .. } => Problem::stale(),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::revision;

    #[test]
    fn a_revision_is_read_from_a_strong_tag_only() {
        assert_eq!(revision(" \"12\" "), Some(12));
        for odd in ["", "12", "W/\"12\"", "*", "\"\"", "\"a\"", "\"1\", \"2\"", "\"99999999999999999999\""] {
            assert_eq!(revision(odd), None, "{odd}");
        }
    }
}

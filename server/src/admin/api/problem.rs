//! What the API answers when it cannot do what was asked: problem details (RFC 9457).

use app::error::UiError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::FieldProblem;

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; stable.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "number")]
    #[schema(value_type = u16)]
    status: StatusCode,
    /// What happened and what to do.
    detail: String,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status, detail: detail.into(), errors: vec![], retry_after: None }
    }

    /// One answer for a missing, unknown, revoked and outdated token.
    pub fn signed_out() -> Self {
        let detail = "Send `Authorization: Bearer TOKEN` with an API token that is neither revoked nor over. An \
                      administrator makes one under Settings, API tokens.";
        Self::new(StatusCode::UNAUTHORIZED, "urn:sidetag:problem:unauthorized", "No valid token", detail)
    }

    /// A browser's session, and a page of another site.
    pub fn foreign() -> Self {
        let detail = "This request did not come from Sidetag’s own pages, so nothing was changed. Programs send a token.";
        Self::new(StatusCode::FORBIDDEN, "urn:sidetag:problem:foreign", "Not from here", detail)
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        let kind = "urn:sidetag:problem:bad-request";
        Self::new(StatusCode::BAD_REQUEST, kind, "The request cannot be read", detail)
    }

    pub fn too_large() -> Self {
        let detail = "The body is larger than this address takes.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "urn:sidetag:problem:too-large", "Too large", detail)
    }

    pub fn not_json() -> Self {
        let detail = "Send JSON, with `Content-Type: application/json`.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "urn:sidetag:problem:not-json", "Not JSON", detail)
    }

    pub fn precondition_required() -> Self {
        let detail =
            "Send `If-Match` with the entity tag that you read, so that you overwrite nobody’s change.";
        let kind = "urn:sidetag:problem:precondition-required";
        Self::new(StatusCode::PRECONDITION_REQUIRED, kind, "If-Match is missing", detail)
    }

    pub fn stale() -> Self {
        let detail =
            "It is no longer at the revision that If-Match names. Read it again, then repeat the change.";
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "urn:sidetag:problem:stale",
            "Changed in the meantime",
            detail,
        )
    }

    pub fn not_found() -> Self {
        let detail = "There is nothing at this address.";
        Self::new(StatusCode::NOT_FOUND, "urn:sidetag:problem:not-found", "Not found", detail)
    }

    pub fn method_not_allowed() -> Self {
        let detail = "This address takes other methods; the Allow header lists them.";
        let kind = "urn:sidetag:problem:method-not-allowed";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, kind, "Method not allowed", detail)
    }
}

impl From<UiError> for Problem {
    fn from(error: UiError) -> Self {
        let detail = error.to_string();
        match error {
            UiError::Invalid(errors) => Self {
                errors: errors.into_iter().map(FieldProblem::from).collect(),
                ..Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "urn:sidetag:problem:invalid",
                    "Something needs mending",
                    detail,
                )
            },
            UiError::SignedOut | UiError::WrongCredentials => Self::signed_out(),
            UiError::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                "urn:sidetag:problem:forbidden",
                "Not allowed",
                "This token’s scope, or the role of whoever made it, does not allow this.",
            ),
            UiError::Throttled { seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "urn:sidetag:problem:throttled",
                    "Too many tries",
                    detail,
                )
            },
            UiError::NotFound | UiError::SetupClosed => Self::not_found(),
            UiError::Conflict { .. } => Self::new(
                StatusCode::CONFLICT,
                "urn:sidetag:problem:conflict",
                "Changed in the meantime",
                detail,
            ),
            UiError::ConfirmName { why, .. } => Self {
                errors: why.into_iter().map(|why| FieldProblem::new("confirmed_name", why)).collect(),
                ..Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "urn:sidetag:problem:confirm-name",
                    "This needs the tag’s name",
                    detail,
                )
            },
            UiError::Unavailable => Self {
                retry_after: Some(5),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "urn:sidetag:problem:unavailable",
                    "The database does not answer",
                    detail,
                )
            },
            UiError::Unreachable | UiError::Internal => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "urn:sidetag:problem:internal",
                "Something went wrong",
                detail,
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, self.retry_after);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_status_and_says_what_to_do() {
        for (error, status) in [
            (UiError::SignedOut, 401),
            (UiError::Forbidden, 403),
            (UiError::NotFound, 404),
            (UiError::Conflict { by: "Bob".into() }, 409),
            (UiError::field("name", "A name is needed."), 422),
            (UiError::Throttled { seconds: 7 }, 429),
            (UiError::Internal, 500),
            (UiError::Unavailable, 503),
        ] {
            let problem = Problem::from(error);
            assert!(!problem.detail.is_empty());
            let response = problem.into_response();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        }
        let json = serde_json::to_value(Problem::from(UiError::field("name", "A name is needed."))).unwrap();
        assert_eq!(json["errors"][0]["path"], "name");
        assert_eq!(json["status"], 422);
    }
}

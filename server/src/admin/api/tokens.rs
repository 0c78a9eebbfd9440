//! `/tokens`: programs' keys to this API. What a key is, is in [`super::token`].

use std::sync::Arc;

use app::guard::Admin;
use app::people::views::{TokenStanding, TokenView};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, At, Body, May};
use super::page::{Page, Window};
use super::shapes::ScopeName;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// A program's key. The key itself is shown once, when it is made.
#[derive(Serialize, ToSchema)]
struct Token {
    id: String,
    name: String,
    scope: ScopeName,
    /// Null when it was made on the command line.
    made_by: Option<String>,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
    standing: Standing,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Works,
    Over,
    Revoked,
    /// Its maker is shut out.
    MakerDisabled,
}

impl From<TokenView> for Token {
    fn from(token: TokenView) -> Self {
        let TokenView { id, name, scope, made_by, created_at, expires_at, last_used_at, standing } = token;
        let standing = match standing {
            TokenStanding::Works => Standing::Works,
            TokenStanding::Over => Standing::Over,
            TokenStanding::Revoked => Standing::Revoked,
            TokenStanding::MakerDisabled => Standing::MakerDisabled,
        };
        Self { id, name, scope: scope.into(), made_by, created_at, expires_at, last_used_at, standing }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    name: String,
    scope: ScopeName,
    /// After so many days it is over.
    #[schema(minimum = 1, maximum = 3650)]
    days: i64,
    /// The caller's own password, once more: a stolen session or token must not make itself a successor.
    password: String,
}

/// The token itself, shown this once.
#[derive(Serialize, ToSchema)]
struct TokenSecret {
    token: String,
}

/// List the API tokens
#[utoipa::path(
    get, path = "/tokens", tag = "tokens", params(Window), security(("token" = ["admin"])),
    responses((status = 200, body = Page<Token>))
)]
async fn list(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Token>>, Problem> {
    let tokens = server.backend.tokens(&admin).await?;
    Ok(Json(Page::of(tokens, |token| &token.id, &window).map(Token::from)))
}

/// Make an API token
///
/// A token made on the command line stands for nobody, has no password, and so makes no others.
#[utoipa::path(
    post, path = "/tokens", tag = "tokens", request_body = NewToken, security(("token" = ["admin"])),
    responses((status = 201, body = TokenSecret))
)]
async fn create(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<TokenSecret>), Problem> {
    let NewToken { name, scope, days, password } = new;
    let token = server.backend.create_token(&admin, &name, scope.into(), days, &password).await?;
    Ok((StatusCode::CREATED, Json(TokenSecret { token })))
}

/// Revoke an API token
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn revoke(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.revoke_token(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

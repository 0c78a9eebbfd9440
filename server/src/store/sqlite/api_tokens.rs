//! Programs' keys to the API.

use async_trait::async_trait;

use super::Sqlite;
use crate::store::rows::ApiToken;
use crate::store::text::{maybe_plain, plain};
use crate::store::{ApiTokens, Result, StoreError, columns};

#[async_trait]
impl ApiTokens for Sqlite {
    async fn api_tokens(&self) -> Result<Vec<ApiToken>> {
        let rows = sqlx::query("select * from api_tokens order by lower(name), id")
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the API tokens"))?;
        columns::all(&rows, columns::api_token)
    }

    async fn create_api_token(&self, token: &ApiToken, token_hash: &[u8]) -> Result<()> {
        const STEP: &str = "create an API token";
        let mut transaction = self.begin(STEP).await?;
        sqlx::query(
            "insert into api_tokens (id, name, scope, token_hash, owner_id, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(plain(&token.id))
        .bind(plain(&token.name))
        .bind(token.scope.name())
        .bind(token_hash)
        .bind(maybe_plain(token.owner_id.as_deref()))
        .bind(token.created_at)
        .bind(token.expires_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        self.end(transaction, STEP).await
    }

    async fn api_token_by_hash(&self, token_hash: &[u8]) -> Result<Option<ApiToken>> {
        sqlx::query("select * from api_tokens where token_hash = $1")
            .bind(token_hash)
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up an API token"))?
            .map(|row| columns::api_token(&row))
            .transpose()
    }

    async fn api_token_used(&self, id: &str, at: i64) -> Result<()> {
        const STEP: &str = "note an API token's use";
        let mut transaction = self.begin(STEP).await?;
        sqlx::query("update api_tokens set last_used_at = $2 where id = $1")
            .bind(plain(id))
            .bind(at)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        self.end(transaction, STEP).await
    }

    async fn revoke_api_token(&self, id: &str, at: i64) -> Result<Option<ApiToken>> {
        const STEP: &str = "revoke an API token";
        let mut transaction = self.begin(STEP).await?;
        let revoked = sqlx::query(
            "update api_tokens set revoked_at = $2 where id = $1 and revoked_at is null returning *",
        )
        .bind(plain(id))
        .bind(at)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        let Some(row) = revoked else { return Ok(None) };
        self.end(transaction, STEP).await?;
        columns::api_token(&row).map(Some)
    }
}

//! Links that each make one user.

use async_trait::async_trait;

use super::Postgres;
use crate::store::rows::{Invite, User};
use crate::store::text::plain;
use crate::store::{Invites, Result, StoreError, columns};

#[async_trait]
impl Invites for Postgres {
    async fn invites(&self) -> Result<Vec<Invite>> {
        let rows = sqlx::query("select * from invites order by email")
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::query("list the invites"))?;
        columns::all(&rows, columns::invite)
    }

    async fn invite_by_token(&self, token_hash: &[u8], now: i64) -> Result<Option<Invite>> {
        sqlx::query("select * from invites where token_hash = $1 and expires_at > $2")
            .bind(token_hash)
            .bind(now)
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::query("look up an invite"))?
            .map(|row| columns::invite(&row))
            .transpose()
    }

    async fn create_invite(&self, invite: &Invite, token_hash: &[u8]) -> Result<bool> {
        const STEP: &str = "create an invite";
        let mut transaction = self.begin(STEP).await?;
        let created = sqlx::query(
            "insert into invites (id, email, role, token_hash, created_at, created_by, expires_at)
             select $1, $2, $3, $4, $5, $6, $7 where not exists (select 1 from users where email = $2)
             on conflict (email) do update
             set id = excluded.id, role = excluded.role, token_hash = excluded.token_hash,
                 created_at = excluded.created_at, created_by = excluded.created_by,
                 expires_at = excluded.expires_at",
        )
        .bind(plain(&invite.id))
        .bind(plain(&invite.email))
        .bind(invite.role.name())
        .bind(token_hash)
        .bind(invite.created_at)
        .bind(plain(&invite.created_by))
        .bind(invite.expires_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if created == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn renew_invite(&self, id: &str, token_hash: &[u8], expires_at: i64) -> Result<Option<Invite>> {
        const STEP: &str = "renew an invite";
        let mut transaction = self.begin(STEP).await?;
        let renewed =
            sqlx::query("update invites set token_hash = $2, expires_at = $3 where id = $1 returning *")
                .bind(plain(id))
                .bind(token_hash)
                .bind(expires_at)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?;
        let Some(row) = renewed else { return Ok(None) };
        self.end(transaction, STEP).await?;
        columns::invite(&row).map(Some)
    }

    async fn revoke_invite(&self, id: &str) -> Result<Option<Invite>> {
        const STEP: &str = "revoke an invite";
        let mut transaction = self.begin(STEP).await?;
        let revoked = sqlx::query("delete from invites where id = $1 returning *")
            .bind(plain(id))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let Some(row) = revoked else { return Ok(None) };
        self.end(transaction, STEP).await?;
        columns::invite(&row).map(Some)
    }

    async fn accept_invite(&self, user: &User, token_hash: &[u8], now: i64) -> Result<bool> {
        const STEP: &str = "accept an invite";
        let mut transaction = self.begin(STEP).await?;
        let spent = sqlx::query(
            "delete from invites where token_hash = $1 and expires_at > $2 and email = $3 and role = $4",
        )
        .bind(token_hash)
        .bind(now)
        .bind(plain(&user.email))
        .bind(user.role.name())
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if spent == 0 {
            return Ok(false);
        }
        sqlx::query(
            "insert into users (id, email, name, role, password_hash, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(plain(&user.id))
        .bind(plain(&user.email))
        .bind(plain(&user.name))
        .bind(user.role.name())
        .bind(plain(&user.password_hash))
        .bind(user.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        self.end(transaction, STEP).await?;
        Ok(true)
    }
}

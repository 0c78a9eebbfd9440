//! Browsers' sessions.

use async_trait::async_trait;

use super::Postgres;
use crate::store::rows::SessionRow;
use crate::store::text::{maybe_plain, plain};
use crate::store::{Result, Sessions, StoreError, columns};

#[async_trait]
impl Sessions for Postgres {
    async fn create_session(&self, session: &SessionRow) -> Result<()> {
        sqlx::query(
            "insert into sessions (id_hash, user_id, data, created_at, seen_at, address, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&session.id_hash)
        .bind(maybe_plain(session.user_id.as_deref()))
        .bind(&session.data)
        .bind(session.created_at)
        .bind(session.seen_at)
        .bind(plain(&session.address))
        .bind(session.expires_at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::query("begin a session"))?;
        Ok(())
    }

    async fn save_session(&self, session: &SessionRow) -> Result<()> {
        sqlx::query(
            "update sessions set user_id = $2, data = $3, created_at = $4, seen_at = $5, address = $6,
                                 expires_at = $7
             where id_hash = $1",
        )
        .bind(&session.id_hash)
        .bind(maybe_plain(session.user_id.as_deref()))
        .bind(&session.data)
        .bind(session.created_at)
        .bind(session.seen_at)
        .bind(plain(&session.address))
        .bind(session.expires_at)
        .execute(&self.pool)
        .await
        .map_err(StoreError::query("store a session"))?;
        Ok(())
    }

    async fn session(&self, id_hash: &[u8], now: i64) -> Result<Option<SessionRow>> {
        sqlx::query("select * from sessions where id_hash = $1 and expires_at > $2")
            .bind(id_hash)
            .bind(now)
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::query("look up a session"))?
            .map(|row| columns::session(&row))
            .transpose()
    }

    async fn sessions_of(&self, user_id: &str, now: i64) -> Result<Vec<SessionRow>> {
        let rows = sqlx::query(
            "select * from sessions where user_id = $1 and expires_at > $2 order by seen_at desc, id_hash",
        )
        .bind(plain(user_id))
        .bind(now)
        .fetch_all(&self.pool)
        .await
        .map_err(StoreError::query("list a user's sessions"))?;
        columns::all(&rows, columns::session)
    }

    async fn delete_session(&self, id_hash: &[u8]) -> Result<()> {
        const STEP: &str = "end a session";
        let mut transaction = self.begin(STEP).await?;
        sqlx::query("delete from sessions where id_hash = $1")
            .bind(id_hash)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        self.end(transaction, STEP).await
    }

    async fn end_sessions(&self, user_id: &str, keep: Option<&[u8]>) -> Result<u64> {
        const STEP: &str = "end a user's sessions";
        let mut transaction = self.begin(STEP).await?;
        let ended =
            sqlx::query("delete from sessions where user_id = $1 and ($2::bytea is null or id_hash <> $2)")
                .bind(plain(user_id))
                .bind(keep)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?
                .rows_affected();
        self.end(transaction, STEP).await?;
        Ok(ended)
    }

    async fn delete_expired_sessions(&self, now: i64) -> Result<u64> {
        let result = sqlx::query("delete from sessions where expires_at <= $1")
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(StoreError::query("delete sessions that are over"))?;
        Ok(result.rows_affected())
    }
}

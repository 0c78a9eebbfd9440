//! Users, their sessions, and the one-time setup link.

use async_trait::async_trait;

use super::Sqlite;
use crate::store::rows::User;
use crate::store::text::plain;
use crate::store::{Accounts, Result, StoreError, columns};

#[async_trait]
impl Accounts for Sqlite {
    async fn has_users(&self) -> Result<bool> {
        sqlx::query_scalar("select exists (select 1 from users)")
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("look for users"))
    }

    async fn user(&self, id: &str) -> Result<Option<User>> {
        sqlx::query("select * from users where id = $1")
            .bind(plain(id))
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a user"))?
            .map(|row| columns::user(&row))
            .transpose()
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        sqlx::query("select * from users where email = $1")
            .bind(plain(email))
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a user"))?
            .map(|row| columns::user(&row))
            .transpose()
    }

    async fn put_setup_token(&self, token_hash: &[u8], expires_at: i64) -> Result<()> {
        sqlx::query(
            "insert into setup_token (only_one, token_hash, expires_at) values (1, $1, $2)
             on conflict (only_one) do update
             set token_hash = excluded.token_hash, expires_at = excluded.expires_at",
        )
        .bind(token_hash)
        .bind(expires_at)
        .execute(&self.writer)
        .await
        .map_err(StoreError::query("store the setup link"))?;
        Ok(())
    }

    async fn setup_token_expiry(&self, token_hash: &[u8], now: i64) -> Result<Option<i64>> {
        sqlx::query_scalar("select expires_at from setup_token where token_hash = $1 and expires_at > $2")
            .bind(token_hash)
            .bind(now)
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("check the setup link"))
    }

    async fn create_first_user(&self, user: &User, token_hash: &[u8], now: i64) -> Result<bool> {
        const STEP: &str = "create the first user";
        let mut transaction = self.begin(STEP).await?;
        let spent = sqlx::query("delete from setup_token where token_hash = $1 and expires_at > $2")
            .bind(token_hash)
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if spent == 0 {
            return Ok(false);
        }
        let created = sqlx::query(
            "insert into users (id, email, name, role, password_hash, created_at)
             select $1, $2, $3, $4, $5, $6 where not exists (select 1 from users)",
        )
        .bind(plain(&user.id))
        .bind(plain(&user.email))
        .bind(plain(&user.name))
        .bind(user.role.name())
        .bind(plain(&user.password_hash))
        .bind(user.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if created == 0 {
            return Ok(false);
        }
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(true)
    }

    async fn save_session(&self, id_hash: &[u8], data: &[u8], expires_at: i64) -> Result<()> {
        sqlx::query(
            "insert into sessions (id_hash, data, expires_at) values ($1, $2, $3)
             on conflict (id_hash) do update set data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(id_hash)
        .bind(data)
        .bind(expires_at)
        .execute(&self.writer)
        .await
        .map_err(StoreError::query("store a session"))?;
        Ok(())
    }

    async fn session(&self, id_hash: &[u8], now: i64) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar("select data from sessions where id_hash = $1 and expires_at > $2")
            .bind(id_hash)
            .bind(now)
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a session"))
    }

    async fn delete_session(&self, id_hash: &[u8]) -> Result<()> {
        sqlx::query("delete from sessions where id_hash = $1")
            .bind(id_hash)
            .execute(&self.writer)
            .await
            .map_err(StoreError::query("end a session"))?;
        Ok(())
    }

    async fn delete_expired_sessions(&self, now: i64) -> Result<u64> {
        let result = sqlx::query("delete from sessions where expires_at <= $1")
            .bind(now)
            .execute(&self.writer)
            .await
            .map_err(StoreError::query("delete sessions that are over"))?;
        Ok(result.rows_affected())
    }
}

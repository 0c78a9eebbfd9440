//! Users and the one-time setup link.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::Sqlite;
use crate::store::rows::{Changed, Role, User};
use crate::store::text::plain;
use crate::store::{Accounts, Result, StoreError, columns, sql};

#[async_trait]
impl Accounts for Sqlite {
    async fn has_users(&self) -> Result<bool> {
        sqlx::query_scalar("select exists (select 1 from users)")
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("look for users"))
    }

    async fn users(&self) -> Result<Vec<User>> {
        let rows = sqlx::query(sql::users!("order by lower(u.name), u.id"))
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the users"))?;
        columns::all(&rows, columns::user)
    }

    async fn user(&self, id: &str) -> Result<Option<User>> {
        sqlx::query(sql::users!("where u.id = $1"))
            .bind(plain(id))
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a user"))?
            .map(|row| columns::user(&row))
            .transpose()
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        sqlx::query(sql::users!("where u.email = $1"))
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
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn set_role(&self, id: &str, role: Role) -> Result<Changed> {
        const STEP: &str = "change a role";
        let mut transaction = self.begin(STEP).await?;
        if let Some(refused) = administrator_needed(&mut transaction, id, role == Role::Admin).await? {
            return Ok(refused);
        }
        sqlx::query("update users set role = $2 where id = $1")
            .bind(plain(id))
            .bind(role.name())
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        end_all(&mut transaction, id).await?;
        self.end(transaction, STEP).await?;
        Ok(Changed::Done)
    }

    async fn set_disabled(&self, id: &str, at: Option<i64>) -> Result<Changed> {
        const STEP: &str = "shut a user out or let them in";
        let mut transaction = self.begin(STEP).await?;
        if let Some(refused) = administrator_needed(&mut transaction, id, at.is_none()).await? {
            return Ok(refused);
        }
        sqlx::query("update users set disabled_at = $2 where id = $1")
            .bind(plain(id))
            .bind(at)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        end_all(&mut transaction, id).await?;
        self.end(transaction, STEP).await?;
        Ok(Changed::Done)
    }

    async fn rename_user(&self, id: &str, name: &str) -> Result<bool> {
        const STEP: &str = "rename a user";
        let mut transaction = self.begin(STEP).await?;
        let renamed = sqlx::query("update users set name = $2 where id = $1")
            .bind(plain(id))
            .bind(plain(name))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if renamed == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn set_password(&self, id: &str, password_hash: &str) -> Result<bool> {
        const STEP: &str = "change a password";
        let mut transaction = self.begin(STEP).await?;
        let changed = sqlx::query("update users set password_hash = $2 where id = $1")
            .bind(plain(id))
            .bind(plain(password_hash))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if changed == 0 {
            return Ok(false);
        }
        end_all(&mut transaction, id).await?;
        self.end(transaction, STEP).await?;
        Ok(true)
    }
}

/// Why the user may not stop being an administrator who can sign in: `None` when they may, or `stays` one.
async fn administrator_needed(
    connection: &mut SqliteConnection,
    id: &str,
    stays: bool,
) -> Result<Option<Changed>> {
    const STEP: &str = "look for administrators";
    let administrators: Vec<String> =
        sqlx::query_scalar("select id from users where role = 'admin' and disabled_at is null")
            .fetch_all(&mut *connection)
            .await
            .map_err(StoreError::query(STEP))?;
    let known: bool = sqlx::query_scalar("select exists (select 1 from users where id = $1)")
        .bind(plain(id))
        .fetch_one(connection)
        .await
        .map_err(StoreError::query(STEP))?;
    Ok(match administrators.as_slice() {
        _ if !known => Some(Changed::NotFound),
        [only] if only == id && !stays => Some(Changed::LastAdmin),
        _ => None,
    })
}

async fn end_all(connection: &mut SqliteConnection, user_id: &str) -> Result<()> {
    sqlx::query("delete from sessions where user_id = $1")
        .bind(plain(user_id))
        .execute(connection)
        .await
        .map_err(StoreError::query("end a user's sessions"))?;
    Ok(())
}

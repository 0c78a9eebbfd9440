//! The second step of signing in.

use async_trait::async_trait;

use super::Sqlite;
use crate::store::rows::TwoStep;
use crate::store::text::plain;
use crate::store::{Result, StoreError, TwoSteps, columns};

#[async_trait]
impl TwoSteps for Sqlite {
    async fn two_step(&self, user_id: &str) -> Result<Option<TwoStep>> {
        sqlx::query("select * from two_steps where user_id = $1")
            .bind(plain(user_id))
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a second step"))?
            .map(|row| columns::two_step(&row))
            .transpose()
    }

    async fn begin_two_step(&self, user_id: &str, secret: &[u8]) -> Result<bool> {
        let begun = sqlx::query(
            "insert into two_steps (user_id, secret, last_step) values ($1, $2, 0)
             on conflict (user_id) do update set secret = excluded.secret
             where two_steps.confirmed_at is null",
        )
        .bind(plain(user_id))
        .bind(secret)
        .execute(&self.writer)
        .await
        .map_err(StoreError::query("begin a second step"))?;
        Ok(begun.rows_affected() > 0)
    }

    async fn confirm_two_step(&self, user_id: &str, step: i64, codes: &[[u8; 32]], now: i64) -> Result<bool> {
        const STEP: &str = "turn a second step on";
        let mut transaction = self.begin(STEP).await?;
        let confirmed = sqlx::query(
            "update two_steps set confirmed_at = $2, last_step = $3
             where user_id = $1 and confirmed_at is null",
        )
        .bind(plain(user_id))
        .bind(now)
        .bind(step)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if confirmed == 0 {
            return Ok(false);
        }
        for code in codes {
            sqlx::query("insert into recovery_codes (code_hash, user_id) values ($1, $2)")
                .bind(&code[..])
                .bind(plain(user_id))
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?;
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn take_step(&self, user_id: &str, step: i64) -> Result<bool> {
        let taken = sqlx::query("update two_steps set last_step = $2 where user_id = $1 and last_step < $2")
            .bind(plain(user_id))
            .bind(step)
            .execute(&self.writer)
            .await
            .map_err(StoreError::query("take a code"))?;
        Ok(taken.rows_affected() > 0)
    }

    async fn take_recovery_code(&self, user_id: &str, code_hash: &[u8]) -> Result<Option<i64>> {
        const STEP: &str = "take a recovery code";
        let mut transaction = self.begin(STEP).await?;
        let taken = sqlx::query("delete from recovery_codes where code_hash = $1 and user_id = $2")
            .bind(code_hash)
            .bind(plain(user_id))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if taken == 0 {
            return Ok(None);
        }
        let left = sqlx::query_scalar("select count(*) from recovery_codes where user_id = $1")
            .bind(plain(user_id))
            .fetch_one(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        self.end(transaction, STEP).await?;
        Ok(Some(left))
    }

    async fn remove_two_step(&self, user_id: &str) -> Result<bool> {
        const STEP: &str = "turn a second step off";
        let mut transaction = self.begin(STEP).await?;
        sqlx::query("delete from recovery_codes where user_id = $1")
            .bind(plain(user_id))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let removed = sqlx::query("delete from two_steps where user_id = $1")
            .bind(plain(user_id))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if removed == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }
}

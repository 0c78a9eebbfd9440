//! Who did what.

use async_trait::async_trait;
use sqlx::{PgConnection, QueryBuilder};

use super::Postgres;
use crate::store::rows::{AuditEntry, AuditFilter};
use crate::store::text::{json, maybe_plain, plain};
use crate::store::{Audit, Result, StoreError, columns};

#[async_trait]
impl Audit for Postgres {
    async fn note(&self, entry: &AuditEntry) -> Result<()> {
        const STEP: &str = "write the audit log";
        let mut transaction = self.begin(STEP).await?;
        write(&mut transaction, entry).await?;
        self.end(transaction, STEP).await
    }

    async fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>> {
        let mut query = QueryBuilder::new("select * from audit where true");
        if let Some(person_id) = &filter.person_id {
            query.push(" and person_id = ").push_bind(plain(person_id));
        }
        if let Some(area) = &filter.area {
            query.push(" and area = ").push_bind(plain(area));
        }
        if let Some(since) = filter.since {
            query.push(" and at >= ").push_bind(since);
        }
        if let Some(until) = filter.until {
            query.push(" and at < ").push_bind(until);
        }
        if let Some(before) = &filter.before {
            query.push(" and id < ").push_bind(plain(before));
        }
        query.push(" order by id desc limit ").push_bind(filter.limit.max(0));
        let rows =
            query.build().fetch_all(&self.pool).await.map_err(StoreError::query("read the audit log"))?;
        columns::all(&rows, columns::audit_entry)
    }

    async fn forget_audit(&self, before: i64) -> Result<u64> {
        let forgotten = sqlx::query("delete from audit where at < $1")
            .bind(before)
            .execute(&self.pool)
            .await
            .map_err(StoreError::query("shorten the audit log"))?;
        Ok(forgotten.rows_affected())
    }
}

/// Adds the entry to a transaction.
pub(super) async fn write(connection: &mut PgConnection, entry: &AuditEntry) -> Result<()> {
    sqlx::query(
        "insert into audit (id, at, area, act, person_id, person_name, via, subject_id, subject_name,
                            address, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(plain(&entry.id))
    .bind(entry.at)
    .bind(plain(&entry.area))
    .bind(plain(&entry.act))
    .bind(maybe_plain(entry.person_id.as_deref()))
    .bind(plain(&entry.person_name))
    .bind(plain(&entry.via))
    .bind(maybe_plain(entry.subject_id.as_deref()))
    .bind(plain(&entry.subject_name))
    .bind(plain(&entry.address))
    .bind(json(&entry.details))
    .execute(connection)
    .await
    .map_err(StoreError::query("write the audit log"))?;
    Ok(())
}

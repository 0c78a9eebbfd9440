//! Rows about people.

use super::Columns;
use crate::store::Result;
use crate::store::rows::*;

pub(in crate::store) fn user(row: &impl Columns) -> Result<User> {
    Ok(User {
        id: row.text("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: row.named("role")?,
        password_hash: row.text("password_hash")?,
        created_at: row.int("created_at")?,
        disabled_at: row.maybe_int("disabled_at")?,
        two_step_since: row.maybe_int("two_step_since")?,
    })
}

pub(in crate::store) fn invite(row: &impl Columns) -> Result<Invite> {
    Ok(Invite {
        id: row.text("id")?,
        email: row.text("email")?,
        role: row.named("role")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
        expires_at: row.int("expires_at")?,
    })
}

pub(in crate::store) fn session(row: &impl Columns) -> Result<SessionRow> {
    Ok(SessionRow {
        id_hash: row.bytes("id_hash")?,
        user_id: row.maybe_text("user_id")?,
        data: row.bytes("data")?,
        created_at: row.int("created_at")?,
        seen_at: row.int("seen_at")?,
        address: row.text("address")?,
        expires_at: row.int("expires_at")?,
    })
}

pub(in crate::store) fn two_step(row: &impl Columns) -> Result<TwoStep> {
    Ok(TwoStep { secret: row.bytes("secret")?, confirmed_at: row.maybe_int("confirmed_at")? })
}

pub(in crate::store) fn api_token(row: &impl Columns) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.text("id")?,
        name: row.text("name")?,
        scope: row.named("scope")?,
        owner_id: row.maybe_text("owner_id")?,
        created_at: row.int("created_at")?,
        expires_at: row.int("expires_at")?,
        last_used_at: row.maybe_int("last_used_at")?,
        revoked_at: row.maybe_int("revoked_at")?,
    })
}

pub(in crate::store) fn audit_entry(row: &impl Columns) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.text("id")?,
        at: row.int("at")?,
        area: row.text("area")?,
        act: row.text("act")?,
        person_id: row.maybe_text("person_id")?,
        person_name: row.text("person_name")?,
        via: row.text("via")?,
        subject_id: row.maybe_text("subject_id")?,
        subject_name: row.text("subject_name")?,
        address: row.text("address")?,
        details: row.json("details")?,
    })
}

//! Rows of either database, read into the store's values.

mod people;

use std::collections::HashMap;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::{ColumnIndex, Decode, Row, Type};
use tag::trace::attempt_steps;

pub(super) use people::*;

use super::rows::*;
use super::standing::{Part, planned};
use super::{Result, StoreError, content};

/// A row whose columns are read alike on both databases.
pub(super) trait Columns {
    fn text(&self, column: &str) -> Result<String>;
    fn maybe_text(&self, column: &str) -> Result<Option<String>>;
    fn int(&self, column: &str) -> Result<i64>;
    fn maybe_int(&self, column: &str) -> Result<Option<i64>>;
    fn flag(&self, column: &str) -> Result<bool>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>>;

    /// A JSON document.
    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        document(column, &self.text(column)?)
    }

    fn maybe_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|text| document(column, &text)).transpose()
    }

    /// An outcome, a reason, a role: anything stored under its stable name.
    fn named<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        named(column, &self.text(column)?)
    }

    fn maybe_named<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|name| named(column, &name)).transpose()
    }
}

fn document<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|source| StoreError::Corrupt { what, source })
}

fn named<T: DeserializeOwned>(what: &'static str, name: &str) -> Result<T> {
    let name: StrDeserializer<'_, serde_json::Error> = name.into_deserializer();
    T::deserialize(name).map_err(|source| StoreError::Corrupt { what, source })
}

impl<R> Columns for R
where
    R: Row,
    for<'c> &'c str: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn text(&self, column: &str) -> Result<String> {
        self.try_get(column).map_err(StoreError::query(READ))
    }

    fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        self.try_get(column).map_err(StoreError::query(READ))
    }

    fn int(&self, column: &str) -> Result<i64> {
        self.try_get(column).map_err(StoreError::query(READ))
    }

    fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        self.try_get(column).map_err(StoreError::query(READ))
    }

    fn flag(&self, column: &str) -> Result<bool> {
        self.try_get(column).map_err(StoreError::query(READ))
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>> {
        self.try_get(column).map_err(StoreError::query(READ))
    }
}

const READ: &str = "read a stored row";

/// Reads every row in the same way.
pub(super) fn all<R, T>(rows: &[R], read: impl FnMut(&R) -> Result<T>) -> Result<Vec<T>> {
    rows.iter().map(read).collect()
}

/// Folds rows of `sql::sources!`, which repeat a source for each of its origins.
pub(super) fn sources(rows: &[impl Columns]) -> Result<Vec<Source>> {
    let mut sources: Vec<Source> = vec![];
    for row in rows {
        let id = row.text("id")?;
        let origin = row.maybe_text("origin")?;
        match sources.last_mut() {
            Some(source) if source.id == id => source.origins.extend(origin),
            _ => sources.push(Source {
                id,
                name: row.text("name")?,
                kind: row.named("kind")?,
                write_key: row.text("write_key")?,
                old_key: match (row.maybe_text("old_key")?, row.maybe_int("old_key_ends_at")?) {
                    (Some(key), Some(ends_at)) => Some(OldKey { key, ends_at }),
                    _ => None,
                },
                origins: origin.into_iter().collect(),
                created_at: row.int("created_at")?,
                revision: row.int("revision")?,
            }),
        }
    }
    Ok(sources)
}

pub(super) fn tag(row: &impl Columns) -> Result<TagRecord> {
    Ok(TagRecord {
        id: row.text("tag_id")?,
        name: row.text("name")?,
        draft: row.json("draft")?,
        revision: row.int("revision")?,
        created_at: row.int("created_at")?,
        edited_at: row.int("edited_at")?,
        edited_by: row.text("edited_by")?,
        live: match row.maybe_text("version_id")? {
            Some(_) => Some(version(row)?),
            None => None,
        },
        paused: match (row.maybe_int("paused_at")?, row.maybe_text("paused_by")?) {
            (Some(at), Some(by)) => Some(Mark { at, by }),
            _ => None,
        },
    })
}

/// What is deleted, with its name.
pub(super) fn deleted(row: &impl Columns) -> Result<Deleted> {
    Ok(Deleted {
        id: row.text("id")?,
        name: row.text("name")?,
        deleted: Mark { at: row.int("deleted_at")?, by: row.text("deleted_by")? },
    })
}

pub(super) fn draft(row: &impl Columns) -> Result<Draft> {
    Ok(Draft { name: row.text("name")?, config: row.json("draft")? })
}

pub(super) fn version_item(row: &impl Columns) -> Result<VersionItem> {
    Ok(VersionItem {
        number: row.int("number")?,
        tag_name: row.text("tag_name")?,
        published_at: row.int("published_at")?,
        published_by: row.text("published_by")?,
        note: row.text("note")?,
        content_hash: row.maybe_text("content_hash")?,
        copy_of: row.maybe_int("copy_of")?,
        live: row.flag("live")?,
    })
}

pub(super) fn held(row: &impl Columns) -> Result<Held> {
    Ok(Held { deliveries: row.int("deliveries")?, oldest: row.maybe_int("oldest")? })
}

pub(super) fn version(row: &impl Columns) -> Result<Version> {
    let config = row.json("config")?;
    let content_hash = row.maybe_text("content_hash")?.unwrap_or_else(|| content::hash(&config));
    Ok(Version {
        config,
        content_hash,
        id: row.text("version_id")?,
        tag_id: row.text("tag_id")?,
        number: row.int("number")?,
        tag_name: row.text("tag_name")?,
        published_at: row.int("published_at")?,
        published_by: row.text("published_by")?,
        note: row.text("note")?,
        copy_of: row.maybe_int("copy_of")?,
    })
}

/// Claimed deliveries, oldest first: what `returning` returns has no order.
pub(super) fn claimed(rows: &[impl Columns], lease: &str) -> Result<Vec<Claimed>> {
    let mut claimed = all(rows, |row| {
        let delivery = Claimed {
            id: row.text("id")?,
            run_id: row.text("run_id")?,
            attempts: row.int("attempts")?,
            request: row.json("request")?,
            log: row.maybe_json("log")?,
            lease: lease.to_owned(),
            accepted_at: row.int("accepted_at")?,
            stopped: row.maybe_named("stopped")?,
        };
        Ok((row.int("next_at")?, delivery))
    })?;
    claimed.sort_by(|(at, a), (bt, b)| (at, &a.id).cmp(&(bt, &b.id)));
    Ok(claimed.into_iter().map(|(_, delivery)| delivery).collect())
}

pub(super) fn part(row: &impl Columns) -> Result<Part> {
    Ok(Part {
        run_id: row.text("run_id")?,
        outcome: row.named("outcome")?,
        reason: row.maybe_named("reason")?,
        next_at: row.maybe_int("next_at")?,
        attempts: row.int("attempts")?,
    })
}

pub(super) fn run(row: &impl Columns) -> Result<RunRow> {
    Ok(RunRow {
        id: row.text("id")?,
        event_id: row.text("event_id")?,
        received_at: row.int("received_at")?,
        source_id: row.text("source_id")?,
        source_name: row.text("source_name")?,
        event_name: row.text("event_name")?,
        event_out: row.maybe_text("event_out")?,
        tag_id: row.maybe_text("tag_id")?,
        tag_name: row.maybe_text("tag_name")?,
        version: row.maybe_int("version")?,
        outcome: row.named("outcome")?,
        reason: row.maybe_named("reason")?,
        value: row.maybe_text("value")?,
        currency: row.maybe_text("currency")?,
        http_status: row.maybe_int("http_status")?,
        latency_ms: row.maybe_int("latency_ms")?,
        attempts: row.int("attempts")?,
        next_at: row.maybe_int("next_at")?,
        test: row.flag("test")?,
    })
}

/// A run's deliveries with the tries of each.
pub(super) fn deliveries<R: Columns>(deliveries: &[R], attempts: &[R]) -> Result<Vec<DeliveryDetail>> {
    let mut tries: HashMap<String, Vec<Attempt>> = HashMap::new();
    for row in attempts {
        tries.entry(row.text("delivery_id")?).or_default().push(attempt(row)?);
    }
    all(deliveries, |row| {
        let id = row.text("id")?;
        let outcome = row.named("outcome")?;
        Ok(DeliveryDetail {
            attempts: tries.remove(&id).unwrap_or_default(),
            id,
            request: row.json("request")?,
            outcome,
            reason: row.maybe_named("reason")?,
            next_at: planned(outcome, row.maybe_int("next_at")?),
        })
    })
}

fn attempt(row: &impl Columns) -> Result<Attempt> {
    let (number, started_at) = (row.int("number")?, row.int("started_at")?);
    let (latency_ms, reply) = (row.int("latency_ms")?, row.json("reply")?);
    let steps = match row.maybe_json("steps")? {
        Some(steps) => steps,
        // From before steps were stored.
        None => {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            attempt_steps(number, started_at, latency_ms, &reply).into()
        }
    };
    Ok(Attempt { number, started_at, latency_ms, reply, steps })
}

pub(super) fn bucket(row: &impl Columns) -> Result<Bucket> {
    Ok(Bucket { at: row.int("at")?, outcome: row.named("outcome")?, count: row.int("count")? })
}

pub(super) fn loss(row: &impl Columns) -> Result<Loss> {
    Ok(Loss { outcome: row.named("outcome")?, reason: row.named("reason")?, count: row.int("count")? })
}

pub(super) fn traffic(row: &impl Columns) -> Result<Traffic> {
    Ok(Traffic {
        id: row.text("id")?,
        outcome: row.named("outcome")?,
        count: row.int("count")?,
        last_at: row.int("last_at")?,
    })
}

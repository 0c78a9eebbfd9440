//! The server's own log as the place of records: one entry each, under a target of its own.

use tag::log::Record;

pub(super) fn write(record: &Record) {
    tracing::info!(target: "sidetag::tag", record = %record.console());
}

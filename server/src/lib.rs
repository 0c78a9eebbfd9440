//! Sidetag's server.

pub mod clock;
pub mod debug;
pub mod deliver;
pub mod demo;
pub mod ids;
pub mod ingest;
pub mod mock_amazon;
pub mod published;
pub mod store;
pub mod telemetry;

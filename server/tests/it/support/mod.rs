//! What tests share. One file per outside world.

pub mod amazon;
pub mod app;
pub mod postgres;
pub mod site;

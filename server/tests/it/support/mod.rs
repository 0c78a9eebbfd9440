//! What tests share. One file per outside world.

pub mod postgres;

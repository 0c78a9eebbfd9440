//! The live debugger's fast path: what happened a moment ago, to whoever watches. The store is the truth;
//! whatever is missed here can be read there.

pub mod hub;
pub mod stream;
pub mod view;

pub use hub::Hub;

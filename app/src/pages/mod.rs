//! One file or folder per page. A page loads its view model, draws it, and sends forms.

pub mod door;
pub mod live;
pub mod not_found;
pub mod overview;
pub mod setup;
pub mod sign_in;
pub mod sources;
pub mod tags;

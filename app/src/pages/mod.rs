//! One file per page. A page loads its view model, draws it, and sends forms.

pub mod live;
pub mod not_found;

//! Tags: the list and the editor.

mod list;

pub use list::TagsPage;

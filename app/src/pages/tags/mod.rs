//! Tags: the list and the editor.

pub mod editor;
pub mod list;

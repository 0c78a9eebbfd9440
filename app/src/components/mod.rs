//! The component set: native HTML with our look. Functions where a value is drawn, components where there is
//! state or a slot. All of them erase their type, which keeps the browser part small.

pub mod button;
pub mod chip;
pub mod code;
pub mod empty;
pub mod field;
pub mod form;
pub mod frame;
pub mod histogram;
pub mod icon;
pub mod loaded;
pub mod menu;
pub mod notice;
pub mod number;
pub mod path;
pub mod skeleton;
pub mod status;
pub mod time;
pub mod trouble;

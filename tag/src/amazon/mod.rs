//! Amazon's side of the wire: names, the pixel request and the meaning of its replies.

pub(crate) mod attributes;
pub mod envelope;
pub(crate) mod js;
pub(crate) mod match_id;
pub(crate) mod measurement;
pub mod names;
pub(crate) mod naming;
mod owner;
pub mod pixel;
pub mod reply;
pub mod sync;
pub mod token;

use serde::{Deserialize, Serialize};

use crate::config::Region;

/// Amazon's addresses. They are configuration so that tests and demos can point at a mock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Pixel, North and South America, Japan, Australia.
    pub pixel_na: String,
    /// Pixel, Europe.
    pub pixel_eu: String,
    /// Pixel, Far East.
    pub pixel_fe: String,
    /// Token requests of advanced matching, all regions.
    pub envelope: String,
}

impl Endpoints {
    /// The pixel address of a region, without a query.
    pub fn pixel(&self, region: Region) -> &str {
        match region {
            Region::Na => &self.pixel_na,
            Region::Eu => &self.pixel_eu,
            Region::Fe => &self.pixel_fe,
        }
    }
}

impl Default for Endpoints {
    /// The addresses Amazon's own server-side template uses.
    fn default() -> Self {
        Self {
            pixel_na: "https://s.amazon-adsystem.com/iu3".into(),
            pixel_eu: "https://aax-eu.amazon-adsystem.com/s/iu3".into(),
            pixel_fe: "https://aax-fe.amazon-adsystem.com/s/iu3".into(),
            envelope: "https://tk.amazon-adsystem.com/envelope".into(),
        }
    }
}

//! What a run may know of the world besides its tag and its event.

use crate::amazon::Endpoints;

/// Everything a run reads that is neither tag nor event.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Unix milliseconds.
    pub now_ms: i64,
    pub endpoints: &'a Endpoints,
    pub browser: Browser<'a>,
    pub sites: &'a dyn Sites,
    /// Whether the sender can be told to load pixels (`richsstsse` of gtag.js).
    pub pixels: bool,
    /// Whether the event belongs to a preview session.
    pub preview: bool,
}

impl<'a> Context<'a> {
    /// Of an event about whose sender nothing is known.
    pub fn new(now_ms: i64, endpoints: &'a Endpoints) -> Self {
        let browser = Browser::default();
        Self { now_ms, endpoints, browser, sites: &NoSites, pixels: false, preview: false }
    }
}

/// What the visitor's browser, or whoever sent the event, sent along.
#[derive(Clone, Copy, Debug, Default)]
pub struct Browser<'a> {
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    /// Percent-decoded. A name may come several times; the first counts.
    pub cookies: &'a [(String, String)],
    /// The raw query of the request, without the question mark.
    pub query: &'a str,
}

impl<'a> Browser<'a> {
    pub fn header(&self, name: &str) -> Option<&'a str> {
        find(self.headers, name)
    }

    pub fn cookie(&self, name: &str) -> Option<&'a str> {
        find(self.cookies, name)
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Knows where one site ends and the next begins. The list of public suffixes behind it is too large for a
/// browser, so it comes from outside.
pub trait Sites {
    /// The registrable domain of a host (`shop.example.co.uk` → `example.co.uk`); `None` for addresses,
    /// single labels and public suffixes.
    fn registrable(&self, host: &str) -> Option<String>;
}

/// Knows no site, so that every cookie belongs to its host alone.
#[derive(Clone, Copy, Debug)]
pub struct NoSites;

impl Sites for NoSites {
    fn registrable(&self, _host: &str) -> Option<String> {
        None
    }
}

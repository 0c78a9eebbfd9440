//! What senders get.

mod answers;
mod malformed;
mod runs;
mod senders;

use reqwest::Response;

/// A header of an answer; empty when it is not there.
fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

//! The public suffix list, which the engine itself does not carry.

use tag::context::Sites;

pub(crate) struct PublicSuffixes;

impl Sites for PublicSuffixes {
    fn registrable(&self, host: &str) -> Option<String> {
        psl::domain_str(host).map(str::to_owned)
    }
}

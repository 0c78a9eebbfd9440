//! Why a signal could not be read.

use serde::{Serialize, Serializer};

/// What is wrong with a consent string or cookie, as the end of a sentence that begins with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("has characters that such a string cannot have")]
    Characters,
    #[error("is of version {0}, which is not known")]
    Version(u16),
    #[error("ends before it says anything")]
    TooShort,
    #[error("is no GPP string")]
    NotGpp,
    #[error("is not the JSON that Amazon’s consent script writes")]
    NotJson,
}

impl Serialize for Unreadable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

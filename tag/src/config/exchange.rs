//! Tags as a file: what an export holds, and what can be imported. No secrets, and no ids of one installation:
//! sources go by their names.

mod import;

use serde::{Deserialize, Serialize};

use super::{SourceNames, TagConfig};
use crate::gtm::Remark;
pub use import::{Import, ImportedTag, Limits, import};

/// The version of the format.
const VERSION: u64 = 1;

/// The file: `{"sidetag": 1, "tags": [{"name": …, "config": …}]}`.
#[derive(Serialize)]
struct File<'a> {
    sidetag: u64,
    tags: &'a [ExportedTag],
}

/// A tag in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportedTag {
    pub name: String,
    /// Its `sources` are names.
    config: TagConfig,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl ExportedTag {
    /// A source that has no name any more stays as one that nobody has, so that the tag does not come to take
    /// every source.
    pub fn new(name: &str, config: &TagConfig, note: Option<&str>, sources: SourceNames<'_>) -> Self {
        let name_of = |id: &String| sources(id).unwrap_or_else(|| "Deleted source".to_owned());
        let mut config = config.clone();
        config.sources = config.sources.iter().map(name_of).collect();
        Self { name: name.to_owned(), config, note: note.map(str::to_owned) }
    }
}

/// The file of one tag or of many.
pub fn export(tags: &[ExportedTag]) -> String {
    // It holds nothing that JSON could not.
    serde_json::to_string_pretty(&File { sidetag: VERSION, tags }).unwrap_or_default() + "\n"
}

impl ImportedTag {
    /// Puts ids in the place of the sources' names. A name that is not known stays: the tag then takes nothing
    /// from it, instead of everything from everywhere.
    pub fn find_sources(&mut self, id: impl Fn(&str) -> Option<String>) {
        for source in &mut self.config.sources {
            match id(source) {
                Some(found) => *source = found,
                None => self.remarks.push(Remark {
                    subject: "sources".to_owned(),
                    text: format!("there is no source “{source}”; choose the sources again"),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Sources: the list, a new one, and one of them with its snippet and key.

mod connect;
pub mod list;
pub mod new;
pub mod one;

pub(in crate::pages) use connect::connect;

use crate::components::frame::host;
use crate::components::icon::Icon;
use crate::views::{SourceKind, SourceView};

fn kind_icon(kind: SourceKind) -> Icon {
    match kind {
        SourceKind::Website => Icon::Globe,
        SourceKind::Server => Icon::Server,
    }
}

/// `Website, www.shop.example and 2 more`
fn described(source: &SourceView) -> String {
    match (source.kind, source.origins.as_slice()) {
        (SourceKind::Server, _) => "Server, JSON API".to_owned(),
        (SourceKind::Website, []) => "Website, no origin allowed yet".to_owned(),
        (SourceKind::Website, [only]) => format!("Website, {}", host(only)),
        (SourceKind::Website, [first, rest @ ..]) => {
            format!("Website, {} and {} more", host(first), rest.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_website_is_described_by_its_first_origin() {
        let source = |kind, origins: &[&str]| SourceView {
            id: "s1".into(),
            name: "Web shop".into(),
            kind,
            write_key: "web_7Qm4vT2kR9xLpZ8R2".into(),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            created_at: 0,
            events_24h: 0,
            last_event_at: None,
            feeds: vec![],
        };
        let three = ["https://www.shop.example", "https://shop.example", "http://localhost:3000"];
        assert_eq!(described(&source(SourceKind::Website, &three)), "Website, www.shop.example and 2 more");
        assert_eq!(described(&source(SourceKind::Website, &three[2..])), "Website, localhost:3000");
        assert_eq!(described(&source(SourceKind::Website, &[])), "Website, no origin allowed yet");
        assert_eq!(described(&source(SourceKind::Server, &[])), "Server, JSON API");
    }
}

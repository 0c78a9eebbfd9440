//! How to send events from a source: snippet, gtag or curl, and its write key. Tabs and the key's reveal are
//! form controls that the style sheet reads, so both work without the browser part.

use leptos::prelude::*;

use crate::components::code::{CopyButton, Piece, WriteKey, highlighted};
use crate::components::icon::{Icon, icon};
use crate::views::{SourceKind, SourceView};

/// The three ways, the likeliest one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Snippet,
    Gtag,
    Curl,
}

impl Way {
    fn of(kind: SourceKind) -> &'static [Self] {
        match kind {
            SourceKind::Website => &[Self::Snippet, Self::Gtag, Self::Curl],
            SourceKind::Server => &[Self::Curl],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Snippet => "snippet",
            Self::Gtag => "gtag",
            Self::Curl => "curl",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Snippet => "Snippet",
            other => other.name(),
        }
    }

    fn code(self, public_url: &str, key: &WriteKey) -> AnyView {
        match self {
            Self::Snippet => highlighted("HTML", &snippet(public_url, key)),
            Self::Gtag => highlighted("JavaScript", &gtag(public_url)),
            Self::Curl => highlighted("Shell", &curl(public_url, key)),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Snippet => {
                "Put the first two elements in the page’s head; call sidetag where the event happens."
            }
            Self::Gtag => {
                "For pages that carry Google’s tag already: it sends the same hits here too. The page’s origin decides the source, so allow it first."
            }
            Self::Curl => "One request sends one event, or an array of them. Keep the key on your server.",
        }
    }
}

/// Tabs with one block of code each. `source` makes their names unique on the page.
pub(in crate::pages) fn connect(source: &SourceView, public_url: &str) -> AnyView {
    let key = WriteKey(source.write_key.clone());
    let ways = Way::of(source.kind);
    let group = format!("way-{}", source.id);
    let choice = |(index, way): (usize, &Way)| {
        view! {
            <label>
                <input class="hidden-text" type="radio" name=group.clone() value=way.name() checked=index == 0 />
                {way.label()}
            </label>
        }
    };
    let panel = |way: &Way| {
        view! {
            <div class=format!("way-panel {}", way.name())>
                {way.code(public_url, &key)} <p class="message">{way.advice()}</p>
            </div>
        }
    };
    let title = match source.kind {
        SourceKind::Website => "Send events from this site",
        SourceKind::Server => "Send events from this back end",
    };
    view! {
        <div class="ways">
            <div class="ways-head">
                <h2>{title}</h2>
                <div class="segments" role="radiogroup" aria-label="How to send">
                    {ways.iter().enumerate().map(choice).collect_view()}
                </div>
            </div>
            {ways.iter().map(panel).collect_view()}
        </div>
    }
    .into_any()
}

/// The key, shortened until it is asked for.
pub(super) fn write_key(source: &SourceView) -> AnyView {
    let key = WriteKey(source.write_key.clone());
    view! {
        <div class="field">
            <h3 class="field-head">"Write key"</h3>
            <div class="key-box">
                <code class="cut">{key.view()}</code>
                <label class="button ghost small">
                    <input class="hidden-text reveal" type="checkbox" />
                    <span class="when-short">{icon(Icon::Eye)}</span>
                    <span class="when-whole">{icon(Icon::EyeOff)}</span>
                    "Show"
                    <span class="hidden-text">" the whole key"</span>
                </label>
                <CopyButton text=source.write_key.clone() label="Copy" />
            </div>
            <p class="message">
                {match source.kind {
                    SourceKind::Website => "It names the source and lets events in, nothing else. Visitors can read it in the page.",
                    SourceKind::Server => "Whoever has it can send events as this source. Keep it on your server.",
                }}
            </p>
        </div>
    }
    .into_any()
}

fn plain(text: impl Into<String>) -> Piece {
    Piece::Plain(text.into())
}

fn word(text: &str) -> Piece {
    Piece::Word(text.into())
}

fn string(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

fn number(text: &str) -> Piece {
    Piece::Number(text.into())
}

fn snippet(public_url: &str, key: &WriteKey) -> Vec<Piece> {
    vec![
        Piece::Remark("<!-- in the page head -->\n".into()),
        plain("<"),
        word("script"),
        plain(" async src="),
        string(format!("\"{public_url}/s.js\"")),
        plain("\n        data-key="),
        string("\""),
        Piece::Key(key.clone()),
        string("\""),
        plain("></"),
        word("script"),
        // Calls made before the file has loaded wait in a queue.
        plain(">\n<"),
        word("script"),
        plain(
            ">\n  window.sidetag = window.sidetag ||\n    function () { (sidetag.q = sidetag.q || []).push(arguments) };\n</",
        ),
        word("script"),
        plain(">\n\n"),
        Piece::Remark("<!-- where the event happens -->\n".into()),
        plain("<"),
        word("script"),
        plain(">\n  "),
        word("sidetag"),
        plain("("),
        string("\"purchase\""),
        plain(", {\n    transaction_id: "),
        string("\"T-1024\""),
        plain(",\n    value: "),
        number("72.40"),
        plain(", currency: "),
        string("\"EUR\""),
        plain(",\n    items: [{ item_id: "),
        string("\"10442\""),
        plain(", quantity: "),
        number("2"),
        plain(" }]\n  });\n</"),
        word("script"),
        plain(">"),
    ]
}

fn gtag(public_url: &str) -> Vec<Piece> {
    vec![
        word("gtag"),
        plain("("),
        string("'config'"),
        plain(", "),
        string("'G-…'"),
        plain(", {\n  server_container_url: "),
        string(format!("'{public_url}'")),
        plain("\n});"),
    ]
}

fn curl(public_url: &str, key: &WriteKey) -> Vec<Piece> {
    vec![
        word("curl"),
        plain(format!(" {public_url}/events \\\n  -H ")),
        string("'Authorization: Bearer "),
        Piece::Key(key.clone()),
        string("'"),
        plain(" \\\n  -H "),
        string("'Content-Type: application/json'"),
        plain(" \\\n  -d "),
        string(
            "'{\"event_name\":\"purchase\",\"transaction_id\":\"T-1024\",\"value\":72.40,\"currency\":\"EUR\"}'",
        ),
    ]
}

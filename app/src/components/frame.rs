//! What frames every page behind sign-in: rail, top bar, sheet, and the bottom bar of a phone.

use super::loaded::{blank, later};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

use super::icon::{Icon, glyph, large_icon};
use super::menu::AccountMenu;
use super::number::grouped;
use crate::api::account::load_frame;
use crate::error::UiError;
use crate::views::Frame;
use crate::wire::{Loading, loading};

/// The page's head: title, one sentence, and its actions at the end of the line.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <leptos_meta::Title text=title.clone() />
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// The sections, in the rail's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Overview,
    Live,
    Tags,
    Sources,
    Settings,
}

impl Section {
    /// Those that one works in.
    const ALL: [Self; 4] = [Self::Overview, Self::Live, Self::Tags, Self::Sources];

    fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("live") => Self::Live,
            Some("tags") => Self::Tags,
            Some("sources") => Self::Sources,
            Some("settings") => Self::Settings,
            _ => Self::Overview,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Live => "Live",
            Self::Tags => "Tags",
            Self::Sources => "Sources",
            Self::Settings => "Settings",
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Live => "/live",
            Self::Tags => "/tags",
            Self::Sources => "/sources",
            Self::Settings => "/settings/account",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Overview,
            Self::Live => Icon::Live,
            Self::Tags => Icon::Tag,
            Self::Sources => Icon::Source,
            Self::Settings => Icon::Settings,
        }
    }
}

/// What the page below can ask of its frame.
#[derive(Clone, Copy)]
pub struct Framed {
    pub frame: Loading<Result<Frame, UiError>>,
}

/// The route around every page behind sign-in.
#[component]
pub fn Shell() -> AnyView {
    let path = use_location().pathname;
    // Once per page: its counts are a courtesy, the live page has the truth.
    let frame = loading(move || path.get(), |_| load_frame());
    provide_context(Framed { frame });
    let section = Memo::new(move |_| Section::of(&path.read()));
    // Live and the editor need the width.
    let narrow = move || {
        let path = path.read();
        path.starts_with("/live") || path.starts_with("/tags/")
    };
    view! {
        <a class="skip" href="#page" rel="external">
            "Skip to the page"
        </a>
        <div class="frame" class:narrow=narrow>
            <header class="desk-head">
                <a class="brand" href="/" aria-label="Sidetag, overview">
                    {glyph()}
                    <span>"Sidetag"</span>
                </a>
                <div class="top">
                    {crumbs(section, path, frame)}
                    {later(blank, move || Box::pin(async move {
                        let frame = frame.await.ok();
                        frame.map(|frame| view! { {health(&frame)} <AccountMenu person=frame.person /> }).into_any()
                    }))}
                </div>
            </header>
            <nav class="rail" aria-label="Sections">
                {links(section, frame)}
                // Drawn by the server only, so the router of the browser part must not follow it.
                <a
                    class="apart"
                    href=Section::Settings.href()
                    rel="external"
                    aria-current=move || (section.get() == Section::Settings).then_some("page")
                >
                    {large_icon(Section::Settings.icon())}
                    {Section::Settings.name()}
                </a>
            </nav>
            <main class="sheet" id="page" tabindex="-1">
                <Outlet />
            </main>
            <nav class="bottom" aria-label="Sections, bottom bar">
                {links(section, frame)}
            </nav>
        </div>
    }
    .into_any()
}

fn links(section: Memo<Section>, frame: Loading<Result<Frame, UiError>>) -> AnyView {
    Section::ALL
        .map(|link| {
            let current = move || (section.get() == link).then_some("page");
            view! {
                <a href=link.href() aria-current=current>
                    {large_icon(link.icon())}
                    {link.name()}
                    {later(blank, move || Box::pin(async move {
                        frame.await.ok().and_then(|frame| badge(link, &frame)).into_any()
                    }))}
                </a>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

/// Trouble at Live, the number of live tags at Tags.
fn badge(section: Section, frame: &Frame) -> Option<AnyView> {
    let (class, number, words) = match section {
        Section::Live => ("badge bad", frame.failed_lately, " failed in the last 30 minutes"),
        Section::Tags => ("badge", frame.published_tags, " live"),
        Section::Overview | Section::Sources | Section::Settings => return None,
    };
    (number > 0).then(|| {
        view! { <span class=class>{grouped(number)}<span class="hidden-text">{words}</span></span> }
            .into_any()
    })
}

fn crumbs(section: Memo<Section>, path: Memo<String>, frame: Loading<Result<Frame, UiError>>) -> AnyView {
    let inner = move || path.read().trim_end_matches('/').matches('/').count() > 1;
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <ol>
                {later(blank, move || Box::pin(async move {
                    let frame = frame.await.ok();
                    frame.map(|frame| view! { <li class="cut">{host(&frame.public_url).to_owned()}</li> }).into_any()
                }))}
                <li>
                    {move || {
                        let section = section.get();
                        view! {
                            <a href=section.href() aria-current=move || if inner() { "true" } else { "page" }>
                                {section.name()}
                            </a>
                        }
                    }}
                </li>
            </ol>
        </nav>
    }
    .into_any()
}

/// The part of an address or origin that tells one from another.
pub fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, host)| host)
}

/// Whether events come in and whether they go out, in two words and a number.
fn health(frame: &Frame) -> AnyView {
    let (class, word) = match (frame.events_last_minute, frame.published_tags) {
        (0, _) => ("dot off", "No events"),
        (_, 0) => ("dot dry", "Receiving"),
        _ => ("dot ok", "Delivering"),
    };
    let rate = match (frame.events_last_minute, frame.published_tags) {
        (0, _) => "in the last minute".to_owned(),
        (_, 0) => "nothing published".to_owned(),
        (events, _) => format!("{}/min", grouped(events)),
    };
    view! {
        {frame.mock_amazon.then(|| view! {
            <span class="chip" title="Amazon’s addresses point at a stand-in. Nothing leaves this machine.">
                "Mock Amazon"
            </span>
        })}
        <a class="health" href="/live">
            <i class=class></i>
            {word}
            <span>{rate}</span>
        </a>
    }
    .into_any()
}

//! The form's sections and the rail that leads to them.

use leptos::prelude::*;
use tag::config::Region;

use super::Opened;
use super::choices::{Choice, choice_cards, event_name_fields};
use super::draft::Draft;
use crate::api::tags::TagForm;
use crate::components::chip::change_chip;
use crate::components::field::{Field, TextField};
use crate::components::status::{State, mark};
use crate::views::SourceChoice;

/// The parts of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Basics,
    TagIds,
    EventNames,
    Delivery,
    Sources,
}

impl Section {
    pub(super) const ALL: [Self; 5] =
        [Self::Basics, Self::TagIds, Self::EventNames, Self::Delivery, Self::Sources];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Basics => "Basics",
            Self::TagIds => "Tag IDs and region",
            Self::EventNames => "Event names",
            Self::Delivery => "Delivery",
            Self::Sources => "Sources",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Basics => "",
            Self::TagIds => "You find the tag ID in Amazon’s Events Manager, under View tag code.",
            Self::EventNames => "Amazon files each event under a name. Eleven are standard.",
            Self::Delivery => "When the sender gets its answer.",
            Self::Sources => {
                "Whose events this tag takes. Tick none to take every source’s, new ones included."
            }
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::TagIds => "tag-ids-and-region",
            Self::EventNames => "event-names",
            Self::Delivery => "delivery",
            Self::Sources => "sources",
        }
    }

    pub(super) fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.id() == id)
    }

    /// The section of a problem's path.
    pub(super) fn of(path: &str) -> Self {
        match path.split('.').next() {
            Some("tag_ids" | "region") => Self::TagIds,
            Some("event_name") => Self::EventNames,
            Some("optimistic") => Self::Delivery,
            Some("sources") => Self::Sources,
            _ => Self::Basics,
        }
    }
}

/// Links to the sections, each with its state.
pub(super) fn rail(draft: Draft) -> AnyView {
    let link = |section: Section| {
        let words = move || match draft.state(section) {
            State::Off => "to be filled in",
            state => state.word(),
        };
        view! {
            <a href=format!("#{}", section.id()) rel="external">
                {move || mark(draft.state(section))}
                {section.title()}
                <span class="hidden-text">", " {words}</span>
                {move || {
                    draft
                        .changed(section)
                        .then(|| {
                            view! {
                                <i class="dot note"></i>
                                <span class="hidden-text">", changed, not live"</span>
                            }
                        })
                }}
            </a>
        }
    };
    view! {
        {Section::ALL.map(link).collect_view()}
        <ul class="rail-key" aria-hidden="true">
            <li>{mark(State::Complete)} "Complete"</li>
            <li>{mark(State::Warning)} "Needs a look"</li>
            <li>
                <i class="dot note"></i>
                "Changed, not live"
            </li>
        </ul>
    }
    .into_any()
}

/// All of them.
pub(super) fn all(opened: &Opened, draft: Draft) -> AnyView {
    let form = draft.form.get_untracked();
    Section::ALL
        .map(|section| {
            let fields = match section {
                Section::Basics => basics(&form, draft),
                Section::TagIds => tag_ids(&form, draft),
                Section::EventNames => event_name_fields(&form, draft),
                Section::Delivery => delivery(&form),
                Section::Sources => sources(&opened.sources, &form.sources),
            };
            let lead = section.lead();
            view! {
                <section class="section" id=section.id()>
                    <header>
                        <h2>
                            {section.title()}
                            {move || draft.changed(section).then(|| change_chip("Changed"))}
                        </h2>
                        {(!lead.is_empty()).then(|| view! { <p>{lead}</p> })}
                    </header>
                    <div class="fields">{fields}</div>
                </section>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn basics(form: &TagForm, draft: Draft) -> AnyView {
    view! {
        <TextField
            id="name"
            name="form[name]"
            label="Name"
            value=form.name.clone()
            help="Only you and your colleagues see it."
            error=draft.error_at("name")
        />
    }
    .into_any()
}

fn tag_ids(form: &TagForm, draft: Draft) -> AnyView {
    let ids = form.tag_ids.clone();
    let region = form.region;
    let choice = |of: Region, value, text| Choice { value, title: of.label(), text, chosen: of == region };
    let error = draft.error_at("tag_ids");
    view! {
        <Field
            id="tag_ids"
            label="Tag IDs"
            help="One a line. Each event goes to every one of them."
            error=Signal::derive(move || numbered(draft).map_or_else(|| error.get(), Some))
        >
            <textarea
                class="input mono"
                id="tag_ids"
                name="form[tag_ids]"
                rows="2"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                dir="ltr"
                placeholder="5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966"
                aria-describedby="tag_ids-message tag_ids-warnings"
                aria-invalid=move || error.get().map(|_| "true")
            >
                {ids}
            </textarea>
        </Field>
        {warnings(draft, "tag_ids")}
        <fieldset class="field" id="region">
            <legend class="field-head">"Region"</legend>
            {choice_cards(
                "form[region]",
                "choices row",
                vec![
                    choice(Region::Na, "na", "and South America, Japan, Australia"),
                    choice(Region::Eu, "eu", "and the UK"),
                    choice(Region::Fe, "fe", "rarely used"),
                ],
            )}
            {warnings(draft, "region")}
        </fieldset>
    }
    .into_any()
}

/// The first wrong tag ID, named by its line when there are several.
fn numbered(draft: Draft) -> Option<String> {
    let visible = draft.visible();
    let problem = visible.iter().find(|problem| problem.path.starts_with("tag_ids."))?;
    Some(with_line(&problem.path, &problem.text()))
}

/// `Tag ID 2: …`
pub(super) fn with_line(path: &str, message: &str) -> String {
    match path.strip_prefix("tag_ids.").and_then(|index| index.parse::<usize>().ok()) {
        Some(index) => format!("Tag ID {}: {message}", index + 1),
        None => message.to_owned(),
    }
}

/// What is odd about a field, but no obstacle.
fn warnings(draft: Draft, path: &'static str) -> AnyView {
    let lines = move || {
        let own = draft.warnings.get().into_iter().filter(|warning| super::draft::below(&warning.path, path));
        own.map(|warning| {
            view! {
                <p class="message retry">
                    {mark(State::Warning)} <span>{with_line(&warning.path, &warning.text())}</span>
                </p>
            }
        })
        .collect_view()
    };
    view! { <div id=format!("{path}-warnings")>{lines}</div> }.into_any()
}

fn delivery(form: &TagForm) -> AnyView {
    view! {
        <label class="switch-row">
            <input
                class="switch"
                type="checkbox"
                role="switch"
                name="form[optimistic]"
                value="on"
                checked=form.optimistic.is_some()
            />
            <b>"Answer before Amazon has answered"</b>
            <small>
                "On: the sender is answered as soon as the event is stored, and Sidetag delivers right after. Off: the answer waits for Amazon’s first one, a second at most. Either way the event is not lost, and failed tries are repeated."
            </small>
        </label>
    }
    .into_any()
}

fn sources(known: &[SourceChoice], chosen: &[String]) -> AnyView {
    if known.is_empty() {
        return view! {
            <p class="quiet">
                "There is no source yet. This tag will take the events of every one you make. "
                <a href="/sources/new">"New source"</a>
            </p>
        }
        .into_any();
    }
    let tick = |source: &SourceChoice| {
        let ticked = chosen.contains(&source.id);
        view! {
            <label class="check-row">
                <input class="check" type="checkbox" name="form[sources][]" value=source.id.clone() checked=ticked />
                <span class="cut">{source.name.clone()}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend class="hidden-text">"Take events from"</legend>
            {known.iter().map(tick).collect_view()}
        </fieldset>
    }
    .into_any()
}

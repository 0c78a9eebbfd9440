//! The draft while it is being edited: what the form holds, what is wrong with it, and which of that the
//! reader should see by now.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use tag::config::{EventName, Problem, Region, TagConfig, Unmapped, check};
use web_sys::{FocusEvent, FormData, HtmlFormElement};

use super::Opened;
use super::changes::{Change, changes};
use super::sections::Section;
use crate::api::tags::{SaveTag, SavedTag, TagForm};
use crate::components::form::{Sending, filled_in};
use crate::components::status::State;
use crate::error::{UiError, problem};
use crate::name;

/// The draft's signals; cheap to copy into each part of the page.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) form: RwSignal<TagForm>,
    pub(super) revision: Memo<i64>,
    pub(super) problems: Memo<Vec<Problem>>,
    pub(super) warnings: Memo<Vec<Problem>>,
    pub(super) changes: Memo<Vec<Change>>,
    pub(super) save: Sending,
    /// What was opened, for all that the form has no fields for.
    opened: StoredValue<TagConfig>,
    /// Sections whose fields somebody has left.
    touched: RwSignal<BTreeSet<Section>>,
    /// Somebody tried to publish: from now on nothing is held back.
    everything: RwSignal<bool>,
    /// There was a form to begin with; an empty one is not blamed for being empty.
    known: bool,
}

impl Draft {
    pub(super) fn new(opened: &Opened, save: Sending, refused: bool) -> Self {
        let form = retyped(opened, save).unwrap_or_else(|| form_of(opened));
        let first = form.revision;
        let form = RwSignal::new(form);
        let rest = StoredValue::new(opened.config.clone());
        let revision = Memo::new(move |last: Option<&i64>| match save.answer() {
            Some(Ok(SavedTag { revision, .. })) => revision.max(first),
            _ => last.copied().unwrap_or(first),
        });
        let from_server = move || match save.error() {
            Some(UiError::Invalid(problems)) => problems,
            _ => vec![],
        };
        let problems = Memo::new(move |_| {
            let mut problems = form.with(|form| problems_of(form, rest.get_value()));
            let mended = |problem: &Problem| {
                !problem.path.is_empty() && problems.iter().all(|own| own.path != problem.path)
            };
            // The browser's own check finds nothing at the place: it was mended since.
            let from_server: Vec<_> = from_server().into_iter().filter(|problem| !mended(problem)).collect();
            problems.extend(from_server);
            problems.dedup_by(|a, b| a.path == b.path);
            problems
        });
        let warnings = Memo::new(move |_| form.with(|form| check(&form.config(rest.get_value())).warnings));
        let live = opened.live.clone();
        let names = opened.sources.clone();
        let changes = Memo::new(move |_| {
            live.as_ref().map_or(vec![], |live| {
                form.with(|form| {
                    let config = form.config(rest.get_value());
                    changes((&live.name, &live.config), (&form.name, &config), &names)
                })
            })
        });
        Self {
            form,
            revision,
            problems,
            warnings,
            changes,
            save,
            opened: rest,
            touched: RwSignal::default(),
            everything: RwSignal::new(refused),
            known: opened.id.is_some(),
        }
    }

    /// The configuration as it is being edited.
    pub(super) fn config(self) -> TagConfig {
        self.form.with(|form| form.config(self.opened.get_value()))
    }

    /// Takes over what the form's controls hold.
    pub(super) fn read(self, form: &HtmlFormElement) {
        let Ok(data) = FormData::new_with_form(form) else { return };
        let sources = data.get_all(SOURCES).iter().filter_map(|source| source.as_string()).collect();
        self.form.update(|form| fill(form, &|field| data.get(field).as_string(), sources));
    }

    /// A field was left; what is wrong with it may be shown now.
    pub(super) fn touch(self, event: &FocusEvent) {
        let section = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("section[id]").ok().flatten())
            .and_then(|section| Section::with_id(&section.id()));
        if let Some(section) = section {
            self.touched.update(|touched| {
                touched.insert(section);
            });
        }
    }

    pub(super) fn show_all(self) {
        self.everything.set(true);
    }

    /// The problems that may be shown by now.
    pub(super) fn visible(self) -> Vec<Problem> {
        let refused = self.save.error();
        let seen = |problem: &Problem| {
            self.everything.get()
                || refused.as_ref().is_some_and(|error| error.at(&problem.path).is_some())
                || self.touched.with(|touched| touched.contains(&Section::of(&problem.path)))
        };
        self.problems.get().into_iter().filter(seen).collect()
    }

    /// What is wrong with the field at `path`, or below it.
    pub(super) fn error_at(self, path: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let visible = self.visible();
            let mut own = visible.iter().filter(|problem| below(&problem.path, path));
            own.next().map(Problem::text)
        })
    }

    /// The state of a section for the rail.
    pub(super) fn state(self, section: Section) -> State {
        let in_section = |problem: &Problem| Section::of(&problem.path) == section;
        let wrong = self.problems.with(|problems| problems.iter().any(in_section));
        if self.visible().iter().any(in_section) {
            State::Error
        } else if wrong && !self.known {
            State::Off
        } else if wrong || self.warnings.with(|warnings| warnings.iter().any(in_section)) {
            State::Warning
        } else {
            State::Complete
        }
    }

    /// Whether the section differs from the live version.
    pub(super) fn changed(self, section: Section) -> bool {
        self.changes.with(|changes| changes.iter().any(|change| change.section == section))
    }
}

/// `tag_ids.1` is below `tag_ids`.
pub(super) fn below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn problems_of(form: &TagForm, rest: TagConfig) -> Vec<Problem> {
    let wrong_name = name::checked(&form.name).err();
    let wrong_name = wrong_name.map(|message| problem("name", message));
    wrong_name.into_iter().chain(check(&form.config(rest)).tag.err().unwrap_or_default()).collect()
}

const SOURCES: &str = "form[sources][]";

/// Takes over the fields that somebody filled in.
fn fill(form: &mut TagForm, value: &dyn Fn(&str) -> Option<String>, sources: Vec<String>) {
    let text = |field: &str| value(&format!("form[{field}]"));
    form.name = text("name").unwrap_or_default();
    form.tag_ids = text("tag_ids").unwrap_or_default();
    form.region = match text("region").as_deref() {
        Some("eu") => Region::Eu,
        Some("fe") => Region::Fe,
        _ => Region::Na,
    };
    form.mode = text("mode").unwrap_or_default();
    form.standard_name = text("standard_name").unwrap_or_default();
    form.custom_name = text("custom_name").unwrap_or_default();
    form.unmapped = match text("unmapped").as_deref() {
        Some("skip") => Unmapped::Skip,
        _ => Unmapped::Send,
    };
    form.optimistic = text("optimistic");
    form.sources = sources;
}

/// The form as it was when its plain post was refused, if that led here. It keeps the revision that it started
/// from, so that it never covers up what somebody else saved since.
fn retyped(opened: &Opened, save: Sending) -> Option<TagForm> {
    // Once it was sent in place, the address tells of the past.
    untrack(|| save.error())?;
    let fields = filled_in::<SaveTag>()?;
    let revision = fields.get_str("form[revision]")?.parse().ok()?;
    let mut form = TagForm { revision, ..form_of(opened) };
    fill(&mut form, &|field| fields.get(field), fields.get_all(SOURCES).unwrap_or_default());
    Some(form)
}

/// The form for what is stored.
pub(super) fn form_of(opened: &Opened) -> TagForm {
    let TagConfig { tag_ids, region, event_name, optimistic, sources, .. } = opened.config.clone();
    let (mode, standard_name, custom_name, unmapped) = match event_name {
        EventName::Inherit { unmapped } => ("inherit", String::new(), String::new(), unmapped),
        EventName::Standard { name } => ("standard", name, String::new(), Unmapped::default()),
        EventName::Custom { name } => ("custom", String::new(), name, Unmapped::default()),
    };
    TagForm {
        id: opened.id.clone(),
        revision: opened.revision,
        name: opened.name.clone(),
        tag_ids: tag_ids.join("\n"),
        region,
        mode: mode.to_owned(),
        standard_name,
        custom_name,
        unmapped,
        optimistic: optimistic.then(|| "on".to_owned()),
        sources,
        intent: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use tag::config::Matching;

    use super::*;

    fn opened(config: TagConfig) -> Opened {
        Opened {
            id: Some("t1".into()),
            revision: 3,
            name: "EU purchases".into(),
            config,
            live: None,
            sources: vec![],
            saved: None,
        }
    }

    #[test]
    fn the_form_holds_every_configuration_without_loss() {
        let names = [
            EventName::Inherit { unmapped: Unmapped::Skip },
            EventName::Standard { name: "Lead".into() },
            EventName::Custom { name: "Loyalty and rewards".into() },
        ];
        for event_name in names {
            let config = TagConfig {
                tag_ids: vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".into(), "b71f42c8".into()],
                region: Region::Eu,
                event_name,
                optimistic: true,
                sources: vec!["s1".into(), "s2".into()],
                matching: Matching { enabled: true, ..Matching::default() },
                ..TagConfig::default()
            };
            assert_eq!(form_of(&opened(config.clone())).config(config.clone()), config);
        }
    }

    #[test]
    fn a_field_owns_the_problems_of_its_parts() {
        assert!(below("tag_ids.1", "tag_ids") && below("tag_ids", "tag_ids"));
        assert!(!below("tag_ids_old", "tag_ids") && !below("name", "event_name"));
    }

    #[test]
    fn an_empty_form_lacks_a_name_and_a_tag_id() {
        let empty = Opened { name: " ".into(), ..opened(TagConfig::default()) };
        let paths: Vec<String> = problems_of(&form_of(&empty), TagConfig::default())
            .into_iter()
            .map(|problem| problem.path)
            .collect();
        assert_eq!(paths, ["name", "tag_ids"]);
    }
}

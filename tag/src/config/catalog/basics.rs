//! Where events go, which events go there, and what Amazon calls them.

use super::{Choice, Field, Kind, Needs, Section};
use crate::amazon::names;

pub(super) const BASICS: Section = Section {
    anchor: "basics",
    label: "Basics",
    lead: "Where the events go, and whose events they are.",
    fields: &[
        Field::new(
            "tag_ids",
            "basics.tag-ids",
            "Tag IDs",
            Kind::Lines("tag ID"),
            "Each event goes to every one of them. Amazon shows a tag’s ID in Events Manager, under its code.",
        )
        .like("5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966")
        .unset("none"),
        Field::new(
            "region",
            "basics.region",
            "Region",
            Kind::Choice(&[
                Choice::new("na", "North America", "North and South America, Japan and Australia."),
                Choice::new("eu", "Europe", "Accounts in Europe."),
                Choice::new(
                    "fe",
                    "Far East",
                    "Amazon’s own tag does not offer it; Japan and Australia are North America.",
                ),
            ]),
            "Where your Amazon Ads account is.",
        ),
        Field::new(
            "sources",
            "basics.sources",
            "Sources",
            Kind::Sources,
            "Takes events from these alone. With none chosen, it takes them from every source.",
        )
        .unset("every source"),
    ],
};

const CONDITIONS: &[Needs] =
    &[Needs::new("trigger.on", &["conditions"], "Off because the tag does not run by conditions.")];

pub(super) const TRIGGER: Section = Section {
    anchor: "trigger",
    label: "When it runs",
    lead: "Which of the events that arrive the tag runs for.",
    fields: &[
        Field::new(
            "trigger.on",
            "trigger.events",
            "Events it runs for",
            Kind::Choice(&[
                Choice::new("all", "All events", "Every event of its sources."),
                Choice::new("names", "Events with certain names", "Those whose name is on the list."),
                Choice::new(
                    "conditions",
                    "Events that meet conditions",
                    "Those that meet all conditions of a group, unless an exception holds.",
                ),
            ]),
            "Other events are listed as skipped.",
        ),
        Field::new(
            "trigger.names",
            "trigger.names",
            "Names of events",
            Kind::Lines("event"),
            "As the sender writes them; capital letters count.",
        )
        .like("purchase")
        .unset("none")
        .needs(&[Needs::new("trigger.on", &["names"], "Off because the tag does not run by names.")]),
        Field::new(
            "trigger.any",
            "trigger.conditions",
            "Conditions",
            Kind::Conditions,
            "All conditions of at least one group must hold. Without a group, every event that is no exception runs.",
        )
        .like("event_name is “purchase”")
        .unset("none")
        .needs(CONDITIONS),
        Field::new(
            "trigger.except",
            "trigger.exceptions",
            "Exceptions",
            Kind::Conditions,
            "The tag does not run when all conditions of one of these groups hold.",
        )
        .like("query.debug is there")
        .unset("none")
        .needs(CONDITIONS),
    ],
};

pub(super) const EVENT_NAME: Section = Section {
    anchor: "event-name",
    label: "Event names",
    lead: "What Amazon calls the events.",
    fields: &[
        Field::new(
            "event_name.mode",
            "event-name.mode",
            "Name at Amazon",
            Kind::Choice(&[
                Choice::new(
                    "inherit",
                    "Amazon’s name for the GA4 event",
                    "purchase becomes Off-AmazonPurchases, page_view becomes PageView, and so on.",
                ),
                Choice::new(
                    "standard",
                    "One of Amazon’s events",
                    "Every event goes out under the same one of Amazon’s 11 names.",
                ),
                Choice::new(
                    "custom",
                    "A name of your own",
                    "Every event goes out under this name, and Amazon files it as a custom event.",
                ),
            ]),
            "Amazon optimises for its own 11 events.",
        ),
        Field::new(
            "event_name.name",
            "event-name.name",
            "Event",
            Kind::Name(&names::STANDARD),
            "One of Amazon’s events, or a name of your own with at most 256 characters.",
        )
        .like("Lead")
        .needs(&[Needs::new(
            "event_name.mode",
            &["standard", "custom"],
            "Off because each event gets Amazon’s name for it.",
        )]),
        Field::new(
            "event_name.unmapped",
            "event-name.unmapped",
            "Events that Amazon has no name for",
            Kind::Choice(&[
                Choice::new("send", "Sent under their own name", "Amazon files them as custom events."),
                Choice::new("skip", "Not sent", "They are listed as skipped."),
            ]),
            "Such as scroll or newsletter_opened.",
        )
        .needs(&[Needs::new(
            "event_name.mode",
            &["inherit"],
            "Off because every event goes out under one name.",
        )]),
    ],
};

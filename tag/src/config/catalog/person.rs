//! Whom an event is about.

use super::{Choice, Field, Kind, Needs, Section};
use crate::config::matching::TOKEN_SECONDS_LIMIT;

pub(super) const MATCH_ID: Section = Section {
    anchor: "match-id",
    label: "Match ID",
    lead: "Your own ID of a customer, the same online and offline. Never an e-mail address or phone number.",
    fields: &[
        Field::new(
            "match_id.from_event",
            "match-id.from-event",
            "Match ID from the event",
            Kind::Switch,
            "Takes user_id where the field below comes out empty.",
        ),
        Field::new(
            "match_id.value",
            "match-id.value",
            "Match ID",
            Kind::Value,
            "The customer’s ID in your own systems.",
        )
        .like("{{ user_properties.customer_number }}"),
    ],
};

const ON: Needs = Needs::new("matching.enabled", &["true"], "Off because advanced matching is off.");
const NEEDS: &[Needs] = &[ON];

pub(super) const MATCHING: Section = Section {
    anchor: "advanced-matching",
    label: "Advanced matching",
    lead: "Helps Amazon recognise customers. E-mail and phone are cleaned and hashed on this server.",
    fields: &[
        Field::new(
            "matching.enabled",
            "advanced-matching.on",
            "Advanced matching",
            Kind::Switch,
            "Exchanges the hashes for a token at Amazon, which then goes with the events.",
        ),
        Field::new(
            "matching.from_event",
            "advanced-matching.from-event",
            "E-mail and phone from the event",
            Kind::Switch,
            "Looks in user_data where the fields below come out empty.",
        )
        .needs(NEEDS),
        Field::new(
            "matching.email",
            "advanced-matching.email",
            "E-mail",
            Kind::Value,
            "Plain, or hashed with SHA-256 already.",
        )
        .like("{{ user_data.email_address }}")
        .needs(NEEDS),
        Field::new(
            "matching.phone",
            "advanced-matching.phone",
            "Phone",
            Kind::Value,
            "With its country code, or hashed with SHA-256 already.",
        )
        .like("{{ user_data.phone_number }}")
        .needs(NEEDS),
        Field::new(
            "matching.email_rule",
            "advanced-matching.email-rule",
            "E-mail cleaning",
            Kind::Choice(&[
                Choice::new("lowercase", "Trim and lower-case", "As in Amazon’s samples."),
                Choice::new("strict", "Strict", "Only a to z, digits, dot, @ and hyphen stay."),
                Choice::new("keep_plus", "Strict, but + stays", "As in Amazon’s code for Segment."),
                Choice::new(
                    "template",
                    "As Stape’s template does",
                    "Takes the first text, an address or not. For imported tags.",
                ),
            ]),
            "Whoever hashes for Amazon elsewhere must clean in the same way.",
        )
        .advanced()
        .needs(NEEDS),
        Field::new(
            "matching.phone_rule",
            "advanced-matching.phone-rule",
            "Phone cleaning",
            Kind::Choice(&[
                Choice::new("e164", "International form", "The digits, country code first, without +."),
                Choice::new(
                    "template",
                    "As Stape’s template does",
                    "Removes spaces, hyphens, brackets and + and nothing else. For imported tags.",
                ),
            ]),
            "Whoever hashes for Amazon elsewhere must clean in the same way.",
        )
        .advanced()
        .needs(NEEDS),
        Field::new(
            "matching.phone_country",
            "advanced-matching.phone-country",
            "Country of phones",
            Kind::Text,
            "Whose calling code a phone number without one gets. Two letters.",
        )
        .like("DE")
        .needs(&[
            ON,
            Needs::new(
                "matching.phone_rule",
                &["e164"],
                "Off because phone numbers are not brought into international form.",
            ),
        ]),
        Field::new(
            "matching.token_seconds",
            "advanced-matching.token-ttl",
            "Life of the token",
            Kind::Number { min: 1, max: TOKEN_SECONDS_LIMIT, unit: "seconds" },
            "Amazon allows at most 7 days, which are 604800 seconds.",
        )
        .like("604800")
        .needs(NEEDS),
        Field::new(
            "matching.follow_identity",
            "advanced-matching.follow-identity",
            "New token for another person",
            Kind::Switch,
            "Uses a token only for the person and the consent that it was given for. Off in imported tags.",
        )
        .advanced()
        .needs(NEEDS),
    ],
};

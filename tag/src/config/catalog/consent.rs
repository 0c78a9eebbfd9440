//! When the tag may run, and which consent it passes on.

use super::{Choice, Field, Kind, Section};

pub(super) const CONSENT: Section = Section {
    anchor: "consent",
    label: "Consent",
    lead: "Amazon needs a country with every event, and in Europe and the United Kingdom the visitor’s choice.",
    fields: &[
        Field::new(
            "consent.gate",
            "consent.gate",
            "Consent needed to run",
            Kind::Choice(&[
                Choice::new(
                    "always",
                    "None",
                    "The tag runs for everybody and passes the visitor’s choice on to Amazon.",
                ),
                Choice::new(
                    "ad_storage",
                    "Ad storage",
                    "Only events with ad_storage granted in Google’s consent mode are sent.",
                ),
                Choice::new(
                    "ad_storage_and_user_data",
                    "Ad storage and user data",
                    "Only events with ad_storage and ad_user_data granted in Google’s consent mode are sent.",
                ),
            ]),
            "A state that the event does not mention counts as not granted.",
        ),
        Field::new(
            "consent.identifiers",
            "consent.identifiers",
            "What identifies the visitor",
            Kind::Choice(&[
                Choice::new(
                    "with_consent",
                    "Only with consent",
                    "It stays here when a signal refuses, and in Europe also when none grants.",
                ),
                Choice::new("always", "Always", "It is sent whatever the visitor chose; Amazon decides."),
            ]),
            "Match ID, token, measurement tokens and IP address.",
        ),
        Field::new(
            "consent.country.from_event",
            "consent.country-from-event",
            "Country from the event",
            Kind::Switch,
            "Looks for the visitor’s country in the event and in Amazon’s consent cookie.",
        )
        .advanced(),
        Field::new(
            "consent.country.value",
            "consent.country",
            "Country",
            Kind::Value,
            "Two letters. Wins over header and event.",
        )
        .like("{{ event_location.country }}"),
        Field::new(
            "consent.country.header",
            "consent.country-header",
            "Header with the country",
            Kind::Text,
            "In which your proxy states the visitor’s country. Wins over the event.",
        )
        .like("cf-ipcountry"),
        Field::new(
            "consent.ip.from_event",
            "consent.ip-from-event",
            "IP address from the event",
            Kind::Switch,
            "Takes the visitor’s address, which is part of Amazon’s consent data.",
        )
        .advanced(),
        Field::new(
            "consent.ip.value",
            "consent.ip",
            "IP address",
            Kind::Value,
            "The visitor’s own, never that of your server.",
        )
        .like("{{ headers['cf-connecting-ip'] }}")
        .advanced(),
        Field::new(
            "consent.tcf.from_event",
            "consent.tcf-from-event",
            "TCF signals from the event",
            Kind::Switch,
            "Looks for them in the event and in the cookie euconsent-v2 where they are not set below.",
        ),
        Field::new(
            "consent.tcf.applies",
            "consent.gdpr",
            "GDPR applies",
            Kind::Value,
            "1 is yes, 0 is no, 2 is not known.",
        )
        .like("{{ gdpr }}")
        .advanced(),
        Field::new(
            "consent.tcf.personal_data",
            "consent.gdpr-pd",
            "GDPR personal data",
            Kind::Value,
            "1 is yes, 0 is no, -1 is not known.",
        )
        .like("{{ gdpr_pd }}")
        .advanced(),
        Field::new(
            "consent.tcf.string",
            "consent.tcf-string",
            "TCF string",
            Kind::Value,
            "What the visitor’s consent banner wrote.",
        )
        .like("{{ cookies['euconsent-v2'] }}")
        .advanced(),
        Field::new(
            "consent.gpp.from_event",
            "consent.gpp-from-event",
            "GPP string from the event",
            Kind::Switch,
            "Looks for it in the event where it is not set below.",
        ),
        Field::new(
            "consent.gpp.string",
            "consent.gpp-string",
            "GPP string",
            Kind::Value,
            "The visitor’s choice under the laws of American states and others.",
        )
        .like("{{ gpp }}")
        .advanced(),
        Field::new(
            "consent.amazon.from_event",
            "consent.amazon-from-event",
            "Signals for Amazon from the event",
            Kind::Switch,
            "Looks in amazon_consent and in the cookie amzn_consent where neither is set below.",
        ),
        Field::new(
            "consent.amazon.ad_storage",
            "consent.amazon-ad-storage",
            "Ad storage signal",
            Kind::Value,
            "amzn_ad_storage: GRANTED or DENIED.",
        )
        .like("{{ amazon_consent.ad_storage }}")
        .advanced(),
        Field::new(
            "consent.amazon.user_data",
            "consent.amazon-user-data",
            "User data signal",
            Kind::Value,
            "amzn_user_data: GRANTED or DENIED.",
        )
        .like("{{ amazon_consent.user_data }}")
        .advanced(),
        Field::new(
            "consent.send",
            "consent.send",
            "Signals passed on",
            Kind::Choice(&[
                Choice::new("one", "The one that Amazon uses", "TCF, else GPP, else those made for Amazon."),
                Choice::new(
                    "all",
                    "Every signal there is",
                    "Also those that cannot be read, and values set by hand as they are. For imported tags.",
                ),
            ]),
            "Amazon wants one of TCF, GPP and its own signals.",
        )
        .advanced(),
    ],
};

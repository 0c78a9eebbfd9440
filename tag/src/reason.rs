//! Every reason an event, a delivery or a part of it can end with: one stable code, one sentence, one remedy.
//!
//! Codes are part of the product: they are stored, shown, filtered by and documented. They never change
//! their meaning and are never reused.

use serde::{Deserialize, Serialize};

/// Writes the enum and its three texts from one table, so that none of them can be forgotten.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal $text:literal $remedy:expr;)+) => {
        /// Why something ended, stopped, was left out or waits. Serialised as its [`code`](Reason::code).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Reason {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable code, as stored and shown.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What happened, in one sentence for a marketer.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What to do about it, when there is something to do.
            pub fn remedy(self) -> Option<&'static str> {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

reasons! {
    /// No published tag takes events from the source.
    NoTag "config.no_tag"
        "No published tag takes events from this source"
        Some("Publish a tag, or let a published tag take events from this source.");
    /// The tag is paused.
    Paused "config.paused"
        "The tag is paused, so the event is held"
        Some("Resume the tag, and the event goes out.");
    /// The tag was paused or deleted and is back: the next try follows.
    Resumed "config.resumed"
        "The tag runs again, and the next try follows"
        Some("Nothing to do: Sidetag tries again by itself.");
    /// The tag is deleted.
    TagDeleted "config.tag_deleted"
        "The tag is deleted"
        Some("Restore the tag, and what is held for it goes out.");
    /// A template failed or took too long; its field counts as not set.
    TemplateFailed "config.template_failed"
        "A template could not be worked out, so its field counts as not set"
        Some("Open the field, choose this event as the example and mend the template.");
    /// The event does not meet the tag's trigger.
    NotTriggered "trigger.not_matched"
        "The tag does not run for this event"
        Some("If it should, change the tag’s trigger.");
    /// Google Tag Manager's own preview traffic, which is no visitor's.
    PreviewTraffic "trigger.preview_traffic"
        "This comes from Tag Manager’s preview, not from a visitor"
        None;
    /// The tag needs consent, and it was denied.
    ConsentDenied "consent.denied"
        "The visitor did not consent, and the tag needs consent"
        None;
    /// The tag needs consent, and nothing says whether it was given.
    ConsentUnknown "consent.unknown"
        "The tag needs consent, and the event does not say whether it was given"
        Some("Let the consent platform pass its state on with the event (Google consent mode).");
    /// GDPR applies and there is no consent string, which Amazon requires then.
    ConsentStringMissing "consent.string_missing"
        "GDPR applies, but there is no consent string"
        Some("Let the consent platform pass on its TCF string (gdpr_consent).");
    /// The visitor's consent does not cover Amazon: ids were withheld.
    IdentifiersWithheld "consent.identifiers_withheld"
        "Without consent for Amazon, everything that identifies the visitor stayed here"
        None;
    /// A consent signal could not be read.
    ConsentUnreadable "consent.unreadable"
        "A consent signal cannot be read, so it was not used"
        Some("Check what the consent platform sends.");
    /// Amazon needs a country with every event.
    CountryMissing "consent.country_missing"
        "The visitor’s country is not known; Amazon does not process events without it"
        Some("Set the country in the tag’s consent settings, or name the header in which your proxy states it.");
    /// The event's name has no Amazon name, and the tag is set to skip such events.
    UnmappedName "map.unmapped_name"
        "Amazon has no name for this event, and the tag skips such events"
        Some("To send it, let the tag send unmapped names as they are, or use a custom event name.");
    /// The event has no name at all.
    NameMissing "map.name_missing"
        "The event has no name"
        Some("Send it with an event_name.");
    /// Amazon allows 256 characters in an event name.
    NameTooLong "map.name_too_long"
        "The event name is longer than Amazon’s 256 characters"
        Some("Shorten the event name where the event is made.");
    /// Amazon drops the whole event when the name of a parameter is longer than 256 characters.
    AttributeNameTooLong "map.attribute_name_too_long"
        "The name of an attribute is longer than Amazon’s 256 characters"
        Some("Shorten the name in the tag’s custom attributes.");
    /// Amazon drops the whole event when a value is longer than 1000 characters.
    ValueTooLong "map.value_too_long"
        "A value is longer than Amazon’s 1000 characters"
        Some("Shorten the value where the event is made.");
    /// A reporting attribute that Amazon would drop was left out; the event went on.
    AttributeDropped "map.attribute_dropped"
        "Amazon would drop this attribute, so it was left out"
        Some("Reporting attributes are text of 1 to 256 letters and digits.");
    /// A currency or number of units on an event that is no purchase.
    PurchaseOnly "map.purchase_only"
        "Amazon takes this with purchases only, so it was left out"
        None;
    /// An attribute under a name that the event itself uses.
    ReservedName "map.reserved_name"
        "This name belongs to the event itself, so the attribute was left out"
        Some("Give the custom attribute another name.");
    /// A value of a kind that cannot be used in its place.
    ValueIgnored "map.value_ignored"
        "This value has a form that cannot be used here, so it was ignored"
        Some("Check how the event is made.");
    /// An e-mail or phone that cannot be one.
    IdentityUnusable "identity.unusable"
        "This is no e-mail address or phone number, so it was not used"
        Some("Check how the event is made.");
    /// A national phone number, and no country to complete it.
    PhoneWithoutCountry "identity.phone_without_country"
        "The phone number has no country code, so Amazon may not recognise it"
        Some("Set the tag’s default phone country, or send numbers with their country code.");
    /// A match id that looks like an e-mail address or a phone number.
    MatchIdPersonal "identity.match_id_personal"
        "The match ID looks like an e-mail address or phone number"
        Some("Use an id that says nothing about the person, such as a customer number.");
    /// Advanced matching is off.
    MatchingOff "identity.off"
        "Advanced matching is off for this tag"
        None;
    /// Advanced matching is on, and the event names nobody.
    NoIdentity "identity.none"
        "Advanced matching is on, but the event holds no e-mail address or phone number"
        None;
    /// Amazon said that there is no consent for a token.
    TokenNoConsent "token.no_consent"
        "Amazon gave no token, because it sees no consent"
        Some("Check the consent that the tag passes on.");
    /// The token request failed; the event went on without.
    TokenFailed "token.failed"
        "Amazon gave no token, so the event went without advanced matching"
        None;
    /// The token's cookie belongs to another person or another consent.
    TokenOutdated "token.outdated"
        "The token in the cookie belongs to another person or consent, so it was not used"
        None;
    /// A measurement token that is none.
    ArefInvalid "measurement.invalid"
        "The aref in the page’s address is no measurement token, so it was not used"
        None;
    /// A measurement token that differs from all that Amazon documents: 10 letters and digits.
    ArefUnusual "measurement.unusual"
        "The aref in the page’s address is not 10 letters and digits, as Amazon’s are; it was used all the same"
        Some("If the ad’s link was written by hand, let Amazon add the aref.");
    /// Measurement tokens exist in North America only.
    ArefRegion "measurement.region"
        "Measurement tokens are used in North America only"
        None;
    /// A cookie was not set, because the caller had been answered already.
    CookieTooLate "cookie.too_late"
        "The cookie was not set: the sender had its answer already"
        Some("Switch the tag’s optimistic answer off to set cookies.");
    /// A cookie was not set, because the tag says so.
    CookieOff "cookie.off"
        "The cookie was not set: the tag is set not to"
        None;
    /// Amazon accepted the request. It gives no further detail.
    Accepted "vendor.accepted"
        "Accepted. Amazon gives no further detail"
        None;
    /// Amazon answered with a redirect for its cookie, which was not followed.
    FirstLeg "vendor.first_leg"
        "Amazon answered with a redirect for its cookie"
        Some("Nothing to do. Amazon does not document whether it counts this first answer.");
    /// Amazon's redirect for its cookie was handed to the visitor's browser.
    HandedToBrowser "vendor.handed_to_browser"
        "Accepted, and the browser was asked to load Amazon’s cookie pixel"
        None;
    /// Amazon's redirect for its cookie was followed by Sidetag.
    Followed "vendor.followed"
        "Accepted after Amazon’s redirect for its cookie"
        None;
    /// A redirect to somewhere that is not Amazon.
    ForeignRedirect "vendor.foreign_redirect"
        "The answer redirects to an address that is not Amazon’s, so it was not followed"
        Some("Check the addresses in the server’s configuration, and what stands between it and Amazon.");
    /// Cookie sync is off for this tag.
    SyncOff "sync.off"
        "Cookie sync is off for this tag"
        None;
    /// No cookie sync, because the caller is answered before Amazon.
    SyncOptimistic "sync.optimistic"
        "No cookie sync: the tag answers before Amazon does"
        Some("Switch the tag’s optimistic answer off, or let Sidetag follow the redirect itself.");
    /// The sender cannot pass a pixel on to a browser.
    SyncUnsupported "sync.unsupported"
        "No cookie sync: this sender cannot pass a pixel on to a browser"
        Some("Set the tag’s cookie sync to auto, so that Sidetag follows the redirect itself.");
    /// The redirect was followed by Sidetag, without a good answer.
    FollowFailed "sync.follow_failed"
        "Sidetag followed Amazon’s redirect for its cookie, but got no good answer"
        Some("Nothing to do: the first answer counts as it would have without.");
    /// Amazon answered 4xx: sending the same again would not help.
    RefusedStatus "vendor.refused.status"
        "Amazon refused the request"
        Some("Check the tag ID and the region against Amazon’s Events Manager.");
    /// Amazon asked to slow down (429).
    RateLimited "vendor.transient.rate_limited"
        "Amazon asked to slow down"
        Some("Nothing to do: Sidetag tries again by itself.");
    /// Amazon answered 5xx or 408.
    TransientStatus "vendor.transient.status"
        "Amazon had an error of its own"
        Some("Nothing to do: Sidetag tries again by itself.");
    /// No connection to Amazon came about.
    Unreachable "vendor.transient.unreachable"
        "Amazon could not be reached"
        Some("Sidetag tries again by itself. If it lasts, check this server’s way to the internet.");
    /// Amazon did not answer in time.
    TimedOut "vendor.transient.timeout"
        "Amazon did not answer in time"
        Some("Nothing to do: Sidetag tries again by itself.");
    /// Every planned try failed.
    GivenUp "delivery.given_up"
        "Every try failed"
        Some("Look at the last try’s answer, mend the cause, then send the event again.");
    /// One id for events of several types: Amazon keeps one of them.
    DedupeShared "lint.dedupe_shared"
        "The dedupe ID is the order’s, but the event is no purchase. Amazon compares IDs across all events, so the purchase may be lost"
        Some("Send an event_id of its own with each event, or set the dedupe ID in the tag.");
    /// Older than 21 days, which is as long as Amazon takes events.
    EventTooOld "lint.event_too_old"
        "The event is older than 21 days, and Amazon takes none that old"
        Some("Check the time that the sender states, in timestamp_micros.");
    /// A time that has not come yet.
    EventInFuture "lint.event_in_future"
        "The event states a time in the future"
        Some("Check the sender’s clock, and that timestamp_micros counts microseconds.");
    /// A currency that is none of Amazon's 81.
    CurrencyUnknown "lint.currency_unknown"
        "Amazon does not know this currency"
        Some("Send its ISO 4217 code in capitals, such as EUR.");
    /// A currency or number of units goes out with an event that is no purchase.
    PurchaseAttribute "lint.purchase_attribute"
        "Amazon documents this for purchases only"
        Some("Let the tag send it with purchases only.");
    /// A purchase without value or currency.
    PurchaseIncomplete "lint.purchase_incomplete"
        "Without value and currency Amazon cannot tell what the purchase was worth"
        Some("Send value and currency with the purchase, or set them in the tag.");
    /// A value that is no number.
    ValueNotNumber "lint.value_not_number"
        "The value is no number"
        Some("Send it as a number with a point before the decimals: 72.40.");
    /// More than two decimals.
    ValueDecimals "lint.value_decimals"
        "The value has more than two decimals, and Amazon takes two"
        Some("Round it, for example with {{ value | round(2) }}.");
    /// A purchase of less than nothing.
    ValueNegative "lint.value_negative"
        "The value of the purchase is negative, and Amazon takes none below zero"
        Some("Do not send refunds as purchases.");
    /// Units that are no whole number above zero.
    UnitsUnusable "lint.units_unusable"
        "The number of units is no whole number above zero; Amazon then counts one"
        Some("Send whole quantities, or correct the units sold in the tag.");
    /// A reporting attribute of which other characters were replaced.
    AttributeChanged "lint.attribute_changed"
        "Amazon’s reports know letters and digits only, so other characters became underscores"
        None;
    /// An event that Amazon files as a custom one.
    CustomEvent "lint.custom_event"
        "Amazon has no event of this name and files it as a custom one"
        Some("If it means one of Amazon’s 11 events, choose that one. If it should not be sent, let the tag skip unmapped names.");
    /// A name with characters that Amazon's own tag rejects.
    NameCharacters "lint.name_characters"
        "The event’s name holds characters that Amazon’s own tag rejects"
        Some("Rename the event where it is made, or choose a name in the tag.");
    /// A visitor from another region than the tag's.
    RegionMismatch "lint.region_mismatch"
        "The visitor’s country belongs to another of Amazon’s regions than the tag"
        Some("Check the region if your Amazon Ads account is in the visitor’s. Japan and Australia belong to North America.");
    /// A visitor from the EEA or the United Kingdom without any consent signal.
    ConsentSignalMissing "lint.consent_signal_missing"
        "The visitor is in Europe and nothing says whether there is consent; Amazon does not process such events"
        Some("Let the consent platform pass on its TCF string, GPP string or Amazon’s own signals.");
}

//! Which setting to open for a reason.

use super::{Field, of};
use crate::reason::Reason;

/// The setting that can mend a reason; `None` where the cause lies elsewhere, or nothing is wrong.
pub fn mends(reason: Reason) -> Option<&'static Field> {
    of(path(reason)?)
}

/// Without a wildcard, so that a new reason has to decide.
pub(super) fn path(reason: Reason) -> Option<&'static str> {
    use Reason as R;
    Some(match reason {
        R::NoTag => "sources",
        R::NotTriggered => "trigger.on",
        R::ConsentStringMissing => "consent.tcf.string",
        R::ConsentSignalMissing | R::TokenNoConsent => "consent.tcf.from_event",
        R::CountryMissing => "consent.country.value",
        R::UnmappedName | R::CustomEvent => "event_name.unmapped",
        R::NameMissing | R::NameTooLong | R::NameCharacters => "event_name.mode",
        R::AttributeNameTooLong | R::ReservedName => "attributes.custom",
        R::AttributeDropped | R::AttributeChanged => "attributes.all",
        R::PurchaseOnly | R::PurchaseIncomplete | R::CurrencyUnknown | R::UnitsUnusable => {
            "attributes.purchases"
        }
        R::PurchaseAttribute => "attributes.automatic.currency",
        R::ValueNotNumber | R::ValueDecimals | R::DedupeShared => "attributes.all",
        R::ValueNegative => "trigger.on",
        R::PhoneWithoutCountry => "matching.phone_country",
        R::MatchIdPersonal => "match_id.value",
        R::MatchingOff => "matching.enabled",
        R::NoIdentity | R::IdentityUnusable => "matching.email",
        R::ArefRegion | R::RegionMismatch => "region",
        R::RefusedStatus => "tag_ids",
        R::CookieTooLate | R::SyncOptimistic => "optimistic",
        R::CookieOff => "measurement.set_cookie",
        R::FirstLeg | R::SyncOff | R::SyncUnsupported => "cookie_sync",
        // The step or note says which template or value it was; it can be any.
        R::TemplateFailed | R::ValueIgnored | R::ValueTooLong => return None,
        // The visitor’s choice is nothing to mend.
        R::ConsentDenied | R::ConsentUnknown | R::IdentifiersWithheld | R::TokenOutdated => return None,
        // Whether a tag runs is no setting of its own.
        R::Paused | R::Resumed | R::TagDeleted => return None,
        R::PreviewTraffic
        | R::ConsentUnreadable
        | R::TokenFailed
        | R::ArefInvalid
        | R::ArefUnusual
        | R::Accepted
        | R::HandedToBrowser
        | R::Followed
        | R::ForeignRedirect
        | R::FollowFailed
        | R::RateLimited
        | R::TransientStatus
        | R::Unreachable
        | R::TimedOut
        | R::GivenUp
        | R::EventTooOld
        | R::EventInFuture => return None,
    })
}

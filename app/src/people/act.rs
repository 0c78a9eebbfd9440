//! What people do that leaves a trace: stable names for the audit log, and their words.

macro_rules! acts {
    ($($area:ident { $($act:ident: $name:literal, $words:literal;)* })*) => {
        /// One kind of trace. The names are stored and exported: they never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Act { $($($act),*),* }

        impl Act {
            const ALL: &[Self] = &[$($(Self::$act),*),*];

            pub fn name(self) -> &'static str {
                match self { $($(Self::$act => $name),*),* }
            }

            pub fn area(self) -> Area {
                match self { $($(Self::$act => Area::$area),*),* }
            }

            /// What was done, to be read after who did it.
            pub fn words(self) -> &'static str {
                match self { $($(Self::$act => $words),*),* }
            }

            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|act| act.name() == name)
            }
        }
    };
}

acts! {
    SignIn {
        SignedIn: "sign_in.done", "signed in";
        SignInRefused: "sign_in.refused", "was refused at sign-in";
        CodeRefused: "sign_in.code_refused", "gave a wrong code at sign-in";
        RecoveryCodeUsed: "sign_in.recovery_code_used", "signed in with a recovery code";
        SignedOut: "sign_in.ended", "signed out";
    }
    People {
        SetUp: "people.set_up", "set Sidetag up";
        Invited: "people.invited", "invited";
        InviteRenewed: "people.invite_renewed", "made a new link for";
        InviteRevoked: "people.invite_revoked", "took back the invitation of";
        InviteAccepted: "people.invite_accepted", "accepted the invitation";
        RoleChanged: "people.role_changed", "changed the role of";
        Disabled: "people.disabled", "shut out";
        Enabled: "people.enabled", "let in again";
        SignedOutEverywhere: "people.signed_out", "signed out everywhere";
        TwoStepReset: "people.two_step_reset", "turned off two-step sign-in of";
    }
    Account {
        Renamed: "account.renamed", "changed their name";
        PasswordChanged: "account.password_changed", "changed their password";
        PasswordRefused: "account.password_refused", "gave a wrong password";
        SessionEnded: "account.session_ended", "ended a session of theirs";
        TwoStepOn: "account.two_step_on", "turned two-step sign-in on";
        TwoStepOff: "account.two_step_off", "turned two-step sign-in off";
    }
    Tokens {
        TokenCreated: "tokens.created", "made the API token";
        TokenRevoked: "tokens.revoked", "revoked the API token";
        TokenUsed: "tokens.used", "first used the API token";
    }
    Sources {
        SourceCreated: "sources.created", "created the source";
        SourceChanged: "sources.changed", "changed the source";
        SourceDeleted: "sources.deleted", "deleted the source";
        SourceRestored: "sources.restored", "restored the source";
        KeyRenewed: "sources.key_renewed", "made a new write key for";
        TestEventSent: "sources.test_event_sent", "sent a test event to";
    }
    Tags {
        TagCreated: "tags.created", "created the tag";
        DraftSaved: "tags.draft_saved", "saved the draft of";
        DraftDiscarded: "tags.draft_discarded", "discarded the draft of";
        RestoredAsDraft: "tags.restored_as_draft", "took an earlier version as the draft of";
        Imported: "tags.imported", "imported tags";
        Published: "tags.published", "published";
        RolledBack: "tags.rolled_back", "rolled back";
        TagPaused: "tags.paused", "paused";
        TagResumed: "tags.resumed", "resumed";
        TagDeleted: "tags.deleted", "deleted the tag";
        TagRestored: "tags.restored", "restored the tag";
    }
    Settings {
        SettingsChanged: "settings.changed", "changed the settings";
    }
}

/// What traces can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    SignIn,
    People,
    Account,
    Tokens,
    Sources,
    Tags,
    Settings,
}

impl Area {
    pub const ALL: [Self; 7] =
        [Self::SignIn, Self::People, Self::Account, Self::Tokens, Self::Sources, Self::Tags, Self::Settings];

    /// The stable name, which begins the names of its acts.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::People => "people",
            Self::Account => "account",
            Self::Tokens => "tokens",
            Self::Sources => "sources",
            Self::Tags => "tags",
            Self::Settings => "settings",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::SignIn => "Signing in",
            Self::People => "People",
            Self::Account => "Own account",
            Self::Tokens => "API tokens",
            Self::Sources => "Sources",
            Self::Tags => "Tags",
            Self::Settings => "Settings",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_begin_with_their_area() {
        for act in Act::ALL {
            assert_eq!(Act::named(act.name()), Some(*act), "{act:?}");
            assert_eq!(act.name().split_once('.').map(|(area, _)| area), Some(act.area().name()));
        }
        for area in Area::ALL {
            assert_eq!(Area::named(area.name()), Some(area));
        }
    }
}

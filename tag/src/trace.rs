//! The explanation of a run, step by step. It is a return value, not a log: the debugger draws it and never
//! guesses.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::amazon::reply::{self, Reply, Verdict};
use crate::privacy::mask_text;
use crate::reason::Reason;

/// The steps in the order in which they were taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub steps: Vec<Step>,
}

/// One step: what went in, what came out, and which setting or rule made it so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub id: StepId,
    pub effect: Effect,
    /// One sentence in a marketer's words.
    pub summary: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Fact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Fact>,
    /// The configuration field behind it, as a path such as `event_name.unmapped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// Why it stopped, or why it ended as it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What was left out or ignored on the way, while the run went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// Something left out, ignored or odd in a step that did not end the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub reason: Reason,
    /// What it is about: a parameter, a path in the event or a field of the configuration.
    pub subject: Cow<'static, str>,
}

/// The kinds of step, in the order of an event's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepId {
    /// The HTTP request came in.
    Received,
    /// A client format recognised it.
    Recognised,
    /// It was read into the common event model.
    Read,
    /// The tag's trigger was asked.
    Triggered,
    /// Consent and country were worked out.
    Consent,
    /// The event name became Amazon's.
    Named,
    /// Attributes were set, and taken from the event.
    Attributes,
    /// E-mail and phone were looked for and hashed.
    Identity,
    /// The advertiser's own id was looked for.
    MatchId,
    /// Measurement tokens were read from the page's address and the cookie.
    Measurement,
    /// The region chose Amazon's host.
    Region,
    /// The requests were built.
    Built,
    /// A token was asked of Amazon for the hashed e-mail and phone.
    Token,
    /// A request was sent.
    Sent,
    /// Amazon's reply was read.
    Answered,
    /// Amazon's redirect for its own cookie was followed, handed on or left.
    Synced,
    /// A cookie was set, or withheld.
    Cookie,
}

impl StepId {
    /// The step's name on the timeline.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "Received",
            Self::Recognised => "Recognised",
            Self::Read => "Read",
            Self::Triggered => "Triggered",
            Self::Consent => "Consent",
            Self::Named => "Named",
            Self::Attributes => "Attributes",
            Self::Identity => "Identity",
            Self::MatchId => "Match ID",
            Self::Measurement => "Measurement tokens",
            Self::Region => "Region",
            Self::Built => "Built",
            Self::Token => "Token",
            Self::Sent => "Sent",
            Self::Answered => "Answered",
            Self::Synced => "Cookie sync",
            Self::Cookie => "Cookie",
        }
    }
}

/// What a step did to the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    Unchanged,
    Changed,
    /// The run ended here; `reason` says why.
    Stopped,
    /// It failed for now and will be tried again.
    Waiting,
}

/// A named value in a step, already masked where it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub name: Cow<'static, str>,
    pub value: String,
}

impl Fact {
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl Step {
    pub fn new(id: StepId, effect: Effect, summary: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id,
            effect,
            summary: summary.into(),
            inputs: vec![],
            outputs: vec![],
            field: None,
            reason: None,
            notes: vec![],
        }
    }

    pub fn input(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.inputs.push(Fact::new(name, value));
        self
    }

    pub fn output(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.outputs.push(Fact::new(name, value));
        self
    }

    pub fn field(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(path.into());
        self
    }

    pub fn note(mut self, reason: Reason, subject: impl Into<Cow<'static, str>>) -> Self {
        self.notes.push(Note { reason, subject: subject.into() });
        self
    }

    pub fn reason(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }
}

/// The *Sent* and *Answered* steps of one try.
///
/// `attempt` counts from one, `started_at_ms` is Unix time, `latency_ms` the time until the answer or the
/// failure.
pub fn attempt_steps(attempt: u32, started_at_ms: i64, latency_ms: i64, reply: &Reply) -> [Step; 2] {
    let verdict = reply::read(reply);
    let reason = verdict.reason();
    let sent = match reply {
        Reply::Answered { .. } => {
            let summary = format!("Try {attempt}, answered after {latency_ms} ms");
            Step::new(StepId::Sent, Effect::Changed, summary)
        }
        Reply::TimedOut => {
            let summary = format!("Try {attempt}, no answer within {latency_ms} ms");
            Step::new(StepId::Sent, Effect::Waiting, summary)
        }
        Reply::Unreachable { error } => {
            let summary = format!("Try {attempt} did not get through");
            Step::new(StepId::Sent, Effect::Waiting, summary).output("error", mask_text(error))
        }
    };
    let sent = sent
        .input("attempt", attempt.to_string())
        .input("started_at_ms", started_at_ms.to_string())
        .output("latency_ms", latency_ms.to_string());

    let (effect, after_ms) = match verdict {
        Verdict::Delivered(_) => (Effect::Changed, None),
        Verdict::Refused(_) => (Effect::Stopped, None),
        Verdict::Retry { after_ms, .. } => (Effect::Waiting, after_ms),
    };
    let mut answered = Step::new(StepId::Answered, effect, reason.text()).reason(reason);
    if let Reply::Answered { status, .. } = reply {
        answered.summary = format!("{status}. {}", reason.text()).into();
        answered = answered.output("status", status.to_string());
    }
    if let Some(after_ms) = after_ms {
        answered = answered.output("retry_after_ms", after_ms.to_string());
    }
    [sent, answered]
}

//! What a server function answers when it cannot do what was asked: in the user's words, nothing internal.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use tag::config::Problem;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum UiError {
    /// Fields that need mending, each with its remedy.
    #[error("{}", .0.first().map_or("Something in the form needs a look.", |problem| problem.message.as_str()))]
    Invalid(Vec<Problem>),
    #[error("You are signed out. Sign in to go on.")]
    SignedOut,
    #[error("Your role does not allow this. An administrator can change it.")]
    Forbidden,
    /// One answer for a wrong password and an unknown e-mail.
    #[error("E-mail or password is not right.")]
    WrongCredentials,
    #[error("Too many tries. There is a break of {seconds} seconds.")]
    Throttled { seconds: u64 },
    #[error("This setup link is used or over. Start Sidetag again to get a new one.")]
    SetupClosed,
    #[error("This no longer exists.")]
    NotFound,
    /// Somebody saved in between.
    #[error(
        "{by} saved this draft in the meantime. Open it again to see their changes; yours are still here."
    )]
    Conflict { by: String },
    /// A change that could do harm wants the tag's name typed. Holds the name and what could happen.
    #[error("{} Type the tag’s name, “{name}”, to confirm.", .why.join(" "))]
    ConfirmName { name: String, why: Vec<String> },
    #[error("The database does not answer. Nothing was changed; try again in a moment.")]
    Unavailable,
    #[error("The server does not answer. Check the connection and try again.")]
    Unreachable,
    #[error("Something went wrong here. The server’s log has the details.")]
    Internal,
}

impl UiError {
    /// One field's problem, with what to do about it in the message.
    pub fn field(path: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![problem(path, message)])
    }

    /// The message for the field at `path`, if it has one.
    pub fn at(&self, path: &str) -> Option<&str> {
        match self {
            Self::Invalid(problems) => {
                problems.iter().find(|problem| problem.path == path).map(|problem| problem.message.as_str())
            }
            _ => None,
        }
    }
}

/// What is wrong with a field, with what to do about it in the message.
pub fn problem(path: &str, message: impl Into<String>) -> Problem {
    Problem { path: path.to_owned(), message: message.into(), remedy: String::new() }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::field("", "The form is incomplete. Load the page again.")
            }
            _ => Self::Internal,
        }
    }
}

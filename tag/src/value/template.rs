//! Text with expressions in double braces.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

#[cfg(feature = "templates")]
use super::engine::Program;
use super::path::Path;
use super::{Failed, Scope};
use crate::amazon::js;
use crate::privacy::mask_text;

/// Characters of a template's source.
pub(super) const SOURCE_LIMIT: usize = 4000;

/// Bytes of text that a template may come to. Amazon's own limit of 1000 characters has exceptions, such as
/// consent strings.
pub(super) const TEXT_LIMIT: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Template {
    pieces: Arc<[Piece]>,
    shown: String,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Path(Path),
    #[cfg(feature = "templates")]
    Program(Program),
    /// An expression that only a build with the template engine can work out.
    #[cfg(not(feature = "templates"))]
    Unknown,
}

impl Template {
    pub(super) fn new(source: &str) -> Result<Self, Failed> {
        let length = source.chars().count();
        if length > SOURCE_LIMIT {
            let message = format!("it has {length} characters; at most {SOURCE_LIMIT} are allowed");
            return Err(Failed(message));
        }
        let mut pieces = vec![];
        let mut rest = source;
        while let Some((before, after)) = rest.split_once("{{") {
            let line = 1 + newlines(&source[..source.len() - after.len()]);
            text(before, line - newlines(before), &mut pieces)?;
            let Some((expression, following)) = closed(after) else {
                let message = format!("line {line}: the braces opened here are not closed with }}}}");
                return Err(Failed(message));
            };
            pieces.push(piece(expression, line)?);
            rest = following;
        }
        text(rest, 1 + newlines(source) - newlines(rest), &mut pieces)?;
        // Line breaks and spaces around an expression come with typing.
        if pieces.iter().filter(|piece| !piece.is_blank()).count() == 1 {
            pieces.retain(|piece| !piece.is_blank());
        }
        Ok(Self { pieces: pieces.into(), shown: mask_text(source.trim()).into_owned() })
    }

    /// The template as it may be shown.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn evaluate<'a>(&'a self, scope: Scope<'a>) -> Result<Option<Cow<'a, Value>>, Failed> {
        if let [piece] = &*self.pieces {
            return piece.evaluate(scope);
        }
        let mut joined = String::new();
        for piece in &*self.pieces {
            match piece {
                Piece::Text(text) => joined.push_str(text),
                other => match other.evaluate(scope)?.as_deref() {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) => joined.push_str(text),
                    Some(value) => joined.push_str(&js::text(value)),
                },
            }
            if joined.len() > TEXT_LIMIT {
                return Err(Failed(format!("the text is longer than {TEXT_LIMIT} bytes")));
            }
        }
        Ok(Some(Cow::Owned(Value::String(joined))))
    }
}

impl Piece {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    fn evaluate<'a>(&self, scope: Scope<'a>) -> Result<Option<Cow<'a, Value>>, Failed> {
        match self {
            Self::Text(text) => Ok(Some(Cow::Owned(Value::String(text.clone())))),
            Self::Path(path) => Ok(path.look_up(scope)),
            #[cfg(feature = "templates")]
            Self::Program(program) => program.evaluate(scope).map(|value| Some(Cow::Owned(value))),
            #[cfg(not(feature = "templates"))]
            Self::Unknown => Err(Failed("this template can be worked out by the server only".to_owned())),
        }
    }
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Adds text between expressions, which begins in that line.
fn text(text: &str, line: usize, pieces: &mut Vec<Piece>) -> Result<(), Failed> {
    if let Some((before, _)) = text.split_once("{%") {
        let line = line + newlines(before);
        let message = format!("line {line}: {{% … %}} is not available; write {{{{ … if … else … }}}}");
        return Err(Failed(message));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Ok(())
}

fn piece(expression: &str, line: usize) -> Result<Piece, Failed> {
    if expression.trim().is_empty() {
        return Err(Failed(format!("line {line}: there is nothing between the braces")));
    }
    if let Some(path) = Path::parse(expression) {
        return Ok(Piece::Path(path));
    }
    #[cfg(feature = "templates")]
    return Program::new(expression, line).map(Piece::Program);
    #[cfg(not(feature = "templates"))]
    Ok(Piece::Unknown)
}

/// Splits at the closing braces, those in quotes and of an inner object aside.
fn closed(source: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut characters = source.char_indices();
    while let Some((index, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') => {
                let rest = source[index..].strip_prefix("}}")?;
                return Some((&source[..index], rest));
            }
            (None, _) => {}
        }
    }
    None
}

//! Amazon's measurement tokens: which ad click led to the visit.
//!
//! Amazon's ads append `aref` to the address of the page they lead to. The tag keeps such tokens, each with the
//! time it was seen, in the cookie `amznAref` as `token.time|token.time`, newest first, and sends them along as
//! `arefs`. Format, name and limits are those of Amazon's server template 1.5; tokens exist in North America
//! only.

use std::borrow::Cow;

use crate::config::cookies::{ArefSource, Pruning};
use crate::config::{Cookies, Measurement, Region};
use crate::context::Context;
use crate::cookie::{self, SetCookie};
use crate::event::Event;
use crate::page::{self, Address};
use crate::privacy::hidden;
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Step, StepId};
use crate::words;

/// The cookie's name.
pub(crate) const COOKIE: &str = "amznAref";

/// The parameter in a page's address.
const PARAMETER: &str = "aref";

/// How long a token counts, in milliseconds: 30 days.
const LIFE_MS: i64 = 2_592_000_000;

/// So many of Amazon's tokens fit into a cookie.
const PAIRS_LIMIT: usize = 147;

/// Longer texts are no token, in bytes: Amazon's have 10 characters, and one must fit into a cookie.
const TOKEN_LIMIT: usize = 256;

/// Amazon's own tokens are letters and digits, this many (Events API reference).
const TOKEN_LENGTH: usize = 10;

/// The longest time that JavaScript, and so Amazon's own tags, can hold exactly.
const TIME_LIMIT: i64 = 9_007_199_254_740_991;

/// What came of the measurement tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) step: Step,
    /// The `arefs` parameter.
    pub(crate) param: Option<Param>,
    /// The cookie to set or delete.
    pub(crate) cookie: Option<SetCookie>,
}

/// A token and when it was seen, in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair<'a> {
    token: Cow<'a, str>,
    time_ms: i64,
}

/// The *Measurement* step.
pub(crate) fn measure(
    config: &Measurement,
    cookies: &Cookies,
    region: Region,
    event: &Event,
    context: Context<'_>,
) -> Measured {
    let used = region == Region::Na;
    let mut step = Step::new(StepId::Measurement, Effect::Unchanged, "").field("measurement");
    for key in config.source.keys() {
        if event.0.get(*key).is_some_and(|page| !page.is_string() && !page.is_null()) {
            step = step.note(Reason::ValueIgnored, *key);
        }
    }
    let found = found(config.source, event, context);
    if !used && found.is_some() {
        step = step.note(Reason::ArefRegion, PARAMETER);
    }
    if !used && config.pruning == Pruning::NorthAmerica {
        step.summary = ["Not sent: ", region.label(), " has no measurement tokens"].concat().into();
        return Measured { step, param: None, cookie: None };
    }

    let known = context.browser.cookie(COOKIE).filter(|known| !known.is_empty());
    let count = known.map_or(0, |known| known.split('|').count());
    let mut pairs = known.map(|known| alive(known, context.now_ms)).unwrap_or_default();
    let outdated = count - pairs.len();
    if count > 0 {
        step = step.input(COOKIE, words::count(count, "token"));
    }
    let mut added = None;
    if let Some((source, tokens)) = found.filter(|_| used) {
        if let Some(token) = single(tokens) {
            step = step.input(PARAMETER, hidden(&token));
            if !looks_like_amazons(&token) {
                step = step.note(Reason::ArefUnusual, source);
            }
            add(&mut pairs, token, context.now_ms.clamp(1, TIME_LIMIT));
            added = Some(source);
        } else {
            step = step.note(Reason::ArefInvalid, source);
        }
    }
    let excess = pairs.len().saturating_sub(PAIRS_LIMIT);
    let changed = added.is_some() || outdated > 0 || excess > 0;
    pairs.truncate(PAIRS_LIMIT);

    step.summary = summary(used, added.is_some(), pairs.len(), outdated, excess).into();
    let mut cookie = None;
    if changed && config.set_cookie {
        let Written { value, count, max_age_s } = written(&pairs, added.is_some(), context.now_ms);
        let domain = cookie::domain(cookies, event, context.browser, context.sites);
        let name = COOKIE.to_owned();
        let set = SetCookie { name, value, domain, max_age_s, http_only: cookies.http_only };
        step = step.output("cookie", set.summary());
        if count < pairs.len() {
            step = step.output("in the cookie", format!("the newest {count}; browsers keep no more"));
        }
        step.effect = Effect::Changed;
        cookie = Some(set);
    } else if changed {
        step = step.note(Reason::CookieOff, COOKIE);
    }
    let mut param = None;
    if used && !pairs.is_empty() {
        step = step.output("arefs", words::count(pairs.len(), "token"));
        step.effect = Effect::Changed;
        param = Some(parameter(&pairs, added));
    }
    Measured { step, param, cookie }
}

/// All values of `aref` in the page's address, and where the address was found. Empty ones do not count.
fn found<'a>(
    source: ArefSource,
    event: &'a Event,
    context: Context<'a>,
) -> Option<(&'static str, Vec<Cow<'a, str>>)> {
    let page = match source {
        ArefSource::Page => page::of(event, context.browser),
        ArefSource::Template => page::template(event, context.browser),
    }?;
    if !page.url.contains('?') {
        return None;
    }
    let address = Address::parse(page.url)?;
    let tokens: Vec<_> = address.parameters(PARAMETER).filter(|token| !token.is_empty()).collect();
    (!tokens.is_empty()).then_some((page.origin, tokens))
}

/// The token, when there is exactly one and it can be one. Which of several different ones led here cannot be
/// known.
fn single(tokens: Vec<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    let mut tokens = tokens.into_iter();
    let token = tokens.next()?;
    (is_token(&token) && tokens.all(|other| other == token)).then_some(token)
}

/// Whether a text can be kept in the cookie and read from it again. Amazon has not promised a form.
fn is_token(text: &str) -> bool {
    let odd = |c: char| c == '.' || c == '|' || c.is_control();
    !text.is_empty() && text.len() <= TOKEN_LIMIT && !text.contains(odd)
}

fn looks_like_amazons(token: &str) -> bool {
    token.len() == TOKEN_LENGTH && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The pairs of a cookie that still count, in its order. What is no pair is left out.
fn alive(cookie: &str, now_ms: i64) -> Vec<Pair<'_>> {
    let pairs = cookie.split('|').filter_map(pair);
    pairs.filter(|pair| pair.time_ms > now_ms.saturating_sub(LIFE_MS)).collect()
}

fn pair(text: &str) -> Option<Pair<'_>> {
    let (token, time) = text.split_once('.')?;
    let plain = !time.starts_with('0') && time.bytes().all(|byte| byte.is_ascii_digit());
    let time_ms = time.parse().ok().filter(|time| plain && *time <= TIME_LIMIT)?;
    is_token(token).then_some(Pair { token: token.into(), time_ms })
}

/// Puts a token to the front, where it is only once.
fn add<'a>(pairs: &mut Vec<Pair<'a>>, token: Cow<'a, str>, time_ms: i64) {
    pairs.retain(|pair| pair.token != token);
    pairs.insert(0, Pair { token, time_ms });
}

fn text(pairs: &[Pair<'_>]) -> String {
    let mut text = String::with_capacity(pairs.len() * 25);
    for pair in pairs {
        if !text.is_empty() {
            text.push('|');
        }
        text.push_str(&pair.token);
        text.push('.');
        text.push_str(&pair.time_ms.to_string());
    }
    text
}

/// What goes into the cookie. Empty and 0 when no token is left.
struct Written {
    value: String,
    /// How many pairs fitted.
    count: usize,
    /// The life of the newest token.
    max_age_s: i64,
}

/// As many pairs as fit.
fn written(pairs: &[Pair<'_>], added: bool, now_ms: i64) -> Written {
    let mut room = cookie::BYTES_LIMIT - COOKIE.len() - 1;
    let fits = |pair: &&Pair<'_>| {
        let length = cookie::encoded_length(&pair.token) + 1 + digits(pair.time_ms) + "%7C".len();
        let rest = room.checked_sub(length);
        room = rest.unwrap_or_default();
        rest.is_some()
    };
    let count = pairs.iter().take_while(fits).count();
    let kept = pairs.get(..count).unwrap_or(pairs);
    let newest = kept.iter().map(|pair| pair.time_ms).max();
    let ends = newest.map_or(0, |newest| newest.saturating_add(LIFE_MS));
    let rest_ms = if added { LIFE_MS } else { ends.saturating_sub(now_ms).max(0) };
    Written { value: text(kept), count: kept.len(), max_age_s: rest_ms / 1000 }
}

fn digits(number: i64) -> usize {
    number.checked_ilog10().map_or(1, |power| power as usize + 1)
}

fn parameter(pairs: &[Pair<'_>], added: Option<&str>) -> Param {
    let origin = match (added, pairs) {
        (None, _) => format!("cookie {COOKIE}"),
        (Some(source), [_]) => format!("{PARAMETER} in {source}"),
        (Some(source), _) => format!("{PARAMETER} in {source}, cookie {COOKIE}"),
    };
    Param::new("arefs", text(pairs), origin).field("measurement")
}

fn summary(used: bool, added: bool, kept: usize, outdated: usize, excess: usize) -> String {
    let mut rest = String::new();
    if outdated > 0 {
        rest.push_str(&format!("; {outdated} in the cookie no longer counted"));
    }
    if excess > 0 {
        rest.push_str(&format!("; {excess} older ones are too many for Amazon’s limit of {PAIRS_LIMIT}"));
    }
    match (used, added, kept) {
        (false, ..) => format!("Not sent: there are measurement tokens in North America only{rest}"),
        (true, _, 0) => format!("None: no ad click is known{rest}"),
        (true, true, 1) => format!("One from this page{rest}"),
        (true, true, kept) => format!("One from this page, {} from earlier ones{rest}", kept - 1),
        (true, false, kept) => format!("{} from earlier pages{rest}", words::count(kept, "token")),
    }
}

#[cfg(test)]
mod tests;

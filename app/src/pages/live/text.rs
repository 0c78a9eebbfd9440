//! Text from outside, made safe to look at: what would be invisible, or would turn the text around it, is
//! written out. It stays text; nothing here makes markup.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One line: control and bidi characters, line breaks too, become visible marks.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    visible(text, false)
}

/// Several lines: as [`line()`], but line breaks and tabs stay.
pub(super) fn block(text: &str) -> Cow<'_, str> {
    visible(text, true)
}

fn visible(text: &str, lines: bool) -> Cow<'_, str> {
    let keeps = |c: char| lines && matches!(c, '\n' | '\t');
    if !text.chars().any(|c| is_hidden(c, None) && !keeps(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for c in text.chars() {
        match c {
            c if keeps(c) || !is_hidden(c, before) => out.push(c),
            '\n' => out.push('↵'),
            c => _ = write!(out, "⟨U+{:04X}⟩", c as u32),
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Characters that have no look of their own. Joiners are wanted inside emoji and some scripts, but never
/// behind a plain ASCII character.
fn is_hidden(c: char, before: Option<char>) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' => before.is_none_or(|before| before.is_ascii()),
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// Where to cut a text that has more than `limit` characters: the byte index, and how many there are.
pub(super) fn cut_at(text: &str, limit: usize) -> Option<(usize, usize)> {
    let (index, _) = text.char_indices().nth(limit)?;
    Some((index, text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_invisible_is_written_out() {
        for (text, shown) in [
            ("purchase", "purchase"),
            ("Käufe 李 👩‍👧", "Käufe 李 👩‍👧"),
            ("a\u{0}b\u{1b}[31mc\u{7f}", "a⟨U+0000⟩b⟨U+001B⟩[31mc⟨U+007F⟩"),
            ("one\r\ntwo", "one⟨U+000D⟩↵two"),
            ("gnp.\u{202e}exe", "gnp.⟨U+202E⟩exe"),
            ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"),
            ("pay\u{200b}pal\u{feff}", "pay⟨U+200B⟩pal⟨U+FEFF⟩"),
            ("pay\u{200d}pal", "pay⟨U+200D⟩pal"),
            ("\u{85}\u{e0041}", "⟨U+0085⟩⟨U+E0041⟩"),
        ] {
            assert_eq!(line(text), shown);
        }
        assert!(matches!(line("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("{\n\t\"a\": 1\u{202e}\n}"), "{\n\t\"a\": 1⟨U+202E⟩\n}");
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(line("<script>alert(1)</script>&amp;"), "<script>alert(1)</script>&amp;");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut_at("äöü", 3), None);
        assert_eq!(cut_at("äöüß", 3), Some((6, 4)));
        assert_eq!(cut_at(&"x".repeat(5_000), 200), Some((200, 5_000)));
    }
}

//! The names that people give: to sources, to tags and to themselves. Browser and server check them alike.

/// In characters.
pub const MAX: usize = 80;

/// The name without the spaces around it, or what is wrong with it.
pub fn checked(name: &str) -> Result<&str, &'static str> {
    let name = name.trim();
    if name.is_empty() {
        Err("A name is needed, so that you find it again.")
    } else if name.chars().count() > MAX {
        Err("At most 80 characters fit.")
    } else if name.chars().any(char::is_control) {
        Err("Line breaks and control characters do not fit into a name.")
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(checked(" Web shop\n"), Ok("Web shop"));
        assert_eq!(checked(&"ä".repeat(MAX)).map(str::len), Ok(2 * MAX));
        for (name, says) in [
            (" ", "A name is needed".to_owned()),
            (&*"ä".repeat(MAX + 1), format!("At most {MAX} characters")),
            ("Web\nshop", "Line breaks".to_owned()),
        ] {
            assert!(checked(name).is_err_and(|message| message.starts_with(&says)), "{name:?}");
        }
    }
}

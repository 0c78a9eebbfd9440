//! The little English that the sentences of a trace need: counts, ordinals and lists.

/// `1 item`, `8 items`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    [number.to_string().as_str(), " ", noun, ending].concat()
}

/// `no`, `one`, `two` up to `ten`, then digits.
pub(crate) fn cardinal(number: usize) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// `first`, `second` up to `tenth`, then `number 11`. Counts from one.
pub(crate) fn ordinal(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let word = number.checked_sub(1).and_then(|index| WORDS.get(index));
    word.map_or_else(|| format!("number {number}"), |word| (*word).to_owned())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => [rest.join(", ").as_str(), " and ", last].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_digits_read_better() {
        assert_eq!([cardinal(0), cardinal(10), cardinal(11)], ["no", "ten", "11"]);
        assert_eq!([ordinal(1), ordinal(10), ordinal(11)], ["first", "tenth", "number 11"]);
        assert_eq!([count(0, "item"), count(1, "item"), count(2, "item")], ["0 items", "1 item", "2 items"]);
        assert_eq!([list(&["a"]), list(&["a", "b"]), list(&["a", "b", "c"])], ["a", "a and b", "a, b and c"]);
    }
}

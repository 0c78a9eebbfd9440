//! Allowed origins, as somebody types them.

use app::error::{UiError, problem};
use url::Url;

/// Most origins one source may have.
const MOST: usize = 50;

/// Reads origins separated by spaces, commas or new lines. A bare host means https. What is kept is what
/// browsers send: scheme, host in lower case, and a port only where it is not the scheme's own.
pub(super) fn parse(text: &str) -> Result<Vec<String>, UiError> {
    let mut origins: Vec<String> = vec![];
    let mut problems = vec![];
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        match origin(word) {
            Ok(origin) if origins.contains(&origin) => {}
            Ok(origin) => origins.push(origin),
            Err(message) => problems.push(problem("origins", message)),
        }
    }
    if origins.len() > MOST {
        let message = format!("These are {} origins; one source takes {MOST}.", origins.len());
        problems.push(problem("origins", message));
    }
    if problems.is_empty() { Ok(origins) } else { Err(UiError::Invalid(problems)) }
}

fn origin(word: &str) -> Result<String, String> {
    let unclear = || format!("“{word}” is not a website’s address. Write it like https://www.shop.example.");
    let address = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
    let url = Url::parse(&address).map_err(|_| unclear())?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(unclear());
    }
    if url.host_str().is_none_or(|host| host.contains('*')) {
        return Err(format!("“{word}”: list each host by its full name; * is not understood."));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("Leave out what follows the host: {}", url.origin().ascii_serialization()));
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_what_browsers_send() {
        let typed = "www.Shop.example, https://shop.example:443/\nhttp://localhost:3000 https://bücher.example www.shop.example";
        assert_eq!(
            parse(typed).unwrap(),
            [
                "https://www.shop.example",
                "https://shop.example",
                "http://localhost:3000",
                "https://xn--bcher-kva.example"
            ]
        );
        assert_eq!(parse(" \n").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_origin_is_refused_with_the_remedy() {
        for (typed, says) in [
            ("https://shop.example/cart", "Leave out"),
            ("*.shop.example", "full name"),
            ("ftp://shop.example", "not a website"),
            ("https://me:pw@shop.example", "not a website"),
            ("https://", "not a website"),
        ] {
            let error = parse(typed).unwrap_err();
            assert!(error.at("origins").unwrap().contains(says), "{typed}: {error}");
        }
    }
}

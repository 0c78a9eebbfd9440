//! Regular expressions that run in linear time. The library behind them is too large for the browser part, which
//! does not have it (feature `templates`), so that there no pattern is checked and none matches.

/// Whether patterns can be matched at all.
pub(super) const AVAILABLE: bool = cfg!(feature = "templates");

#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    #[cfg(feature = "templates")]
    compiled: regex_lite::Regex,
}

impl Pattern {
    #[cfg(feature = "templates")]
    pub(crate) fn new(source: &str, ignore_case: bool) -> Result<Self, String> {
        /// Bytes that a compiled pattern may take.
        const SIZE_LIMIT: usize = 256 * 1024;
        let mut builder = regex_lite::RegexBuilder::new(source);
        let builder = builder.case_insensitive(ignore_case).size_limit(SIZE_LIMIT).nest_limit(50);
        let compiled = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { source: source.to_owned(), compiled })
    }

    #[cfg(not(feature = "templates"))]
    pub(crate) fn new(source: &str, _ignore_case: bool) -> Result<Self, String> {
        Ok(Self { source: source.to_owned() })
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    #[cfg(feature = "templates")]
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    #[cfg(not(feature = "templates"))]
    pub(super) fn is_match(&self, _text: &str) -> bool {
        false
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

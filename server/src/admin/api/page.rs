//! Lists in pages: `limit` items at a time, and where the next page begins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DEFAULT: usize = 50;
const MOST: usize = 200;

/// Which page.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Window {
    /// `next` of the page before; without it, the first page.
    pub after: Option<String>,
    /// Items of a page, at most 200; 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `after` for the next page; null on the last.
    pub next: Option<String>,
}

/// How many items a page has for who asked for `limit`.
pub(super) fn size(limit: Option<usize>) -> usize {
    limit.unwrap_or(DEFAULT).clamp(1, MOST)
}

impl<T> Page<T> {
    /// A page of a list that is read whole, in the order of the items' ids: a cursor then holds whatever comes
    /// and goes meanwhile.
    pub(super) fn of(mut items: Vec<T>, id: impl Fn(&T) -> &str, window: &Window) -> Self {
        items.sort_by(|a, b| id(a).cmp(id(b)));
        if let Some(after) = &window.after {
            items.retain(|item| id(item) > after.as_str());
        }
        let size = size(window.limit);
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| more).map(|last| id(last).to_owned());
        Self { items, next }
    }

    pub(super) fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(make).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: Option<&str>, limit: usize) -> (Vec<&'static str>, Option<String>) {
        let window = Window { after: after.map(str::to_owned), limit: Some(limit) };
        let page = Page::of(vec!["c", "a", "d", "b"], |item| item, &window);
        (page.items, page.next)
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_double() {
        assert_eq!(page(None, 2), (vec!["a", "b"], Some("b".into())));
        assert_eq!(page(Some("b"), 2), (vec!["c", "d"], None));
        assert_eq!(page(Some("bb"), 9), (vec!["c", "d"], None), "what it points at may be gone");
        assert_eq!(page(Some("z"), 9), (vec![], None));
        assert_eq!(page(None, 0).0, ["a"]);
    }
}

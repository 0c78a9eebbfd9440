//! The parameters of a tag, in one form wherever they come from.

use serde_json::{Map, Value};

use super::Remark;
use crate::amazon::js;
use crate::config::Expression;

/// A tag's parameters: single values, and tables of rows.
#[derive(Default)]
pub(super) struct Parameters {
    values: Named<Expression>,
    tables: Named<Vec<Row>>,
}

/// A few things by name, of which the last of a name counts. A list, because a map would be 1 KB in a browser.
pub(super) struct Named<T>(Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T> Named<T> {
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, thing)| thing)
    }

    pub(super) fn insert(&mut self, name: String, thing: T) {
        self.0.push((name, thing));
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(things: I) -> Self {
        Self(things.into_iter().collect())
    }
}

/// A row of a table, such as `{name: "attr1", value: …}`.
pub(super) type Row = Named<Expression>;

impl Parameters {
    /// Of plain values; a list of objects is a table.
    pub(super) fn of_values(parameters: &Map<String, Value>) -> Self {
        let mut found = Self::default();
        for (key, value) in parameters {
            match table(key, value) {
                Some(rows) => found.set_table(key, rows),
                None => found.set(key, Expression::Constant(value.clone())),
            }
        }
        found
    }

    pub(super) fn set(&mut self, key: &str, value: Expression) {
        self.values.insert(key.to_owned(), value);
    }

    pub(super) fn set_table(&mut self, key: &str, rows: Vec<Row>) {
        self.tables.insert(key.to_owned(), rows);
    }

    pub(super) fn table(&self, key: &str) -> &[Row] {
        self.tables.get(key).map_or(&[], Vec::as_slice)
    }

    /// A value that may depend on the event. An empty one counts as not set.
    pub(super) fn expression(&self, key: &str) -> Option<Expression> {
        set(self.values.get(key)?)
    }

    /// A value that must be the same for every event; a variable is left out with a remark.
    pub(super) fn constant(&self, key: &str, remarks: &mut Vec<Remark>) -> Option<&Value> {
        match self.values.get(key)? {
            Expression::Constant(value) => Some(value),
            Expression::Template(template) => {
                let text = format!(
                    "{template} depends on the event, which this setting cannot; it has its default value"
                );
                remarks.push(Remark::new(key, text));
                None
            }
        }
    }

    pub(super) fn text(&self, key: &str, remarks: &mut Vec<Remark>) -> String {
        self.constant(key, remarks).map(|value| js::text(value).into_owned()).unwrap_or_default()
    }

    /// Whether a box is ticked: only `true` and `"true"` are.
    pub(super) fn flag(&self, key: &str, remarks: &mut Vec<Remark>) -> bool {
        self.text(key, remarks) == "true"
    }
}

/// The expression, unless it is a constant that says nothing.
pub(super) fn set(expression: &Expression) -> Option<Expression> {
    match expression {
        Expression::Constant(Value::Null) => None,
        Expression::Constant(Value::String(text)) if text.is_empty() => None,
        expression => Some(expression.clone()),
    }
}

const TABLES: [&str; 5] = [
    "tagIdsList",
    "defaultAttributesList",
    "offAmazonPurchasesAttributesList",
    "eventCustomAttributesList",
    "userDataAttributesList",
];

fn table(key: &str, value: &Value) -> Option<Vec<Row>> {
    let rows = value.as_array().filter(|_| TABLES.contains(&key))?;
    let row = |row: &Value| {
        let cells = row.as_object()?.iter();
        Some(cells.map(|(name, cell)| (name.clone(), Expression::Constant(cell.clone()))).collect())
    };
    Some(rows.iter().filter_map(row).collect())
}

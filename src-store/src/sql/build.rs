//! Statements that are put together, because they bind as many values as there are.

use super::query::{Query, Scalar, Text};
use super::{Value, row};

/// A statement in the making. Its text is the source's own; all else is bound.
pub(crate) struct Builder<'v> {
    text: String,
    marks: Vec<usize>,
    values: Vec<Value<'v>>,
}

impl<'v> Builder<'v> {
    /// Starts one.
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), marks: Vec::new(), values: Vec::new() }
    }

    /// Goes on with this text.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with the name of a table or a column.
    pub(crate) fn push_name(&mut self, name: &str) -> &mut Self {
        self.text.push('"');
        self.text.push_str(&name.replace('"', "\"\""));
        self.text.push('"');
        self
    }

    /// Goes on with names, a comma between two.
    pub(crate) fn push_names<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> &mut Self {
        for (at, name) in names.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.push_name(name);
        }
        self
    }

    /// Goes on with this value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        self.marks.push(self.text.len());
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// Goes on with a list of values, a comma between two.
    pub(crate) fn list(&mut self) -> List<'_, 'v> {
        List { builder: self, first: true }
    }

    /// Goes on with `VALUES` and a row for each of `items`, which `row` writes.
    pub(crate) fn push_values<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut row: impl FnMut(List<'_, 'v>, T),
    ) -> &mut Self {
        self.push("VALUES ");
        for (at, item) in items.into_iter().enumerate() {
            self.push(if at == 0 { "(" } else { ", (" });
            row(self.list(), item);
            self.push(")");
        }
        self
    }

    /// The statement, for its rows.
    pub(crate) fn build(self) -> Query<'v> {
        Query::new(Text::Built { text: self.text, marks: self.marks }, self.values)
    }

    /// The statement, for the first column of its rows.
    pub(crate) fn build_scalar<T: for<'r> row::Column<'r>>(self) -> Scalar<'v, T> {
        Scalar::new(self.build())
    }
}

/// A list of values in the making.
pub(crate) struct List<'b, 'v> {
    builder: &'b mut Builder<'v>,
    first: bool,
}

impl<'v> List<'_, 'v> {
    /// Adds a value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        if !std::mem::take(&mut self.first) {
            self.builder.push(", ");
        }
        self.builder.push_bind(value);
        self
    }
}

//! Statements that are written out.

use std::marker::PhantomData;

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Either, Executor, SqlSafeStr, SqlStr};

use super::value::{for_postgres, for_sqlite};
use super::{Connection, Row, Value, row};

/// Several statements as one text for SQLite, and what is bound to all of them. It cannot be undone half-way: whoever
/// runs it is in a transaction.
fn together(statements: Vec<Query<'_>>) -> Query<'_> {
    let mut text = String::new();
    let mut values = Vec::new();
    for statement in statements {
        if !text.is_empty() {
            text.push_str(";\n");
        }
        statement.text.push_numbered(&mut text, values.len());
        values.extend(statement.values);
    }
    Query { text: Text::Joined(text), values, persistent: true }
}

/// The text of a statement.
pub(super) enum Text {
    /// Written in the source, `$1` for what is bound.
    Fixed(&'static str),
    /// Put together, with a `?` at each of `marks` for what is bound.
    Built { text: String, marks: Vec<usize> },
    /// Of several statements, numbered through.
    Joined(String),
}

impl Text {
    fn for_sqlite(self) -> SqlStr {
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            // Numbered marks would be looked up one by one in a list: slow for a statement of thousands.
            Self::Built { text, .. } | Self::Joined(text) => AssertSqlSafe(text).into_sql_str(),
        }
    }

    fn for_postgres(self) -> SqlStr {
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            built => {
                let mut numbered = String::new();
                built.push_numbered(&mut numbered, 0);
                AssertSqlSafe(numbered).into_sql_str()
            }
        }
    }

    /// Adds the text to `out`, its first value numbered `before + 1`.
    fn push_numbered(&self, out: &mut String, before: usize) {
        match self {
            Self::Fixed(text) => {
                let mut parts = text.split('$');
                out.extend(parts.next());
                for part in parts {
                    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
                    match part[..digits].parse::<usize>() {
                        Ok(number) => push_number(out, before + number),
                        Err(_) => out.push('$'),
                    }
                    out.push_str(&part[digits..]);
                }
            }
            Self::Built { text, marks } => {
                out.reserve(text.len() + marks.len() * 4);
                let mut from = 0;
                for (number, &mark) in (before + 1..).zip(marks) {
                    out.push_str(&text[from..mark]);
                    push_number(out, number);
                    from = mark + 1;
                }
                out.push_str(&text[from..]);
            }
            Self::Joined(text) => out.push_str(text),
        }
    }
}

fn push_number(out: &mut String, number: usize) {
    out.push('$');
    out.push_str(&number.to_string());
}

/// What a statement did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executed {
    rows: u64,
}

impl Executed {
    /// How many rows it added, changed or removed.
    pub(crate) const fn rows_affected(self) -> u64 {
        self.rows
    }
}

/// A statement with what is bound to it.
#[must_use = "it does nothing until it is executed"]
pub(crate) struct Query<'v> {
    text: Text,
    values: Vec<Value<'v>>,
    persistent: bool,
}

/// A statement that gives rows. It is prepared once for each connection.
pub(crate) const fn query<'v>(text: &'static str) -> Query<'v> {
    Query::new(Text::Fixed(text), Vec::new())
}

/// A statement of whose rows the first column is wanted. It is prepared once for each connection.
pub(crate) const fn query_scalar<'v, T>(text: &'static str) -> Scalar<'v, T> {
    Scalar { query: query(text), of: PhantomData }
}

/// Calls `$run` with the statement in the words of the connection's database, and `$of` as its row.
macro_rules! on {
    ($query:ident, $conn:ident, |$run:ident, $link:ident, $of:ident| $then:expr) => {
        match $conn {
            Connection::Sqlite(held) => {
                let arguments = for_sqlite($query.values)?;
                let $run =
                    sqlx::query_with($query.text.for_sqlite(), arguments).persistent($query.persistent);
                let ($link, $of) = (held.link(), Row::Sqlite);
                $then
            }
            Connection::Postgres(held) => {
                let arguments = for_postgres($query.values)?;
                let $run =
                    sqlx::query_with($query.text.for_postgres(), arguments).persistent($query.persistent);
                let ($link, $of) = (held.link(), Row::Postgres);
                $then
            }
        }
    };
}

impl<'v> Query<'v> {
    pub(super) const fn new(text: Text, values: Vec<Value<'v>>) -> Self {
        Self { text, values, persistent: true }
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'v>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Whether the connection keeps it prepared, as it does where nothing is said.
    pub(crate) const fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    /// The same with copies of all that it borrows.
    pub(super) fn into_owned(self) -> Query<'static> {
        let Self { text, values, persistent } = self;
        Query { text, values: values.into_iter().map(Value::into_owned).collect(), persistent }
    }

    /// This one after those that were left for later.
    async fn after_waiting(self, conn: &mut Connection) -> Result<Self, sqlx::Error> {
        match conn {
            Connection::Sqlite(held) if !held.waiting.is_empty() => {
                let mut all: Vec<Query<'v>> = std::mem::take(&mut held.waiting);
                // A statement that is too long to be kept prepared is too long to be numbered too.
                if self.persistent && all.iter().all(|statement| statement.persistent) {
                    all.push(self);
                    return Ok(together(all));
                }
                for Query { text, values, persistent } in all {
                    let run = sqlx::query_with(text.for_sqlite(), for_sqlite(values)?);
                    run.persistent(persistent).execute(held.link()).await?;
                }
                Ok(self)
            }
            Connection::Postgres(held) => {
                for Query { text, values, persistent } in std::mem::take(&mut held.waiting) {
                    let run = sqlx::query_with(text.for_postgres(), for_postgres(values)?);
                    run.persistent(persistent).execute(held.link()).await?;
                }
                Ok(self)
            }
            Connection::Sqlite(_) => Ok(self),
        }
    }

    /// Does it.
    pub(crate) async fn execute(self, conn: &mut Connection) -> Result<Executed, sqlx::Error> {
        let query = self.after_waiting(conn).await?;
        on!(query, conn, |run, link, _of| {
            // Of several statements, what the last one did.
            let mut rows = 0;
            let mut outcomes = link.fetch_many(run);
            while let Some(outcome) = outcomes.try_next().await? {
                if let Either::Left(done) = outcome {
                    rows = done.rows_affected();
                }
            }
            Ok(Executed { rows })
        })
    }

    /// Its one row; errs where there is none.
    pub(crate) async fn fetch_one(self, conn: &mut Connection) -> Result<Row, sqlx::Error> {
        let query = self.after_waiting(conn).await?;
        on!(query, conn, |run, link, of| run.fetch_one(link).await.map(of))
    }

    /// Its first row, where there is one.
    pub(crate) async fn fetch_optional(self, conn: &mut Connection) -> Result<Option<Row>, sqlx::Error> {
        let query = self.after_waiting(conn).await?;
        on!(query, conn, |run, link, of| Ok(run.fetch_optional(link).await?.map(of)))
    }

    /// All its rows.
    pub(crate) async fn fetch_all(self, conn: &mut Connection) -> Result<Vec<Row>, sqlx::Error> {
        let query = self.after_waiting(conn).await?;
        on!(query, conn, |run, link, of| run.fetch(link).map_ok(of).try_collect().await)
    }
}

/// The rows of each of several statements, which go to the database together where it allows that.
pub(crate) async fn fetch_each<const N: usize>(
    queries: [Query<'_>; N],
    conn: &mut Connection,
) -> Result<[Vec<Row>; N], sqlx::Error> {
    let mut rows: [Vec<Row>; N] = std::array::from_fn(|_| Vec::new());
    match conn {
        Connection::Sqlite(held) => {
            let mut all: Vec<Query<'_>> = std::mem::take(&mut held.waiting);
            let before = all.len();
            all.extend(queries);
            let query = together(all);
            let arguments = for_sqlite(query.values)?;
            let run = sqlx::query_with(query.text.for_sqlite(), arguments);
            let mut outcomes = held.link().fetch_many(run);
            let mut at = 0_usize;
            while let Some(outcome) = outcomes.try_next().await? {
                match outcome {
                    Either::Left(_) => at += 1,
                    Either::Right(row) => {
                        if let Some(rows) = at.checked_sub(before).and_then(|of| rows.get_mut(of)) {
                            rows.push(Row::Sqlite(row));
                        }
                    }
                }
            }
        }
        Connection::Postgres(_) => {
            for (rows, query) in rows.iter_mut().zip(queries) {
                *rows = query.fetch_all(conn).await?;
            }
        }
    }
    Ok(rows)
}

/// A statement of whose rows the first column is wanted.
#[must_use = "it does nothing until it is executed"]
pub(crate) struct Scalar<'v, T> {
    query: Query<'v>,
    of: PhantomData<fn() -> T>,
}

impl<'v, T: for<'r> row::Column<'r>> Scalar<'v, T> {
    pub(super) const fn new(query: Query<'v>) -> Self {
        Self { query, of: PhantomData }
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'v>>) -> Self {
        self.query = self.query.bind(value);
        self
    }

    /// Whether the connection keeps it prepared, as it does where nothing is said.
    pub(crate) fn persistent(mut self, persistent: bool) -> Self {
        self.query = self.query.persistent(persistent);
        self
    }

    /// The value of its one row; errs where there is none.
    pub(crate) async fn fetch_one(self, conn: &mut Connection) -> Result<T, sqlx::Error> {
        self.query.fetch_one(conn).await?.try_get(0)
    }

    /// The value of its first row, where there is one.
    pub(crate) async fn fetch_optional(self, conn: &mut Connection) -> Result<Option<T>, sqlx::Error> {
        self.query.fetch_optional(conn).await?.map(|row| row.try_get(0)).transpose()
    }

    /// The values of all its rows.
    pub(crate) async fn fetch_all(self, conn: &mut Connection) -> Result<Vec<T>, sqlx::Error> {
        self.query.fetch_all(conn).await?.iter().map(|row| row.try_get(0)).collect()
    }
}

//! Statements that are written out.

use std::collections::VecDeque;
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
    Query { text: Text::Joined(text), values, persistent: true, apart: false }
}

/// Several statements that stand apart as one for PostgreSQL: all but the last in its WITH (its manual, 7.8.4,
/// Data-Modifying Statements in WITH).
fn with_each_other(mut statements: Vec<Query<'_>>) -> Option<Query<'_>> {
    let last = statements.pop()?;
    if statements.is_empty() {
        return Some(last);
    }
    let mut text = String::new();
    let mut values = Vec::new();
    let mut persistent = last.persistent;
    for (at, statement) in statements.into_iter().enumerate() {
        text.push_str(if at == 0 { "WITH " } else { ", " });
        text.push_str(&format!("part{at} AS ("));
        statement.text.push_numbered(&mut text, values.len());
        text.push_str(") ");
        values.extend(statement.values);
        persistent &= statement.persistent;
    }
    last.text.push_numbered(&mut text, values.len());
    values.extend(last.values);
    Some(Query { text: Text::Joined(text), values, persistent, apart: false })
}

/// The next of the statements that PostgreSQL can do in one step, taken from the front: those that stand apart, no two
/// of them alike, or those to which nothing is bound.
fn next_step<'v>(statements: &mut VecDeque<Query<'v>>) -> Vec<Query<'v>> {
    let mut step: Vec<Query<'v>> = statements.pop_front().into_iter().collect();
    while let (Some(first), Some(next)) = (step.first(), statements.front()) {
        let goes_along = if first.apart {
            next.apart && step.iter().all(|other| other.text != next.text)
        } else {
            first.is_bare() && next.is_bare()
        };
        if !goes_along {
            break;
        }
        step.extend(statements.pop_front());
    }
    step
}

/// The text of a statement.
#[derive(PartialEq, Eq)]
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
    apart: bool,
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

/// Does what [`next_step`] gave: each step is one way to the server and back.
async fn take_step(step: Vec<Query<'_>>, conn: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    if step.len() > 1 && step.iter().all(Query::is_bare) {
        let mut text = String::new();
        for statement in &step {
            statement.text.push_numbered(&mut text, 0);
            text.push(';');
        }
        return sqlx::raw_sql(AssertSqlSafe(text)).execute(conn).await.map(drop);
    }
    let Query { text, values, persistent, .. } = with_each_other(step).ok_or_else(nothing_to_do)?;
    let run = sqlx::query_with(text.for_postgres(), for_postgres(values)?);
    run.persistent(persistent).execute(conn).await.map(drop)
}

fn nothing_to_do() -> sqlx::Error {
    sqlx::Error::Protocol("a step without a statement".to_owned())
}

impl<'v> Query<'v> {
    pub(super) const fn new(text: Text, values: Vec<Value<'v>>) -> Self {
        Self { text, values, persistent: true, apart: false }
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

    /// Says that it stands apart: it gives no rows, and neither reads nor changes a row that another such statement which
    /// waits with it changes, unless both have the same text. So they can be done in any order, and at once.
    pub(crate) const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// Whether nothing is bound to it and it gives no rows, as where it makes or releases a savepoint.
    fn is_bare(&self) -> bool {
        matches!(self.text, Text::Fixed(_)) && self.values.is_empty()
    }

    /// The same with copies of all that it borrows.
    pub(super) fn into_owned(self) -> Query<'static> {
        let Self { text, values, persistent, apart } = self;
        Query { text, values: values.into_iter().map(Value::into_owned).collect(), persistent, apart }
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
                for Query { text, values, persistent, .. } in all {
                    let run = sqlx::query_with(text.for_sqlite(), for_sqlite(values)?);
                    run.persistent(persistent).execute(held.link()).await?;
                }
                Ok(self)
            }
            Connection::Postgres(held) => {
                let mut waiting: VecDeque<Query<'v>> =
                    VecDeque::from(std::mem::take(&mut held.waiting) as Vec<Query<'v>>);
                if self.apart {
                    waiting.push_back(self);
                    loop {
                        let step = next_step(&mut waiting);
                        if waiting.is_empty() {
                            return with_each_other(step).ok_or_else(nothing_to_do);
                        }
                        take_step(step, held.link()).await?;
                    }
                }
                while !waiting.is_empty() {
                    take_step(next_step(&mut waiting), held.link()).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(statements: impl IntoIterator<Item = Query<'static>>) -> Vec<String> {
        let mut waiting: VecDeque<Query<'static>> = statements.into_iter().collect();
        let mut steps = Vec::new();
        while !waiting.is_empty() {
            let step = next_step(&mut waiting);
            if step.len() > 1 && step.iter().all(Query::is_bare) {
                steps.push(format!("{} bare", step.len()));
            } else {
                let joined = with_each_other(step).unwrap();
                steps.push(joined.text.for_postgres().as_str().to_owned());
            }
        }
        steps
    }

    #[test]
    fn a_server_is_told_in_one_step_what_stands_apart() {
        let entry = || query("INSERT INTO entry VALUES ($1, $2)").bind(1_i64).bind("one").apart();
        let order =
            || query("UPDATE orders SET state = $2 WHERE order_id = $1").bind(7_i64).bind("done").apart();
        let both = "WITH part0 AS (INSERT INTO entry VALUES ($1, $2)) UPDATE orders SET state = $4 WHERE order_id = $3";
        assert_eq!(steps([entry(), order()]), [both]);
        // Two that are alike may be about the same row: the second sees what the first did.
        let alone = "INSERT INTO entry VALUES ($1, $2)";
        assert_eq!(steps([entry(), entry(), order()]), [alone, both]);
        let savepoints = || [query("RELEASE SAVEPOINT even_turn"), query("SAVEPOINT odd_turn")];
        assert_eq!(steps(savepoints().into_iter().chain([entry()])), ["2 bare", alone]);
        let dependent = query("DELETE FROM entry WHERE id = $1").bind(1_i64);
        assert_eq!(steps([entry(), dependent]), [alone, "DELETE FROM entry WHERE id = $1"]);
    }
}

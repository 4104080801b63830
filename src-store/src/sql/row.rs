//! What a statement gives back.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

/// One row.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of the column at `at`, counted from zero. Text and bytes can be borrowed from the row.
    pub(crate) fn try_get<'r, T: Column<'r>>(&'r self, at: usize) -> Result<T, sqlx::Error> {
        T::of(self, at)
    }
}

/// What a column can be read as.
pub(crate) trait Column<'r>: Sized {
    /// The value of the column at `at` of `row`.
    fn of(row: &'r Row, at: usize) -> Result<Self, sqlx::Error>;
}

macro_rules! same_in_both {
    ($($of:ty),*) => {$(
        impl<'r> Column<'r> for $of {
            fn of(row: &'r Row, at: usize) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(at),
                    Row::Postgres(row) => row.try_get(at),
                }
            }
        }

        impl<'r> Column<'r> for Option<$of> {
            fn of(row: &'r Row, at: usize) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(at),
                    Row::Postgres(row) => row.try_get(at),
                }
            }
        }
    )*};
}
same_in_both!(i64, bool, Uuid, &'r str, String, &'r [u8], Vec<u8>);

macro_rules! narrower {
    ($($of:ty),*) => {$(
        impl Column<'_> for $of {
            fn of(row: &Row, at: usize) -> Result<Self, sqlx::Error> {
                narrow(row.try_get(at)?, at)
            }
        }

        impl Column<'_> for Option<$of> {
            fn of(row: &Row, at: usize) -> Result<Self, sqlx::Error> {
                row.try_get::<Option<i64>>(at)?.map(|value| narrow(value, at)).transpose()
            }
        }
    )*};
}
narrower!(u32, u16, u8, i32);

fn narrow<T: TryFrom<i64>>(value: i64, at: usize) -> Result<T, sqlx::Error>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    T::try_from(value)
        .map_err(|error| sqlx::Error::ColumnDecode { index: at.to_string(), source: Box::new(error) })
}

//! What is bound to a statement.

use std::borrow::Cow;

use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use uuid::Uuid;

/// A value for a statement. Nothing has a type too: PostgreSQL asks for it.
#[derive(Debug)]
pub(crate) enum Value<'v> {
    Integer(Option<i64>),
    Text(Option<Cow<'v, str>>),
    Bytes(Option<Cow<'v, [u8]>>),
    Uuid(Option<Uuid>),
}

impl Value<'_> {
    /// The same with copies of what it borrows.
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Integer(value) => Value::Integer(value),
            Self::Text(value) => Value::Text(value.map(|text| Cow::Owned(text.into_owned()))),
            Self::Bytes(value) => Value::Bytes(value.map(|bytes| Cow::Owned(bytes.into_owned()))),
            Self::Uuid(value) => Value::Uuid(value),
        }
    }
}

macro_rules! arguments {
    ($name:ident, $of:ty) => {
        pub(super) fn $name(values: Vec<Value<'_>>) -> Result<$of, sqlx::Error> {
            let mut arguments = <$of>::default();
            arguments.reserve(values.len(), values.len() * 8);
            for value in values {
                match value {
                    Value::Integer(value) => Arguments::add(&mut arguments, value),
                    Value::Uuid(value) => Arguments::add(&mut arguments, value),
                    // What is owned is handed on: only what is borrowed is copied, once.
                    Value::Text(Some(Cow::Owned(value))) => Arguments::add(&mut arguments, value),
                    Value::Text(value) => Arguments::add(&mut arguments, value.as_deref()),
                    Value::Bytes(Some(Cow::Owned(value))) => Arguments::add(&mut arguments, value),
                    Value::Bytes(value) => Arguments::add(&mut arguments, value.as_deref()),
                }
                .map_err(sqlx::Error::Encode)?;
            }
            Ok(arguments)
        }
    };
}
arguments!(for_sqlite, SqliteArguments);
arguments!(for_postgres, PgArguments);

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value<'_> {
            fn from(value: $integer) -> Self {
                Self::Integer(Some(value.into()))
            }
        }

        impl From<Option<$integer>> for Value<'_> {
            fn from(value: Option<$integer>) -> Self {
                Self::Integer(value.map(Into::into))
            }
        }
    )*};
}
integers!(i64, i32, u32, u16, u8);

impl From<Uuid> for Value<'_> {
    fn from(value: Uuid) -> Self {
        Self::Uuid(Some(value))
    }
}

impl From<Option<Uuid>> for Value<'_> {
    fn from(value: Option<Uuid>) -> Self {
        Self::Uuid(value)
    }
}

macro_rules! borrowed_and_owned {
    ($variant:ident, $borrowed:ty, $owned:ty) => {
        impl<'v> From<&'v $borrowed> for Value<'v> {
            fn from(value: &'v $borrowed) -> Self {
                Self::$variant(Some(Cow::Borrowed(value)))
            }
        }

        impl<'v> From<Option<&'v $borrowed>> for Value<'v> {
            fn from(value: Option<&'v $borrowed>) -> Self {
                Self::$variant(value.map(Cow::Borrowed))
            }
        }

        impl<'v> From<&'v $owned> for Value<'v> {
            fn from(value: &'v $owned) -> Self {
                Self::$variant(Some(Cow::Borrowed(value)))
            }
        }

        impl<'v> From<Option<&'v $owned>> for Value<'v> {
            fn from(value: Option<&'v $owned>) -> Self {
                Self::$variant(value.map(|value| Cow::Borrowed(&**value)))
            }
        }

        impl<'v> From<&'v Option<$owned>> for Value<'v> {
            fn from(value: &'v Option<$owned>) -> Self {
                Self::from(value.as_ref())
            }
        }

        impl From<$owned> for Value<'_> {
            fn from(value: $owned) -> Self {
                Self::$variant(Some(Cow::Owned(value)))
            }
        }

        impl From<Option<$owned>> for Value<'_> {
            fn from(value: Option<$owned>) -> Self {
                Self::$variant(value.map(Cow::Owned))
            }
        }
    };
}
borrowed_and_owned!(Text, str, String);
borrowed_and_owned!(Bytes, [u8], Vec<u8>);

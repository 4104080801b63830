//! Values as either database holds them.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::fault::Fault;
use crate::sql::{self, Value};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Integer,
    Text,
    Bytes,
    /// Sixteen bytes, where the database has a type of its own for them.
    Uuid,
}

/// A value, the same whichever database it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    fn of(row: &sql::Row, at: usize, kind: Kind) -> Result<Option<Self>, sqlx::Error> {
        Ok(match kind {
            Kind::Integer => row.try_get::<Option<i64>>(at)?.map(Self::Integer),
            Kind::Text => row.try_get::<Option<String>>(at)?.map(Self::Text),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>>(at)?.map(Self::Bytes),
            Kind::Uuid => row.try_get::<Option<Uuid>>(at)?.map(|id| Self::Bytes(id.as_bytes().to_vec())),
        })
    }
}

/// The value that `cell` is in a column of `kind`.
pub(super) fn value(cell: Option<Cell>, kind: Kind) -> Result<Value<'static>, Fault> {
    let wrong = |cell: &Cell| Fault::Other(format!("{cell:?} is in a column for {kind:?}"));
    Ok(match (kind, cell) {
        (Kind::Integer, None) => Value::Integer(None),
        (Kind::Text, None) => Value::Text(None),
        (Kind::Bytes, None) => Value::Bytes(None),
        (Kind::Uuid, None) => Value::Uuid(None),
        (Kind::Integer, Some(Cell::Integer(number))) => Value::Integer(Some(number)),
        (Kind::Text, Some(Cell::Text(text))) => Value::Text(Some(Cow::Owned(text))),
        (Kind::Bytes, Some(Cell::Bytes(bytes))) => Value::Bytes(Some(Cow::Owned(bytes))),
        (Kind::Uuid, Some(Cell::Bytes(bytes))) => match Uuid::from_slice(&bytes) {
            Ok(id) => Value::Uuid(Some(id)),
            Err(_) => return Err(wrong(&Cell::Bytes(bytes))),
        },
        (_, Some(other)) => return Err(wrong(&other)),
    })
}

/// A row, its cells in the order of its table's columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row(pub(super) Vec<Option<Cell>>);

impl Row {
    pub(super) fn of(row: &sql::Row, kinds: impl Iterator<Item = Kind>) -> Result<Self, sqlx::Error> {
        kinds.enumerate().map(|(at, kind)| Cell::of(row, at, kind)).collect::<Result<_, _>>().map(Self)
    }

    /// A digest that tells each cell from its neighbours, and nothing from what is empty.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for cell in &self.0 {
            let (kind, bytes): (u8, Cow<'_, [u8]>) = match cell {
                None => (0, Cow::Borrowed(&[])),
                Some(Cell::Integer(number)) => (1, Cow::Owned(number.to_be_bytes().to_vec())),
                Some(Cell::Text(text)) => (2, Cow::Borrowed(text.as_bytes())),
                Some(Cell::Bytes(bytes)) => (3, Cow::Borrowed(bytes)),
            };
            digest.update([kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        digest.finalize().into()
    }
}

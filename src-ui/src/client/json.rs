//! JSON that arrives, read by the browser and turned into Rust's types here.
//!
//! The reading code of a type is written by serde for the reader that it meets. This reader meets it on the shortest way
//! only: fields and variants by their place, never by their name, and no words about what did not fit. A page downloads
//! this code before it is usable, and through serde_json it was a fifth of it. Types read here need no `alias`: an alias
//! would move the places.
//!
//! Numbers are those of JavaScript: whole ones are exact to 2^53, which is ninety thousand milliard minor units.

use js_sys::{Array, JSON, Number, Object, Reflect};
use serde::Serialize;
use serde::de::value::{StringDeserializer, U64Deserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use wasm_bindgen::{JsCast, JsValue};

/// What arrived has another shape than this version of the page knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the value has another shape")]
pub(crate) struct Mismatch;

impl de::Error for Mismatch {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// Reads what JavaScript holds.
pub(crate) fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Mismatch> {
    T::deserialize(Reader(value))
}

/// Reads JSON text.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Mismatch> {
    read(JSON::parse(text).map_err(|_| Mismatch)?)
}

/// Writes JSON text. None for what JSON cannot say, such as a map whose keys are no strings.
pub(crate) fn write<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

struct Reader(JsValue);

impl Reader {
    fn whole(&self) -> Result<i64, Mismatch> {
        if Number::is_safe_integer(&self.0) {
            Ok(self.0.as_f64().ok_or(Mismatch)? as i64)
        } else {
            Err(Mismatch)
        }
    }

    fn text(&self) -> Result<String, Mismatch> {
        self.0.as_string().ok_or(Mismatch)
    }

    fn is_nothing(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    fn array(self) -> Result<Items, Mismatch> {
        let array = self.0.dyn_into::<Array>().map_err(|_| Mismatch)?;
        Ok(Items { array, next: 0 })
    }

    fn object(self) -> Result<JsValue, Mismatch> {
        if self.0.is_object() { Ok(self.0) } else { Err(Mismatch) }
    }

    fn entries(self) -> Result<Entries, Mismatch> {
        let object = self.object()?;
        Ok(Entries { entries: Object::entries(object.unchecked_ref()), next: 0 })
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            visitor.visit_i64(self.whole()?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Reader {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_nothing() {
            visitor.visit_unit()
        } else if let Some(truth) = self.0.as_bool() {
            visitor.visit_bool(truth)
        } else if let Ok(whole) = self.whole() {
            visitor.visit_i64(whole)
        } else if let Some(number) = self.0.as_f64() {
            visitor.visit_f64(number)
        } else if let Ok(text) = self.text() {
            visitor.visit_string(text)
        } else if Array::is_array(&self.0) {
            visitor.visit_seq(self.array()?)
        } else {
            visitor.visit_map(self.entries()?)
        }
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_bool(self.0.as_bool().ok_or(Mismatch)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_f64(self.0.as_f64().ok_or(Mismatch)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(self.array()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Fields {
            object: self.object()?,
            names: fields,
            next: 0,
            value: JsValue::UNDEFINED,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(Variant::of(self.0, variants)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

/// The items of an array.
struct Items {
    array: Array,
    next: u32,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        if self.next == self.array.length() {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(Reader(self.array.get(self.next - 1))).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some((self.array.length() - self.next) as usize)
    }
}

/// Everything that an object holds.
struct Entries {
    entries: Array,
    next: u32,
}

impl Entries {
    /// The key (0) or the value (1) of an entry.
    fn part(&self, entry: u32, part: u32) -> Reader {
        Reader(self.entries.get(entry).unchecked_into::<Array>().get(part))
    }
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        if self.next == self.entries.length() {
            return Ok(None);
        }
        self.next += 1;
        let key: StringDeserializer<Mismatch> = self.part(self.next - 1, 0).text()?.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self.part(self.next - 1, 1))
    }
}

/// The fields of an object that a type knows, by their place in it.
struct Fields {
    object: JsValue,
    names: &'static [&'static str],
    next: usize,
    value: JsValue,
}

impl Fields {
    /// Goes on to the next field that is there, and gives its place.
    fn advance(&mut self) -> Option<usize> {
        while let Some(name) = self.names.get(self.next) {
            self.next += 1;
            // Getting a property of an object without getters cannot fail.
            self.value = Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default();
            if !self.value.is_undefined() {
                return Some(self.next - 1);
            }
        }
        None
    }
}

fn place(index: usize) -> U64Deserializer<Mismatch> {
    (index as u64).into_deserializer()
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        self.advance().map(|index| seed.deserialize(place(index))).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(Reader(std::mem::take(&mut self.value)))
    }
}

/// A variant: a string, or an object whose only key names it.
struct Variant {
    index: usize,
    inside: JsValue,
}

impl Variant {
    fn of(value: JsValue, variants: &[&str]) -> Result<Self, Mismatch> {
        let (name, inside) = match value.as_string() {
            Some(name) => (name, JsValue::NULL),
            None => {
                let entries = Reader(value).entries()?;
                (entries.part(0, 0).text()?, entries.part(0, 1).0)
            }
        };
        let index = variants.iter().position(|variant| *variant == name).ok_or(Mismatch)?;
        Ok(Self { index, inside })
    }
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Mismatch;
    type Variant = Reader;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Reader), Mismatch> {
        Ok((seed.deserialize(place(self.index))?, Reader(self.inside)))
    }
}

impl<'de> de::VariantAccess<'de> for Reader {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(self.array()?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        de::Deserializer::deserialize_struct(self, "", fields, visitor)
    }
}

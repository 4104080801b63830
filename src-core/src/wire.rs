//! What a word that travels as a JSON string needs: one macro, so that each such newtype is checked wherever it enters.

/// Gives a type that has `FromStr` and `Display` its JSON form: a string, parsed (and so validated) on the way in. The
/// pattern (ECMA-262) is what the API's document says of it; a check digit is beyond what a pattern can say.
macro_rules! string_on_the_wire {
    ($type:ty, $example:literal $(, $pattern:literal)?) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "examples": [$example] $(, "pattern": $pattern)? })
            }
        }
    };
}

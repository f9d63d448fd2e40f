//! A field that may be absent, `null` or there.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a record: real ones leave a field out, write `null`, or fill it,
/// and what was read has to be written back the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Maybe<T> {
    /// The field is not there.
    #[default]
    Absent,
    /// The field is `null`.
    Null,
    /// The field has a value.
    Value(T),
}

impl<T> Maybe<T> {
    /// Whether the field is not there; then it is not written.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> Maybe<Vec<T>> {
    /// The values; none where there is no list.
    pub fn items(&self) -> &[T] {
        self.value().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Maybe<String> {
    /// The text, if there is any beside white space.
    pub fn text(&self) -> Option<&str> {
        self.value().map(String::as_str).filter(|text| !text.trim().is_empty())
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    /// A value, or a field that is not there.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

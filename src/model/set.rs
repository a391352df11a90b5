//! A set of types, a bit each: what a clause has of them is asked for many times.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::SectionType;

const _: () = assert!(SectionType::ALL.len() <= u16::BITS as usize, "a type has no bit");

/// Types in the order of their enumeration, each at most once.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct TypeSet(u16);

impl TypeSet {
    /// The set of these types.
    pub const fn of(kinds: &[SectionType]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    /// The set of the types in whose place, as the enumeration has them, there is a `true`.
    pub(crate) fn by_place(is_in: [bool; SectionType::ALL.len()]) -> Self {
        Self(is_in.into_iter().enumerate().fold(0, |bits, (at, is_in)| bits | u16::from(is_in) << at))
    }

    /// Tells whether a type is in it.
    pub const fn contains(self, kind: SectionType) -> bool {
        self.0 & 1 << kind as u16 != 0
    }

    /// Puts a type in.
    pub const fn insert(&mut self, kind: SectionType) {
        self.0 |= 1 << kind as u16;
    }

    /// The types of this set and those of another.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The types of this set without those of another.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The types that this set and another have in common.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Tells whether no type is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of types.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The types in order.
    pub fn iter(self) -> impl Iterator<Item = SectionType> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let kind = *SectionType::ALL.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(kind)
        })
    }
}

impl FromIterator<SectionType> for TypeSet {
    fn from_iter<I: IntoIterator<Item = SectionType>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::default(), |set, kind| set.with(Self::of(&[kind])))
    }
}

impl std::fmt::Debug for TypeSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for TypeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for TypeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

impl JsonSchema for TypeSet {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<SectionType>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<SectionType>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::{SectionType, TypeSet};

    #[test]
    fn keeps_each_type_once_and_in_order() {
        let all: TypeSet = SectionType::ALL.into_iter().rev().chain([SectionType::Use]).collect();
        assert!(all.iter().eq(SectionType::ALL));
        assert_eq!(all.len(), SectionType::ALL.len());
        let (ends, other) = (TypeSet::of(&[SectionType::Other, SectionType::Collection]), [SectionType::Other]);
        assert_eq!(format!("{ends:?}"), "{Collection, Other}");
        assert!(ends.contains(SectionType::Other) && !ends.contains(SectionType::Use));
        assert!(ends.without(TypeSet::of(&other)).iter().eq([SectionType::Collection]));
        assert!(ends.and(TypeSet::of(&other)).iter().eq(other));
        assert!(TypeSet::default().is_empty() && TypeSet::default().iter().next().is_none());
    }
}

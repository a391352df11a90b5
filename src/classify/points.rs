//! Points by type.

use std::collections::BTreeMap;

use super::{Reason, TypeSet};
use crate::model::SectionType;

/// The points of each type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points([i32; SectionType::ALL.len()]);

impl Points {
    /// Adds up the weights of rules by type.
    pub(super) fn of(reasons: &[Reason<'_>]) -> Self {
        let mut points = Self::default();
        for reason in reasons {
            points.count(reason);
        }
        points
    }

    /// Adds the weight of a rule to its type.
    pub(super) fn count(&mut self, reason: &Reason<'_>) {
        self.0[reason.kind as usize] += reason.weight;
    }

    /// Adds the points of `other` to these.
    pub fn add(&mut self, other: &Self) {
        for (sum, points) in self.0.iter_mut().zip(other.0) {
            *sum += points;
        }
    }

    /// The points of a type.
    pub fn get(&self, kind: SectionType) -> i32 {
        self.0[kind as usize]
    }

    /// The types that have at least `enough` points.
    pub(super) fn enough(&self, enough: i32) -> TypeSet {
        self.types(|points| points >= enough)
    }

    /// The types with points.
    pub(super) fn any(&self) -> TypeSet {
        self.types(|points| points != 0)
    }

    /// The types whose points are wanted.
    fn types(&self, is_wanted: impl Fn(i32) -> bool) -> TypeSet {
        TypeSet::by_place(self.0.map(is_wanted))
    }

    /// The types that have at least `enough` points, those with the most first; equal ones as the enumeration has them.
    pub fn reaching(&self, enough: i32) -> Vec<SectionType> {
        let mut types: Vec<_> = self.enough(enough).iter().collect();
        types.sort_by_key(|kind| std::cmp::Reverse(self.get(*kind)));
        types
    }

    /// The types with points, by name.
    pub fn named(&self) -> BTreeMap<SectionType, i32> {
        self.any().iter().map(|kind| (kind, self.get(kind))).collect()
    }
}

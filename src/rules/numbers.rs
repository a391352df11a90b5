//! Numbers that the build script leaves ready: read where they stand, so that a run that needs few of them copies none.

use std::borrow::Cow;

/// A row of numbers, as little-endian bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers(Cow<'static, [[u8; 4]]>);

impl Numbers {
    /// Takes bytes that the build script wrote; some at the end that make no number are left out.
    pub(crate) const fn ready(bytes: &'static [u8]) -> Self {
        Self(Cow::Borrowed(bytes.as_chunks().0))
    }

    /// The numbers, for those who read many of them.
    pub(crate) fn row(&self) -> Row<'_> {
        Row(&self.0)
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The number at a place.
    pub(crate) fn at(&self, place: usize) -> u32 {
        u32::from_le_bytes(self.0[place])
    }

    /// The numbers as bytes, for the build script to write.
    #[allow(dead_code, reason = "the build script, which shares this file, writes tables with it")]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }
}

/// Numbers that are read one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a>(&'a [[u8; 4]]);

impl<'a> Row<'a> {
    /// The number at a place.
    pub(crate) fn at(self, place: usize) -> u32 {
        u32::from_le_bytes(self.0[place])
    }

    /// As many numbers from a place on; zeros if there are fewer.
    pub(crate) fn some<const COUNT: usize>(self, place: usize) -> [u32; COUNT] {
        debug_assert!(place + COUNT <= self.0.len(), "all tables are whole");
        let some = self.0.get(place..).and_then(|behind| behind.first_chunk());
        some.map_or([0; COUNT], |some| some.map(u32::from_le_bytes))
    }

    /// So many groups of numbers from a place on.
    pub(crate) fn groups<const SIZE: usize>(
        self,
        place: usize,
        count: usize,
    ) -> impl Iterator<Item = [u32; SIZE]> + 'a {
        let groups = self.0.get(place..place + count * SIZE).unwrap_or_default().as_chunks().0;
        groups.iter().map(|group| group.map(u32::from_le_bytes))
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(words: I) -> Self {
        Self(words.into_iter().map(u32::to_le_bytes).collect())
    }
}

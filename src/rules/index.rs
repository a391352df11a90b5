//! Which of many literals a text holds: a table by their first three bytes, which is made in no time and asked at each byte.

use std::borrow::Cow;

/// Bytes that a literal is found by.
const KEY: usize = 3;
/// The number of the table's rows, a power of two well above the number of different keys.
const ROWS: usize = 1 << 13;

/// A set of literals of at least three bytes, each with what it stands for.
#[derive(Debug)]
pub(crate) struct LiteralIndex<T> {
    /// For each hash of a key, where its literals start in `literals`; one more row than hashes.
    rows: Vec<u32>,
    /// The literals in order of their hashes, each with where its values start in `values`.
    literals: Vec<(Cow<'static, str>, u32)>,
    values: Vec<T>,
}

impl<T: Copy> LiteralIndex<T> {
    /// Makes an index of literals; those shorter than three bytes are left out.
    pub(crate) fn new(literals: impl IntoIterator<Item = (Cow<'static, str>, T)>) -> Self {
        let keyed = literals.into_iter().filter(|(literal, _)| literal.len() >= KEY);
        let mut keyed: Vec<_> = keyed.map(|(literal, value)| (row(literal.as_bytes()), literal, value)).collect();
        keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let mut index = Self { rows: vec![0; ROWS + 1], literals: Vec::new(), values: Vec::with_capacity(keyed.len()) };
        for (row, literal, value) in keyed {
            if index.literals.last().is_none_or(|(last, _)| *last != literal) {
                index.rows[row + 1] += 1;
                index.literals.push((literal, index.values.len() as u32));
            }
            index.values.push(value);
        }
        for row in 0..ROWS {
            index.rows[row + 1] += index.rows[row];
        }
        index
    }

    /// Calls `found` with what each literal in the text stands for, at each place where it is.
    pub(crate) fn find(&self, text: &[u8], mut found: impl FnMut(&[T])) {
        for (at, key) in text.windows(KEY).enumerate() {
            let row = row(key);
            for literal in self.rows[row] as usize..self.rows[row + 1] as usize {
                let (bytes, start) = &self.literals[literal];
                let bytes = bytes.as_bytes();
                // The byte behind the key tells most literals apart without a call.
                let may_match = bytes.len() == KEY || text.get(at + KEY) == bytes.get(KEY);
                if may_match && text[at..].starts_with(bytes) {
                    let end = self.literals.get(literal + 1).map_or(self.values.len(), |(_, next)| *next as usize);
                    found(&self.values[*start as usize..end]);
                }
            }
        }
    }
}

/// The row of a literal or text by its first three bytes.
fn row(bytes: &[u8]) -> usize {
    let key = usize::from(bytes[0]) | usize::from(bytes[1]) << 8 | usize::from(bytes[2]) << 16;
    (key.wrapping_mul(0x9E37_79B1) >> 11) & (ROWS - 1)
}

#[cfg(test)]
mod tests {
    use super::LiteralIndex;

    #[test]
    fn finds_literals_within_one_another() {
        let index = LiteralIndex::new(
            [("tea", 1), ("teapot", 2), ("pot", 3), ("tea", 4), ("at", 5)].map(|(l, v)| (l.into(), v)),
        );
        let mut found = Vec::new();
        index.find(b"a teapot at tea", |values| found.extend_from_slice(values));
        assert_eq!(found, [1, 4, 2, 3, 1, 4]);
    }
}

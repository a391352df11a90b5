//! Which of many literals a text holds: a table by their first three bytes, which is made in no time and asked at each byte.

use std::collections::HashMap;

/// Bytes that a literal is found by.
const KEY: usize = 3;
/// The number of the table's rows, a power of two well above the number of different keys.
const ROWS: usize = 1 << 13;

/// A set of literals of at least three bytes, each with what it stands for.
#[derive(Debug)]
pub(crate) struct LiteralIndex<T> {
    /// For each hash of a key, where its literals start in `entries`; one more row than hashes.
    rows: Vec<u32>,
    /// The literals in order of their hashes.
    entries: Vec<(Box<[u8]>, Vec<T>)>,
}

impl<T> LiteralIndex<T> {
    /// Makes an index of literals; those shorter than three bytes are left out.
    pub(crate) fn new<'a>(literals: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut values: HashMap<&str, Vec<T>> = HashMap::new();
        for (literal, value) in literals {
            values.entry(literal).or_default().push(value);
        }
        let mut entries: Vec<(Box<[u8]>, Vec<T>)> = values
            .into_iter()
            .filter(|(literal, _)| literal.len() >= KEY)
            .map(|(literal, values)| (literal.as_bytes().into(), values))
            .collect();
        entries.sort_by_cached_key(|(literal, _)| row(literal));
        let mut rows = vec![0; ROWS + 1];
        for (literal, _) in &entries {
            rows[row(literal) + 1] += 1;
        }
        for at in 0..ROWS {
            rows[at + 1] += rows[at];
        }
        Self { rows, entries }
    }

    /// Calls `found` with what each literal in the text stands for, at each place where it is.
    pub(crate) fn find(&self, text: &[u8], mut found: impl FnMut(&[T])) {
        for (at, key) in text.windows(KEY).enumerate() {
            let row = row(key);
            let (start, end) = (self.rows[row] as usize, self.rows[row + 1] as usize);
            for (literal, values) in &self.entries[start..end] {
                if text[at..].starts_with(literal) {
                    found(values);
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
        let index = LiteralIndex::new([("tea", 1), ("teapot", 2), ("pot", 3), ("tea", 4), ("at", 5)]);
        let mut found = Vec::new();
        index.find(b"a teapot at tea", |values| found.extend_from_slice(values));
        assert_eq!(found, [1, 4, 2, 3, 1, 4]);
    }
}

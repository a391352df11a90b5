//! Sets of known words, with a quick answer for the many words that are in none.

/// The longest word that a set can hold, in bytes.
pub(crate) const LONGEST_WORD: usize = 16;

/// A set of ASCII words.
pub(crate) struct WordSet<const N: usize> {
    /// The words as numbers, in order.
    words: [u128; N],
    /// For each length the first letters of the words that have it, as bits.
    firsts: [u32; LONGEST_WORD + 1],
}

impl<const N: usize> WordSet<N> {
    /// Makes a set of words in lower case, none of them empty or longer than [`LONGEST_WORD`].
    pub(crate) const fn new(words: [&str; N]) -> Self {
        let mut set = Self { words: [0; N], firsts: [0; LONGEST_WORD + 1] };
        let mut count = 0;
        while count < N {
            let word = words[count].as_bytes();
            set.firsts[word.len()] |= bit(word[0]);
            let number = number(word);
            let mut place = count;
            while place > 0 && set.words[place - 1] > number {
                set.words[place] = set.words[place - 1];
                place -= 1;
            }
            set.words[place] = number;
            count += 1;
        }
        set
    }

    /// Tells whether a word, in any case, is in the set.
    pub(crate) fn holds(&self, word: &[u8]) -> bool {
        let (Some(first), Some(firsts)) = (word.first(), self.firsts.get(word.len())) else { return false };
        firsts & bit(*first) != 0 && self.words.binary_search(&number(word)).is_ok()
    }
}

/// Gives each letter a bit, the same in either case.
const fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// Reads the first bytes of a word, in lower case, as a number.
const fn number(word: &[u8]) -> u128 {
    let mut bytes = [0; LONGEST_WORD];
    let mut at = 0;
    while at < word.len() && at < LONGEST_WORD {
        bytes[at] = word[at];
        at += 1;
    }
    bytes.make_ascii_lowercase();
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_words_in_any_case() {
        static SET: WordSet<4> = WordSet::new(["cookie", "it's", "unsubscribe-all-", "data"]);
        for word in ["cookie", "DATA", "It's", "unsubscribe-ALL-"] {
            assert!(SET.holds(word.as_bytes()), "{word}");
        }
        for word in ["", "cook", "cookies", "cobweb", "date", "kata", "unsubscribe-all-x", "é"] {
            assert!(!SET.holds(word.as_bytes()), "{word}");
        }
    }
}

//! The weights of the second reading: a table that the compiler reads, so that no run has to.

use super::signs::{SIGNS, Sign};
use crate::model::SectionType;

/// What each sign weighs for each type, in hundredths of a logit.
pub type Weights = [[i32; SectionType::ALL.len()]; SIGNS];

/// The weights in force, as `examples/fit.rs` wrote them: a line for each sign, a column for each type.
const TABLE: &str = include_str!("weights.csv");

static WEIGHTS: Weights = numbers(TABLE.as_bytes());

/// The weights in force.
pub fn weights() -> &'static Weights {
    &WEIGHTS
}

/// Reads the numbers of a table of weights, whatever stands in its first line and column.
const fn numbers(table: &[u8]) -> Weights {
    let mut weights = [[0; SectionType::ALL.len()]; SIGNS];
    let (mut at, mut line, mut cell) = (0, 0, 0);
    let (mut number, mut sign) = (0, 1);
    while at < table.len() {
        match table[at] {
            byte @ (b',' | b'\n') => {
                if line > 0 && cell > 0 {
                    weights[line - 1][cell - 1] = sign * number;
                }
                (number, sign) = (0, 1);
                if byte == b',' { cell += 1 } else { (line, cell) = (line + 1, 0) }
            }
            b'-' => sign = -1,
            digit @ b'0'..=b'9' if line > 0 && cell > 0 => number = number * 10 + (digit - b'0') as i32,
            _ => {}
        }
        at += 1;
    }
    assert!(line == SIGNS + 1, "weights.csv has a line for each sign");
    weights
}

/// Writes a table of weights as `weights.csv` has it.
pub fn write_weights(weights: &Weights) -> String {
    let mut table = format!("sign,{}\n", SectionType::ALL.map(SectionType::name).join(","));
    for (sign, row) in Sign::all().zip(weights) {
        table.push_str(&format!("{sign},{}\n", row.map(|weight| weight.to_string()).join(",")));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{TABLE, weights, write_weights};

    #[test]
    fn every_line_and_column_of_the_table_is_the_one_that_it_says() {
        assert_eq!(write_weights(weights()), TABLE);
    }
}

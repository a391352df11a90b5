//! Fields in; the same in the words of a reader of JSON Lines out. A line for each field of the document.

use super::shape::{Fields, Shape};

/// DuckDB: a struct of type names, the value of `columns` for `read_json`.
pub(super) fn duckdb(fields: &Fields) -> String {
    fn name(shape: &Shape) -> String {
        match shape {
            Shape::Text => "VARCHAR".to_owned(),
            Shape::Whole => "BIGINT".to_owned(),
            Shape::List(of) => format!("{}[]", name(of)),
            Shape::Struct(fields) => {
                format!("STRUCT({})", joined(fields, ", ", |field, of| format!("\"{field}\" {}", name(of))))
            }
        }
    }
    format!("{{\n{}\n}}\n", joined(fields, ",\n", |field, shape| format!("  '{field}': '{}'", name(shape))))
}

/// Polars: a Python module with the schema.
pub(super) fn polars(fields: &Fields) -> String {
    fn name(shape: &Shape) -> String {
        match shape {
            Shape::Text => "pl.String".to_owned(),
            Shape::Whole => "pl.Int64".to_owned(),
            Shape::List(of) => format!("pl.List({})", name(of)),
            Shape::Struct(fields) => {
                format!("pl.Struct({{{}}})", joined(fields, ", ", |field, of| format!("\"{field}\": {}", name(of))))
            }
        }
    }
    let lines = joined(fields, "\n", |field, shape| format!("    \"{field}\": {},", name(shape)));
    format!("import polars as pl\n\nSCHEMA = pl.Schema({{\n{lines}\n}})\n")
}

/// Spark: a schema in the language of its table definitions.
pub(super) fn spark(fields: &Fields) -> String {
    fn name(shape: &Shape) -> String {
        match shape {
            Shape::Text => "STRING".to_owned(),
            Shape::Whole => "BIGINT".to_owned(),
            Shape::List(of) => format!("ARRAY<{}>", name(of)),
            Shape::Struct(fields) => {
                format!("STRUCT<{}>", joined(fields, ", ", |field, of| format!("`{field}`: {}", name(of))))
            }
        }
    }
    joined(fields, ",\n", |field, shape| format!("`{field}` {}", name(shape))) + "\n"
}

fn joined(fields: &Fields, between: &str, one: impl Fn(&str, &Shape) -> String) -> String {
    fields.iter().map(|(field, shape)| one(field, shape)).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::{Shape, duckdb, polars, spark};

    #[test]
    fn each_reader_has_its_own_words() {
        let kite = Shape::Struct(vec![("name".to_owned(), Shape::Text), ("end".to_owned(), Shape::Whole)]);
        let fields = vec![("type".to_owned(), Shape::Text), ("kites".to_owned(), Shape::List(kite.into()))];
        for (written, expected) in [
            (duckdb(&fields), "{\n  'type': 'VARCHAR',\n  'kites': 'STRUCT(\"name\" VARCHAR, \"end\" BIGINT)[]'\n}\n"),
            (spark(&fields), "`type` STRING,\n`kites` ARRAY<STRUCT<`name`: STRING, `end`: BIGINT>>\n"),
            (
                polars(&fields),
                "import polars as pl\n\nSCHEMA = pl.Schema({\n    \"type\": pl.String,\n    \
                 \"kites\": pl.List(pl.Struct({\"name\": pl.String, \"end\": pl.Int64})),\n})\n",
            ),
        ] {
            assert_eq!(written, expected);
        }
    }
}

//! A JSON Schema in; the shape of its values out, without what readers of tables do not ask: which words a text may be, and
//! what may be null.

use anyhow::Context;
use policyx::model::SectionType;
use serde_json::Value;

/// The shape of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// A whole number that fits in 64 bits with a sign.
    Whole,
    List(Box<Shape>),
    Struct(Fields),
}

/// Fields by name, in order.
pub(super) type Fields = Vec<(String, Shape)>;

/// Gives the fields of the object that a schema describes.
pub(super) fn fields(schema: &Value) -> anyhow::Result<Fields> {
    match shape(schema, schema)? {
        Shape::Struct(fields) => Ok(fields),
        other => anyhow::bail!("the schema is not that of an object: {other:?}"),
    }
}

/// Gives the shape that a part of a schema describes.
fn shape(part: &Value, schema: &Value) -> anyhow::Result<Shape> {
    let unknown = || format!("a part of the schema has no shape: {part}");
    if let Some(name) = part["$ref"].as_str() {
        return shape(schema.pointer(name.trim_start_matches('#')).with_context(unknown)?, schema);
    }
    let is_null = |kind: &Value| kind == "null";
    if let Some(branches) = part["anyOf"].as_array() {
        let branch = branches.iter().find(|branch| !is_null(&branch["type"]));
        return shape(branch.with_context(unknown)?, schema);
    }
    let kind = match &part["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| !is_null(kind)).with_context(unknown)?,
        // An enumeration, of which each variant has its own description.
        Value::Null => &part["oneOf"][0]["type"],
        kind => kind,
    };
    Ok(match kind.as_str().with_context(unknown)? {
        "string" => Shape::Text,
        "integer" => Shape::Whole,
        "array" => Shape::List(shape(&part["items"], schema)?.into()),
        "object" => match part["properties"].as_object() {
            Some(properties) => {
                let field = |(name, part): (&String, &Value)| anyhow::Ok((name.clone(), shape(part, schema)?));
                Shape::Struct(properties.iter().map(field).collect::<anyhow::Result<_>>()?)
            }
            // Every map of a record is one by section type, and most readers have no maps.
            None => {
                let of_type = shape(&part["additionalProperties"], schema)?;
                Shape::Struct(SectionType::ALL.map(|kind| (kind.name().to_owned(), of_type.clone())).into())
            }
        },
        _ => anyhow::bail!(unknown()),
    })
}

#[cfg(test)]
mod tests {
    use policyx::extract::{Options, extract};
    use policyx::model::Document;
    use policyx::rules::{RuleSet, Scratch};
    use serde_json::{Value, json};

    use super::{Fields, Shape, fields};

    /// Checks that a value has a shape, and counts the fields in it.
    fn assert_fits(value: &Value, shape: &Shape, place: &str) -> usize {
        match (value, shape) {
            (Value::Null, _) | (Value::String(_), Shape::Text) => 0,
            (Value::Number(number), Shape::Whole) if number.is_i64() => 0,
            (Value::Array(items), Shape::List(of)) => items.iter().map(|item| assert_fits(item, of, place)).sum(),
            (Value::Object(values), Shape::Struct(fields)) => {
                let one = |(name, value): (&String, &Value)| {
                    let place = format!("{place}.{name}");
                    let field = fields.iter().find(|(known, _)| known == name);
                    let (_, shape) = field.unwrap_or_else(|| panic!("{place} has no shape"));
                    1 + assert_fits(value, shape, &place)
                };
                values.iter().map(one).sum()
            }
            _ => panic!("{place} is no {shape:?} but {value}"),
        }
    }

    fn of_document() -> Fields {
        fields(schemars::schema_for!(Document).as_value()).unwrap()
    }

    #[test]
    fn a_record_has_the_shape_of_its_schema() {
        let text = "Last updated: 2012-02-01\n\n# Cookies\n\nWe use cookies. We never sell your name.\n";
        let (rules, options) = (RuleSet::builtin(), Options { scores: true, ..Options::default() });
        let document = extract("kites.md", None, text.into(), &rules, &options, &mut Scratch::default());
        let shape = Shape::Struct(of_document());
        let found = assert_fits(&serde_json::to_value(document).unwrap(), &shape, "record");
        assert!(found > 100, "only {found} fields");
        // The outermost fields are all there.
        let Shape::Struct(outermost) = shape else { unreachable!() };
        assert_eq!(outermost.len(), 15);
    }

    #[test]
    fn a_schema_that_has_no_shape_is_refused() {
        for part in [json!({}), json!({"type": "number"}), json!({"$ref": "#/$defs/Kite"}), json!({"type": "object"})] {
            assert!(fields(&json!({"type": "object", "properties": {"kite": part}})).is_err(), "{part}");
        }
        assert!(fields(&json!({"type": "string"})).is_err());
    }
}

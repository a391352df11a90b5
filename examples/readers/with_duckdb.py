#!/usr/bin/env python3
"""Counts clauses by type with DuckDB, once from JSON Lines and once from Parquet.

    policyx extract FOLDER --format jsonl -o policies.jsonl
    policyx extract FOLDER --format parquet -o clauses.parquet
    policyx schema --for duckdb > policyx.schema
    python3 with_duckdb.py policies.jsonl clauses.parquet policyx.schema
"""
import sys

import duckdb

jsonl, parquet, schema = sys.argv[1:]

# A record may be as large as the policy that it came from: more than DuckDB expects of a line.
print(duckdb.sql(f"""
    WITH sections AS (
        SELECT unnest(sections) AS section
        FROM read_json('{jsonl}', format = 'newline_delimited', columns = {open(schema).read()},
                       maximum_object_size = 1 << 26)),
    clauses AS (SELECT unnest(section.clauses) AS clause FROM sections WHERE section.role = 'policy')
    SELECT unnest(clause.types) AS type, count(*) AS clauses FROM clauses GROUP BY type ORDER BY type
""").fetchall())

print(duckdb.sql(f"""
    SELECT unnest(types) AS type, count(*) AS clauses
    FROM '{parquet}' WHERE section_role = 'policy' GROUP BY type ORDER BY type
""").fetchall())

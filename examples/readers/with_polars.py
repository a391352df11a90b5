#!/usr/bin/env python3
"""Counts clauses by type with Polars, once from JSON Lines and once from Parquet.

    policyx extract FOLDER --format jsonl -o policies.jsonl
    policyx extract FOLDER --format parquet -o clauses.parquet
    policyx schema --for polars > policyx_schema.py    # beside this file
    python3 with_polars.py policies.jsonl clauses.parquet
"""
import sys

import polars as pl

from policyx_schema import SCHEMA

jsonl, parquet = sys.argv[1:]


def count(clauses):
    """The number of clauses for each type; `clauses` has a row for each clause, its types in a list."""
    return clauses.explode("types").group_by(type="types").len("clauses").sort("type").collect().rows()


sections = pl.scan_ndjson(jsonl, schema=SCHEMA).select("sections").explode("sections").drop_nulls().unnest("sections")
clauses = sections.filter(role="policy").select("clauses").explode("clauses").drop_nulls()
print(count(clauses.select(pl.col("clauses").struct.field("types"))))

print(count(pl.scan_parquet(parquet).filter(section_role="policy").select("types")))

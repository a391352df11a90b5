#!/usr/bin/env python3
"""Counts clauses by type with pandas, from JSON Lines, Parquet (which needs pyarrow) and CSV.

    policyx extract FOLDER --format jsonl -o policies.jsonl
    policyx extract FOLDER --format parquet -o clauses.parquet
    policyx extract FOLDER --format csv -o clauses.csv
    python3 with_pandas.py policies.jsonl clauses.parquet clauses.csv
"""
import json
import sys

import pandas as pd

jsonl, parquet, csv = sys.argv[1:]


def count(types):
    """The number of clauses for each type; `types` has a list for each clause."""
    counts = types.explode().value_counts().sort_index()
    return [(kind, int(number)) for kind, number in counts.items()]


# One record at a time: pandas has no types for what lies within a record, and needs none so.
sections = (section for line in open(jsonl, encoding="utf-8") for section in json.loads(line)["sections"])
clauses = pd.DataFrame(clause for section in sections if section["role"] == "policy" for clause in section["clauses"])
print(count(clauses.types))

clauses = pd.read_parquet(parquet)
print(count(clauses[clauses.section_role == "policy"].types))

clauses = pd.read_csv(csv)
print(count(clauses[clauses.section_role == "policy"].types.str.split(";")))

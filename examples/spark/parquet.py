#!/usr/bin/env python3
"""Parquet in, Parquet out, on Spark: a row with the record of each document.

    spark-submit examples/spark/parquet.py --policyx PATH IN OUT [-- --no-text]

IN has a column `id`, never null, and the documents in one or more of the columns `text`, `html` and `content` (the bytes of a
file), of which each row has one that is not null; maybe a column `path`. OUT has the same ids and the fields of a record. What
stands behind `--` are options of `policyx extract`.
"""
import argparse
import pathlib
import subprocess
import sys

import policyx_stream
from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F


def as_json(table: DataFrame) -> DataFrame:
    """Gives each row as a line of JSON, as policyx reads it; what is null is left out."""
    columns = [F.col(name) for name in ("id", "path", "text", "html") if name in table.columns]
    if "content" in table.columns:
        columns.append(F.base64("content").alias("content_base64"))
    return table.select(F.to_json(F.struct(*columns)).alias("line"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policyx", help="the binary, to be sent to the executors; leave it out if `--files` sends it as `policyx`")
    parser.add_argument("--timeout", type=float, default=120, help="how many seconds to wait for an answer (120)")
    parser.add_argument("input", metavar="IN")
    parser.add_argument("output", metavar="OUT", help="a folder that is not there yet")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    args, options = parser.parse_args(sys.argv[1:end]), sys.argv[end + 1:]
    name, timeout = pathlib.PurePath(args.policyx or "policyx").name, args.timeout

    spark = SparkSession.builder.appName("policyx").getOrCreate()
    context = spark.sparkContext
    context.addPyFile(policyx_stream.__file__)
    if args.policyx:
        context.addFile(args.policyx)

    def fields(_):
        return subprocess.run([SparkFiles.get(name), "schema", "--for", "spark"], stdout=subprocess.PIPE, text=True, check=True).stdout

    def answer(rows):
        command = [SparkFiles.get(name), "extract", *options]
        for record in policyx_stream.answers(command, (row.line for row in rows), timeout=timeout):
            yield (record,)

    table = spark.read.parquet(args.input)
    # Asked where policyx is: the driver may have none that it can run.
    schema = f"`id` {table.schema['id'].dataType.simpleString()}, {context.parallelize([0], 1).map(fields).first()}"
    records = spark.createDataFrame(as_json(table).rdd.mapPartitions(answer), "line STRING", verifySchema=False)
    # A record that does not fit the schema ends the job: it would otherwise be a row of nulls.
    parsed = records.select(F.from_json("line", schema, {"mode": "FAILFAST"}).alias("record"))
    parsed.select("record.*").write.parquet(args.output)
    spark.stop()


main()

#!/usr/bin/env python3
"""JSON Lines in, JSON Lines out, on Spark: what `policyx extract --from jsonl` writes, byte for byte, in the part files of OUT.

    spark-submit examples/spark/jsonl.py --policyx PATH IN OUT [-- extract --no-text --keep year]

What stands behind `--` is the command and its options: `extract` or `classify`; `extract` if nothing does.
"""
import argparse
import itertools
import pathlib
import sys

import policyx_stream
from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policyx", help="the binary, to be sent to the executors; leave it out if `--files` sends it as `policyx`")
    parser.add_argument("--timeout", type=float, default=120, help="how many seconds to wait for an answer (120)")
    parser.add_argument("--gz", action="store_true", help="compress the part files")
    parser.add_argument("input", metavar="IN", help="a file or folder of JSON Lines, compressed or not")
    parser.add_argument("output", metavar="OUT", help="a folder that is not there yet")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    args, command = parser.parse_args(sys.argv[1:end]), sys.argv[end + 1:] or ["extract"]
    name, timeout = pathlib.PurePath(args.policyx or "policyx").name, args.timeout

    spark = SparkSession.builder.appName("policyx").getOrCreate()
    context = spark.sparkContext
    context.addPyFile(policyx_stream.__file__)
    if args.policyx:
        context.addFile(args.policyx)

    # The lines are counted in a pass of their own, since policyx names those without an id by their number. Both passes must
    # cut the input at the same places, which otherwise depends on how many executors are there at the time.
    spark.conf.set("spark.sql.files.minPartitionNum", context.defaultParallelism)
    # Bytes that are no UTF-8, and a lone carriage return, are for policyx to deal with.
    lines = spark.read.text(args.input, lineSep="\n").select(F.col("value").cast("binary"))
    counts = dict(lines.groupBy(F.spark_partition_id()).count().collect())
    parts = lines.rdd
    firsts = list(itertools.accumulate((counts.get(part, 0) for part in range(parts.getNumPartitions())), initial=1))

    def answer(part, rows):
        values = (row.value for row in rows)
        return policyx_stream.answers([SparkFiles.get(name), *command], values, first=firsts[part], timeout=timeout)

    codec = "org.apache.hadoop.io.compress.GzipCodec" if args.gz else None
    parts.mapPartitionsWithIndex(answer).saveAsTextFile(args.output, codec)
    spark.stop()


main()

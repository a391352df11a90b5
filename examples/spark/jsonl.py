#!/usr/bin/env python3
"""JSON Lines in, JSON Lines out, on Spark: what `policyx extract --from jsonl` writes, byte for byte, in the part files of OUT.

    spark-submit examples/spark/jsonl.py --policyx PATH IN OUT [--gz] [-- extract --no-text --keep year]
"""
import argparse
import itertools
import pathlib

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policyx", help="the static binary, sent to the executors; leave it out if `--files` sends it as `policyx`")
    parser.add_argument("--timeout", type=float, default=120, help="how many seconds to wait for an answer (120)")
    parser.add_argument("--gz", action="store_true", help="compress the part files")
    parser.add_argument("input", metavar="IN", help="a file or folder of JSON Lines, compressed or not")
    parser.add_argument("output", metavar="OUT", help="a folder that is not there yet")
    parser.add_argument("command", nargs="*", default=["extract"], help="after `--`: `extract` or `classify` and its options")
    args = parser.parse_args()
    name = pathlib.PurePath(args.policyx or "policyx").name
    command, timeout = args.command, args.timeout

    spark = SparkSession.builder.appName("policyx").getOrCreate()
    context = spark.sparkContext
    context.addPyFile(str(HERE / "policyx_stream.py"))
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
        from policyx_stream import answers

        return answers([SparkFiles.get(name), *command], (row.value for row in rows), first=firsts[part], timeout=timeout)

    codec = "org.apache.hadoop.io.compress.GzipCodec" if args.gz else None
    parts.mapPartitionsWithIndex(answer).saveAsTextFile(args.output, codec)
    spark.stop()


main()

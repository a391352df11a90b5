#!/bin/sh
# Tests what is in this folder with a policyx that is there: about two minutes.
#
#   sh examples/spark/test.sh POLICYX [FOLDER…]
#
# The documents of the folders are used, those of the project if none is named. Spark and Java are installed where they are not
# there and can be; without them, only what needs neither is tested, and the rest is skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
POLICYX=$1
shift
[ "$#" -gt 0 ] || set -- "$here/../../fixtures" "$here/../../examples"
POLICYX_FOLDERS=$(printf '%s\n' "$@")
export POLICYX POLICYX_FOLDERS PYTHONDONTWRITEBYTECODE=1

skip() {
    echo "SKIPPED: $*"
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
python3 "$here/test.py" Stream

if ! command -v java >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless; } >/dev/null 2>&1 || true
fi
command -v java >/dev/null || skip "the jobs on Spark, since there is no Java"

python=python3
if ! python3 -c 'import pyspark' 2>/dev/null; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    python=$work/bin/python
    python3 -m venv "$work" && "$work/bin/pip" install -q --timeout 15 --retries 1 'pyspark>=3.5,<5' ||
        skip "the jobs on Spark, since pyspark could not be installed"
fi
"$python" "$here/test.py" Spark

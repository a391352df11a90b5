#!/bin/sh
# Every policy of a folder to JSON Lines, then a table of what each one says most about.
#
#   sh examples/batch.sh FOLDER OUT.jsonl
set -eu
folder=$1
out=$2

# One document that cannot be read does not stop the others: it has a line with status "error", and policyx exits with 2.
status=0
policyx extract "$folder" --no-evidence --no-text --force -o "$out" || status=$?
[ "$status" -le 2 ] || exit "$status"

jq -r '
  [ .source.path, .status, .words,
    (.types | to_entries | map(select(.value.words > 0)) | sort_by(-.value.words)[:3] | map(.key) | join(" ")) ]
  | @tsv' "$out" |
while IFS="$(printf '\t')" read -r path state words types; do
    case $state in
        ok) printf '%s: %s words, mostly %s\n' "$path" "$words" "$types" ;;
        *) printf '%s: %s\n' "$path" "$state" ;;
    esac
done
exit "$status"

#!/bin/sh
# What policies say about cookies: when each was captured, then the clauses word for word, denials marked.
#
#   sh examples/cookies.sh PATH…
set -eu

policyx extract --format jsonl --type cookies "$@" |
jq -r '
  "\(.source.path) (captured \(.archive.captured_at // "at an unknown time"))",
  if .status != "ok" then "  not read: \(.status)"
  elif .sections == [] then "  nothing"
  else .sections[].clauses[]
    | "  \(if .denied | index("cookies") then "(denies) " else "" end)\(.text | gsub("\\s+"; " "))"
  end'

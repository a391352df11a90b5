#!/bin/sh
# What policies say about cookies: capture time, what is denied, and the clauses word for word.
#
#   sh examples/cookies.sh PATH…
set -eu

policyx extract --format jsonl --type cookies "$@" |
jq -r '
  "\(.source.path) (captured \(.archive.captured_at // "at an unknown time"))",
  if .sections == [] then "  says nothing of cookies"
  else .sections[].clauses[]
    | "  \(if .denied | index("cookies") then "NO " else "yes" end) \(.text | gsub("\\s+"; " "))"
  end'

#!/bin/sh
# How fast policyx is beside other tools, on copies of your own policies: prints the ratios that the README shows.
#
#   sh examples/bench.sh FOLDER [FILES [ROUNDS]]
#
# FOLDER holds policies (Markdown, text, HTML). FILES (10000) files of about 11 KB are cut from them, all different, in a folder
# of its own that is removed in the end. Needs python3 and rg; trafilatura too, where FOLDER holds web pages. Each pair of
# commands runs in turn, ROUNDS (5) times; the ratio is that of their medians. Set POLICYX to use another binary.
set -eu
folder=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
policyx=${POLICYX:-policyx}
for tool in "$policyx" python3 rg; do
    command -v "$tool" > /dev/null || { echo "bench.sh: there is no \`$tool\` here" >&2; exit 2; }
done
python3 - "$folder" "$work" "${2:-10000}" "${3:-5}" "$policyx" <<'PYTHON'
import json, pathlib, re, resource, statistics, subprocess, sys, time

folder, work, files, rounds, policyx = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
SIZE = 9_000  # at least, up to the end of a paragraph
ENDS = {".md", ".markdown", ".txt", ".text"}


def make():
    """Cuts files from the policies: paragraphs from another place on, so that no two are the same."""
    texts = [p.read_text(encoding="utf-8", errors="replace") for p in sorted(pathlib.Path(folder).rglob("*")) if p.suffix in ENDS]
    texts = [t.split("\n\n") for t in texts if len(t) > 2_000]
    if not texts:
        sys.exit(f"{folder}: no policy ends in one of {', '.join(sorted(ENDS))}")
    for i in range(files):
        parts = texts[i % len(texts)]
        at, size, cut = (i // len(texts) * 7) % len(parts), 0, [f"# Privacy policy {i}"]
        while size < SIZE:
            cut.append(parts[at % len(parts)])
            size, at = size + len(cut[-1]) + 2, at + 1
        place = work / "docs" / f"{i // 1000:04}" / f"{i}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n\n".join(cut), encoding="utf-8")
    return work / "docs"


def seconds(*commands, cpu=False):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        if status > (1 if command[0] == "rg" else 0):
            sys.exit(f"{' '.join(map(str, command))} ended with status {status}")
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime if cpu else wall


def compare(name, ours, others, **options):
    """Runs our commands and others in turn and prints how many times as fast ours are."""
    compare_times(name, [(seconds(*ours, **options), seconds(*others, **options)) for _ in range(rounds)])


def compare_times(name, times):
    a, b = (statistics.median(column) for column in zip(*times))
    print(f"| {name} | {b / a:.3g} | {min(y / x for x, y in times):.3g}–{max(y / x for x, y in times):.3g} |", flush=True)


docs = make()
size = sum(p.stat().st_size for p in docs.rglob("*.md"))
print(f"{files} files, {size / 1e6:.0f} MB\n\n| policyx against | times as fast | range |\n|---|---|---|", flush=True)
extract = [policyx, "extract", "--format", "jsonl", docs]
pattern = "third[- ]part(y|ies)"
shown = pattern.replace("|", "\\|")
for jobs in ("1", "2"):
    compare(f"`rg -ci '{shown}'`, threads: {jobs}", [[*extract, "-j", jobs]], [["rg", "-j", jobs, "-ci", pattern, docs]])
compare("`xargs wc -w`, one thread", [[*extract, "-j", "1"]], [["sh", "-c", f"find {docs} -type f | xargs wc -w"]])
compare("itself on one thread, on two", [[*extract, "-j", "2"]], [[*extract, "-j", "1"]])
few = sorted(docs.rglob("*.md"))[:20]
compare("`rg -c` on one file each, 20 files, processor time", [[policyx, "extract", one] for one in few], [["rg", "-c", pattern, one] for one in few], cpu=True)

# Python's `re` with the same rules on the same clauses, against all of extract.
rules = [json.loads(line) for line in subprocess.run([policyx, "rules", "list", "--json"], capture_output=True, text=True, check=True).stdout.splitlines()]
compiled = [re.compile(rule["pattern"], re.ASCII) for rule in rules if rule["applies"] == "clause"]
records = subprocess.run([policyx, "extract", "--format", "jsonl", *few], capture_output=True, text=True, check=True).stdout.splitlines()
clauses = [c["text"].lower() for line in records for s in json.loads(line)["sections"] for c in s["clauses"]]
start = time.perf_counter()
for clause in clauses:
    for rule in compiled:
        rule.search(clause)
python = (time.perf_counter() - start) / len(few)
own = [seconds([policyx, "extract", "--format", "jsonl", "-j", "1", docs]) / files for _ in range(rounds)]
compare_times("Python `re` with the same rules, one thread", [(one, python) for one in own])

pages = [p for p in sorted(pathlib.Path(folder).rglob("*")) if p.suffix in {".html", ".htm"}]
try:
    import trafilatura
except ImportError:
    trafilatura = None
if pages and trafilatura:
    def reader():
        start = time.process_time()
        for page in pages:
            trafilatura.extract(page.read_bytes())
        return time.process_time() - start
    compare_times(f"`trafilatura.extract` on {len(pages)} web pages, processor time", [
        (seconds([policyx, "text", "--policy", *pages], cpu=True), reader()) for _ in range(rounds)
    ])
PYTHON

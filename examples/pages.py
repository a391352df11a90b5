#!/usr/bin/env python3
"""Compares policyx with trafilatura and readability on saved web pages whose policy text people marked.

    pip install trafilatura lxml_html_clean readability-lxml
    examples/pages.py FOLDER [--policyx PATH] [--rounds N]

FOLDER has html/NAME.html and gold/NAME.txt for each page. Prints a Markdown table: the mean F1 of the text by runs of four
words, the marked headings and list items that come out as such, and pages a second of processor time on one core (the median
of several rounds in turn; policyx as a whole process with its start, the others without that of Python).
"""
import argparse, collections, html, os, pathlib, re, resource, statistics, subprocess, tempfile

import lxml.html, readability, trafilatura

HEADS = "h1 h2 h3 h4 h5 h6 b strong dt summary legend".split()


def words(text):
    return re.findall(r"[a-z0-9]+", html.unescape(text).lower())


def fold(line):
    return "".join(words(re.sub(r"^\s*(\(?\d[\d.]*[.):]?|\(?[a-zA-Z][.)]|[ivxIVX]+[.)])\s+", "", line)))


def runs(text):
    w = words(text)
    return collections.Counter(tuple(w[i:i + 4]) for i in range(max(0, len(w) - 3)))


def f1(text, gold):
    got, want = runs(text), runs(gold)
    both = sum((got & want).values())
    return 2 * both / max(1, sum(got.values()) + sum(want.values()))


def marked(page, gold):
    """The folded lines of the marked text that are headings in the page, and those that are list items of over three words."""
    lines = [line for line in gold.splitlines() if line.strip()]
    tree = lxml.html.fromstring(page)
    texts = lambda tags: {fold(part) for e in tree.iter(*tags) for t in [e.text_content()] for part in [t, *t.splitlines()]}
    heads, items = texts(HEADS), {fold(e.text_content()) for e in tree.iter("li") if len(words(e.text_content())) > 3}
    may_head = lambda s: len(s.split()) <= 16 and "://" not in s and not s.rstrip().endswith((",", ";"))
    is_sentence = lambda s: s.rstrip().endswith(".") and len(s.split()) > 8
    keys = lambda found: {fold(line) for line in lines if len(fold(line)) > 2 and fold(line) in found}
    return {fold(s) for s in lines if may_head(s) and not is_sentence(s)} & keys(heads), keys(items) - keys(heads)


def of_markdown(text):
    """The folded headings and list items of Markdown; a bold line is a heading."""
    heads, items = set(), set()
    for line in text.splitlines():
        bare = re.sub(r"\]\([^)]*\)", "]", line.strip())
        if re.match(r"#+ |\*\*.*\*\*[:.]?$|[A-Z][^a-z]*$", bare):
            heads.add(fold(bare))
        if item := re.match(r"(?:[-*+]|\d+\.) +(.*)", bare):
            items.add(fold(item[1]))
            if re.match(r"\*\*.*\*\*$", item[1]):
                heads.add(fold(item[1]))
        if lead := re.match(r"(?:[-*+] +)?\*\*(.+?)\*\*", bare):
            heads.add(fold(lead[1]))
    return heads, items


def of_html(source):
    tree = lxml.html.fromstring(source) if source.strip() else lxml.html.fromstring("<p>")
    texts = lambda tags: {fold(part) for e in tree.iter(*tags) for t in [e.text_content()] for part in [t, *t.splitlines()]}
    return texts(HEADS), texts(["li"])


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("folder", type=pathlib.Path)
    a.add_argument("--policyx", default="policyx")
    a.add_argument("--rounds", type=int, default=5)
    a = a.parse_args()
    files = sorted(a.folder.glob("html/*.html"))
    pages = [file.read_bytes() for file in files]
    golds = [(a.folder / "gold" / f"{file.stem}.txt").read_text(encoding="utf-8") for file in files]

    def policyx():
        with tempfile.TemporaryFile() as out:
            subprocess.run([a.policyx, "text", "--policy", *files], stdout=out, check=True)

    ways = {
        "policyx": (policyx, lambda i: subprocess.run([a.policyx, "text", "--policy", files[i]], capture_output=True, text=True,
                                                      check=True).stdout, of_markdown),
        "trafilatura": (lambda: [trafilatura.extract(page) for page in pages],
                        lambda i: trafilatura.extract(pages[i], output_format="markdown", include_formatting=True) or "",
                        of_markdown),
        "readability": (lambda: [readability.Document(page.decode("utf-8", "replace")).summary() for page in pages],
                        lambda i: readability.Document(pages[i].decode("utf-8", "replace")).summary(), of_html),
    }
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    seconds = {name: [] for name in ways}

    def used():
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in both)

    for _ in range(a.rounds):
        for name, (run, _, _) in ways.items():
            start = used()
            run()
            seconds[name].append(used() - start)
    print("| | F1 | headings kept | list items kept | pages a second |\n|---|---|---|---|---|")
    for name, (_, text, parts) in ways.items():
        scores, kept, all_ = [], [0, 0], [0, 0]
        for i, gold in enumerate(golds):
            got = text(i)
            plain = lxml.html.fromstring(got).text_content() if parts is of_html and got.strip() else re.sub(r"\]\([^)]*\)", "]", got)
            scores.append(f1(plain, gold))
            for k, (want, have) in enumerate(zip(marked(pages[i], gold), parts(got))):
                kept[k] += len(want & have)
                all_[k] += len(want)
        rate = len(pages) / statistics.median(seconds[name])
        print(f"| {name} | {statistics.mean(scores):.3f} | {kept[0] / all_[0]:.2f} | {kept[1] / all_[1]:.2f} | {rate:,.0f} |")


main()

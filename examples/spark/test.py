"""Tests of what is in this folder: `sh examples/spark/test.sh POLICYX [FOLDER…]` runs them.

The documents of the folders, packed, with bad lines among them, must come out as `policyx extract --from jsonl` answers them, byte
for byte. policyx has a stand-in that hands each line on to it but dies, hangs or leaves at a mark in the text, as policyx
should not. `POLICYX` names the program, `POLICYX_FOLDERS` the folders, one a line.
"""
from __future__ import annotations

import base64, concurrent.futures, functools, gzip, json, os, pathlib, runpy, shutil, signal, stat, subprocess, sys, tempfile
import threading, time, unittest, unittest.mock
from typing import Iterable

from policyx_stream import Failure, answers

HERE = pathlib.Path(__file__).resolve().parent
POLICYX = os.path.abspath(os.environ["POLICYX"])
EXTRACT = ["extract", "--max-bytes", "200000"]
AT_LEAST = 300  # lines, for more than two batches a partition

STAND_IN = r"""#!{python} -IS
import os, select, subprocess, sys, time
command = [{policyx!r}, *sys.argv[1:]]
if sys.argv[1] == "schema":
    os.execv(command[0], command)
policyx = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
out, answered = sys.stdout.buffer, 0
for line in sys.stdin.buffer:
    if b"!abort!" in line:
        os.kill(os.getpid(), 6)
    if b"!panic!" in line:
        os._exit(101)
    if b"!leave!" in line or answered == {leaves_after}:
        os._exit(0)
    if b"!torn!" in line:
        os.write(1, b'{{"id":')
        os._exit(0)
    while b"!hang!" in line:
        time.sleep(1)
    if b"!pause!" in line and not os.path.exists({place!r} + "/go"):
        with open({place!r} + "/new", "w") as file:
            file.write(str(os.getpid()))
        os.rename({place!r} + "/new", {place!r} + "/paused")
        while not os.path.exists({place!r} + "/go"):
            time.sleep(0.05)
    policyx.stdin.write(line)
    policyx.stdin.flush()
    if line.strip(b" \t\r\n\f"):
        out.write(policyx.stdout.readline() * {times})
        answered += 1
    # As policyx does, and no sooner: what is not out yet is lost with the process.
    if answered == {leaves_after} or not select.select([0], [], [], 0)[0]:
        out.flush()
"""

# What a line's text does to the stand-in, and the `error_kind` of its record.
POISON = {"!abort!": "crash", "!panic!": "crash", "!leave!": "crash", "!torn!": "crash", "!hang!": "timeout"}

BAD_LINES = [
    b"broken",
    b"[]",
    b"{}",
    b"",
    b" \t\r",
    b" \x0b",
    b"\xef\xbb\xbf ",
    b'{"id": "bad base64", "content_base64": "!!"}',
    b'{"id": "a document", "content_base64": "JVBERi0xLjQKJeLjz9M="}',
    b'{"id": "no UTF-8", "text": "We use \xe9 and \xff."}',
    b'{"id": "overlong", "text": "' + b"We use cookies. " * 20_000 + b'"}',
    b'{"id": null, "text": null}',
    b'\xef\xbb\xbf{"id": "marked", "text": "We use cookies."}\r',
    b'{"id":\r"returns", "text": "We use \\ud83d cookies.\\r\\n\\u0000\\u001b\\\\N\t\x0b\x0c\r"}',
    '{"id": "ends of lines", "text": "We use\u2028cookies.\u2029We\u0085sell."}'.encode(),
    b'{"id": 12345678901234567890123, "html": "<p>We use cookies."}',
]


def documents() -> list[bytes]:
    """The lines of the packed folders, again and again under other ids, until there are enough."""
    folders = os.environ["POLICYX_FOLDERS"].splitlines()
    pack = subprocess.run([POLICYX, "pack", *folders], stdout=subprocess.PIPE)  # what cannot be read has a line, too
    packed = pack.stdout.split(b"\n")[:-1]
    assert packed, f"no document in {folders}"
    rounds = -(-AT_LEAST // len(packed))
    return [line.replace(b'{"id":"', b'{"id":"%d:' % number, 1) for number in range(rounds) for line in packed]


def poison(mark: str) -> list[bytes]:
    """Lines with the mark in their text: one with an id, one with an id that no float holds, one without."""
    text = f"We use cookies. {mark} We sell caf\u00e9s."
    rest = json.dumps({"text": text, "path": "caf\u00e9.md"}, ensure_ascii=False)[1:].encode()
    return [b'{"id": "caf\xc3\xa9", ' + rest, b'{"id": 98765432109876543210987, ' + rest, b"{" + rest]


@functools.lru_cache(maxsize=None)
def mixed(marks: tuple[str, ...]) -> list[bytes]:
    """Documents with bad lines and marked ones among them."""
    lines = documents()
    # One that hangs is enough to wait for.
    extra = BAD_LINES + [line for mark in marks for line in poison(mark)[:1 if mark == "!hang!" else 3]]
    for index, line in enumerate(extra):
        lines.insert((index * 37 + 11) % len(lines), line)
    return lines


def direct(lines: list[bytes], command: list[str] = EXTRACT) -> list[str]:
    """What policyx answers without anything between."""
    command = [POLICYX, *command, "--from", "jsonl", "--quiet"]
    run = subprocess.run(command, input=b"\n".join(lines), stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().split("\n")[:-1]


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self) -> None:
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def stand_in(self, leaves_after: int = -1, times: int = 1) -> str:
        path = self.place / "stand-in"
        path.write_text(STAND_IN.format(
            python=sys.executable, policyx=POLICYX, place=str(self.place), leaves_after=leaves_after, times=times))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def assert_same(self, got: Iterable[str], wanted: list[str]) -> None:
        """Without a diff, which takes minutes for texts of this size."""
        got = list(got)
        self.assertEqual(len(got), len(wanted), "records out are not lines in")
        for number, (one, other) in enumerate(zip(got, wanted), 1):
            self.assertTrue(one == other, f"record {number}:\n{one[:300]}\nbut policyx answers\n{other[:300]}")

    def assert_answers(self, got: list[str], lines: list[bytes]) -> None:
        """Marked lines have error records, which differ from policyx's own in two fields; all others are policyx's own."""
        marked = {number for number, line in enumerate(lines) if kind(line)}
        tame = [b'{"path": "caf\xc3\xa9.md"}' if number in marked else line for number, line in enumerate(lines)]
        # policyx's record of each line that is not blank, with the number of the line.
        numbers = [number for number, line in enumerate(lines) if line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\f")]
        asked, errors = direct(lines), direct(tame)
        self.assertEqual(len(numbers), len(asked))
        self.assertEqual(len(got), len(asked), "records out are not lines in")
        for number, answer, own, error in zip(numbers, got, asked, errors):
            if number not in marked:
                self.assert_same([answer], [own])
                continue
            record, wanted = json.loads(answer), json.loads(error)
            self.assertRegex(record["error_message"], "^policyx (ended with status -?[0-9]+|did not answer within)")
            wanted.update(id=json.loads(own)["id"], error_kind=kind(lines[number]), error_message=record["error_message"])
            self.assertEqual(list(record.items()), list(wanted.items()))
            self.assertEqual(record["status"], "error")


def kind(line: bytes) -> str | None:
    """The `error_kind` of a marked line."""
    return next((kind for mark, kind in POISON.items() if mark.encode() in line), None)


class Stream(Case):
    """policyx_stream.py without anything around it."""

    def test_answers_are_those_of_policyx(self) -> None:
        lines = mixed(())
        for command in EXTRACT, ["classify", "--keep", "path"]:
            self.assert_same(answers([POLICYX, *command], lines), direct(lines, command))
        self.assertEqual(list(answers([POLICYX, *EXTRACT], [])), [])
        self.assertEqual(list(answers(["/no/such/program"], [b"", b" \n"])), [])

    def test_lines_are_text_or_bytes_and_may_have_line_feeds(self) -> None:
        lines = documents()[:10]
        wanted = direct(lines)
        broken = lambda line: line.replace(b'{"id', b'{\n"id').decode() + "\r\n"
        for form in bytearray, bytes.decode, lambda line: line + b"\n", broken:
            self.assert_same(answers([POLICYX, "extract"], map(form, lines)), wanted)

    def test_a_line_is_named_by_its_number_wherever_the_input_is_cut(self) -> None:
        lines = mixed(())
        got, cuts = [], [0, 1, 70, 71, 250, len(lines)]
        for start, end in zip(cuts, cuts[1:]):
            got += answers([POLICYX, *EXTRACT], lines[start:end], first=start + 1)
        self.assert_same(got, direct(lines))

    def test_each_line_is_answered_once_whatever_some_do(self) -> None:
        lines = mixed(tuple(mark for mark in POISON if mark != "!hang!"))
        self.assert_answers(list(answers([self.stand_in(), *EXTRACT], lines, timeout=60)), lines)

    def test_what_hangs_is_not_waited_for(self) -> None:
        lines = documents()[:20] + poison("!hang!")[:1] + documents()[20:90]
        self.assert_answers(list(answers([self.stand_in(), "extract"], lines, timeout=4)), lines)

    def test_nothing_is_lost_when_policyx_leaves_early(self) -> None:
        for leaves_after, lines in (1, documents()[:90]), (50, mixed(())):
            self.assert_same(answers([self.stand_in(leaves_after), *EXTRACT], lines, timeout=60), direct(lines))

    def test_one_answer_too_many_is_an_error(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "more answers than"):
            list(answers([self.stand_in(times=2), "extract"], documents()[:10]))

    def test_a_fault_of_no_line_is_an_error(self) -> None:
        for command in ["/bin/sh", "-c", "exit 2"], ["/bin/sh", "-c", "exit 0"], [self.stand_in(times=0), "extract"]:
            with self.assertRaises(Failure):
                list(answers(command, documents()[:10], timeout=2))
        with self.assertRaises(FileNotFoundError):
            list(answers(["/no/such/program"], documents()))

    def test_an_error_in_the_lines_comes_through(self) -> None:
        def lines():
            yield from documents()[:100]
            raise LookupError("upstream")

        with self.assertRaisesRegex(LookupError, "upstream"):
            list(answers([POLICYX, "extract"], lines()))

    def test_nothing_runs_on_when_the_rest_is_not_wanted(self) -> None:
        before = threading.active_count()
        some = answers([POLICYX, "extract"], documents())
        next(some)
        self.assertGreater(threading.active_count(), before)
        some.close()
        until = time.monotonic() + 60
        while threading.active_count() > before and time.monotonic() < until:
            time.sleep(0.01)
        self.assertEqual(threading.active_count(), before)

    def test_partitions_may_run_side_by_side_in_one_process(self) -> None:
        lines, stand_in = documents()[:90] + poison("!abort!"), self.stand_in()
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for got in pool.map(lambda _: list(answers([stand_in, "extract"], lines)), range(3)):
                self.assert_answers(got, lines)


class Spark(Case):
    """The jobs, in one process, and on a cluster of two executors of which one is killed."""

    def conf(self) -> dict[str, str]:
        """What keeps Spark small and quiet, and cuts the input into some parts."""
        return {
            "spark.sql.files.maxPartitionBytes": str(sum(map(len, mixed(()))) // 6),
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }

    def session(self):
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.master("local[2]").config(map=self.conf()).getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        return spark

    def run_job(self, name: str, *args: str) -> None:
        """Runs a job of this folder in the session of this process, which it ends."""
        with unittest.mock.patch.object(sys, "argv", [name, *args]):
            runpy.run_path(str(HERE / name), run_name="__main__")

    def write(self, lines: list[bytes]) -> str:
        (self.place / "in.jsonl").write_bytes(b"\n".join(lines))
        return str(self.place / "in.jsonl")

    def parts(self, folder: str) -> list[str]:
        parts = sorted((self.place / folder).glob("part-*"))
        self.assertGreater(len(parts), 1)
        text = b"".join(gzip.decompress(part.read_bytes()) if part.suffix == ".gz" else part.read_bytes() for part in parts)
        return text.decode().split("\n")[:-1]

    def test_jsonl(self) -> None:
        lines = mixed(tuple(POISON))
        self.session()
        self.run_job("jsonl.py", "--policyx", self.stand_in(), "--timeout", "8", "--gz", self.write(lines),
                     str(self.place / "out"), "--", *EXTRACT)
        self.assert_answers(self.parts("out"), lines)

    def test_parquet(self) -> None:
        packed = [json.loads(line) for line in documents()]
        texts = [document["text"] for document in packed if document["text"] is not None]
        bodies = lambda text: [(text, None, None), (None, f"<p>{text}", None), (None, None, text.encode("utf-16"))]
        rows = [(number, f"{number}.md", *bodies(text)[number % 3]) for number, text in enumerate(texts)]
        spark = self.session()
        table = spark.createDataFrame(rows, "id BIGINT, path STRING, text STRING, html STRING, content BINARY")
        table.repartition(5).write.parquet(str(self.place / "in"))
        self.run_job("parquet.py", "--policyx", POLICYX, str(self.place / "in"), str(self.place / "out"))

        names = "id", "path", "text", "html", "content_base64"
        rows = [(*row[:4], row[4] and base64.b64encode(row[4]).decode()) for row in rows]
        wanted = direct([json.dumps(dict(zip(names, row))).encode() for row in rows], ["extract"])
        (self.place / "wanted.jsonl").write_text("\n".join(wanted), encoding="utf-8")
        schema = subprocess.run([POLICYX, "schema", "--for", "spark"], stdout=subprocess.PIPE, text=True, check=True).stdout
        spark = self.session()
        wanted = spark.read.schema(f"id BIGINT, {schema}").json(str(self.place / "wanted.jsonl"))
        got = spark.read.parquet(str(self.place / "out"))
        self.assertEqual(wanted.count(), len(texts))
        self.assertEqual(got.columns, wanted.columns)
        self.assertEqual(got.count(), wanted.count())
        self.assertEqual(got.exceptAll(wanted).count(), 0)
        self.assertGreater(got.filter("status = 'ok' and size(sections) > 1").count(), 0)
        spark.stop()

    def test_an_executor_is_killed(self) -> None:
        lines = mixed(("!abort!", "!panic!", "!hang!"))
        lines = lines[:150] + poison("!pause!")[:1] + lines[150:]
        import pyspark

        home = str(pathlib.Path(pyspark.__file__).parent)
        submit = [f"{home}/bin/spark-submit", "--master", "local-cluster[2,1,1024]"]
        for setting in self.conf().items():
            submit += ["--conf", "=".join(setting)]
        job = [str(HERE / "jsonl.py"), "--policyx", self.stand_in(), "--timeout", "8", self.write(lines), str(self.place / "out")]
        environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_HOME": home}
        with open(self.place / "log", "w+") as log:
            process = subprocess.Popen([*submit, *job, "--", *EXTRACT], cwd=self.place, env=environment, stdout=log, stderr=log)
            try:
                killed = self.kill_executor_at_pause(process)
                status = process.wait(300)
            finally:
                process.kill()
                process.wait()
            log.seek(0)
            text = log.read()
        self.assertEqual(status, 0, text[-5000:])
        self.assertTrue(killed)
        self.assertIn("exited with code 137", text)
        self.assert_answers(self.parts("out"), lines)

    def kill_executor_at_pause(self, job: subprocess.Popen) -> bool:
        """Kills the executor whose stand-in pauses: one of those that the job has started."""
        while not (self.place / "paused").exists():
            if job.poll() is not None:
                return False
            time.sleep(0.05)
        line = ancestors(int((self.place / "paused").read_text()))
        self.assertIn(job.pid, line)
        command = lambda pid: pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        os.kill(next(pid for pid in line if b"CoarseGrainedExecutorBackend" in command(pid)), signal.SIGKILL)
        (self.place / "go").touch()
        return True


def ancestors(pid: int) -> list[int]:
    """The process and those above it, from below."""
    line = []
    while pid > 1:
        line.append(pid)
        pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return line


if __name__ == "__main__":
    unittest.main(verbosity=2)

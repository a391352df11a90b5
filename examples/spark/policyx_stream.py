"""Asks policyx about lines of JSON, whatever becomes of it: one answer for each line that is not blank, in order.

    from policyx_stream import answers

    for record in answers(["/opt/policyx", "extract", "--no-text"], open("policies.jsonl", "rb")):
        print(record)

This is what a partition of Spark, Dask or Ray needs, or a plain loop. It knows nothing of policies: a policyx of its own
(`extract` or `classify --from jsonl`) does the work and gives every record its fields. If that ends or falls silent before it has
answered, the lines under way are asked again one at a time. The one that it fails on even so gets a record with the status
`error` and the `error_kind` `crash` or `timeout`, and the rest go on.
"""
from __future__ import annotations

import collections, contextlib, hashlib, itertools, json, queue, re, subprocess, threading
from typing import Iterable, Iterator, Sequence

Line = tuple[int, bytes]  # a line and its number in the input, from 1

# A batch is on its way while the answers to the one before it are taken: twice this is the most that is kept for asking again.
BATCH_LINES, BATCH_BYTES = 64, 4 << 20

# Blank lines for those that were read by others: a partition may start at any number.
BLANKS = b"\n" * (1 << 20)

BLANK = re.compile(rb"(\xef\xbb\xbf)?[ \t\r\n\f]*\Z")  # what policyx passes over: white space, maybe behind a byte order mark
DOCUMENT = {"text", "html", "content_base64"}  # the fields of a line that hold its document


def answers(command: Sequence[str], lines: Iterable[bytes | str], *, first: int = 1, timeout: float = 120) -> Iterator[str]:
    """Gives the answer of `command`, such as `["/opt/policyx", "extract"]`, to each line that is not blank.

    `first` is the number of the first line: policyx names a line that has no id by its number. An answer that does not come
    within `timeout` seconds will not be waited for.
    """
    policyx = Policyx(command, timeout)
    waiting: collections.deque[Line] = collections.deque()
    try:
        for batch in itertools.chain(batches(lines, first), [[]]):
            policyx.ask(batch)
            waiting.extend(batch)
            while len(waiting) > len(batch):
                try:
                    answer = policyx.answer()
                except Failure:
                    yield from map(policyx.ask_alone, waiting)
                    waiting.clear()
                else:
                    waiting.popleft()
                    yield answer
        policyx.end()
    finally:
        policyx.kill()


def batches(lines: Iterable[bytes | str], first: int) -> Iterator[list[Line]]:
    """Numbers the lines and puts them together, blank ones left out."""
    batch: list[Line] = []
    size = 0
    for number, line in enumerate(lines, first):
        line = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else bytes(line)
        line = line.removesuffix(b"\n").replace(b"\n", b" ")  # in JSON, a space says the same
        if BLANK.match(line):
            continue
        batch.append((number, line))
        size += len(line)
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


class Failure(Exception):
    """An answer did not come. `kind` is the `error_kind` of the line's record, should it be the line's fault."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Policyx:
    """A policyx that is started when there is something to ask, and anew after each failure.

    Two threads write and read, so that neither pipe can fill up while the other is waited for, and a wait can have an end.
    """

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self.command = [*command, "--from", "jsonl", "--jobs", "1", "--quiet"]
        self.timeout = timeout
        self.process: subprocess.Popen | None = None

    def ask(self, batch: Iterable[Line]) -> None:
        """Sends lines, each under its own number: blank lines stand in for those that this process has not seen."""
        text = bytearray()
        for number, line in batch:
            if self.process is None:
                self.start()
            many, few = divmod(number - self.next_number, len(BLANKS))
            if many:
                self.questions.put(text)
                text = bytearray()
                for _ in range(many):
                    self.questions.put(BLANKS)
            text += b"\n" * few + line + b"\n"
            self.next_number = number + 1
        if text:
            self.questions.put(text)

    def start(self) -> None:
        """The environment is left out: policyx reads none, and so answers alike wherever it runs."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
        self.questions: queue.SimpleQueue = queue.SimpleQueue()
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        self.next_number = 1
        for work, pipe, way in (write, self.process.stdin, self.questions), (read, self.process.stdout, self.answers):
            threading.Thread(target=work, args=(pipe, way), daemon=True).start()

    def answer(self) -> str:
        """Waits for the next answer, or kills the process and tells why there is none."""
        try:
            answer = self.answers.get(timeout=self.timeout)
            if answer.endswith(b"\n"):  # else the end, maybe in the middle of an answer
                return answer[:-1].decode()
            failure = Failure("crash", f"policyx ended with status {self.process.wait(self.timeout)} before it answered")
        except (queue.Empty, subprocess.TimeoutExpired):
            failure = Failure("timeout", f"policyx did not answer within {self.timeout:g} seconds")
        self.kill()
        raise failure

    def ask_alone(self, line: Line) -> str:
        """Asks with nothing else under way, and blames the line for a failure."""
        is_fresh = self.process is None
        self.ask([line])
        try:
            return self.answer()
        except Failure as failure:
            if failure.kind == "crash" and not is_fresh:
                return self.ask_alone(line)  # the lines before it may have worn the process out
            # policyx makes the record, of the same line without a document. If it fails on that, the fault is no line's.
            self.ask([(line[0], without_document(*line))])
            record = json.loads(self.answer())
            record.update(error_kind=failure.kind, error_message=str(failure))
            return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    def end(self) -> None:
        """Sees that no line was answered twice."""
        if self.process is not None:
            self.questions.put(None)
            with contextlib.suppress(queue.Empty):  # all have been answered
                if self.answers.get(timeout=self.timeout):
                    raise RuntimeError("policyx gave more answers than there are lines")

    def kill(self) -> None:
        if self.process is not None:
            self.questions.put(None)
            self.process.kill()
            self.process.wait()
            self.process = None


def write(pipe, questions: queue.SimpleQueue) -> None:
    """Writes until it is given None. That a process no longer reads shows by the answers that do not come."""
    with contextlib.suppress(OSError), pipe:
        for text in iter(questions.get, None):
            pipe.write(text)
            pipe.flush()


def read(pipe, answers: queue.SimpleQueue) -> None:
    """Reads lines to the end, which is an empty one."""
    with pipe:
        for line in pipe:
            answers.put(line)
    answers.put(b"")


def without_document(number: int, line: bytes) -> bytes:
    """Leaves the id and what `--keep` may ask for. A line without an id is named as policyx names it, by its number and hash."""
    try:
        fields = json.loads(line.decode("utf-8-sig", "replace"), strict=False)
        fields = {name: value for name, value in fields.items() if name not in DOCUMENT}
    except (ValueError, AttributeError, RecursionError):
        fields = {}
    if fields.get("id") is None:
        fields["id"] = f"{number}:{hashlib.sha256(line).hexdigest()[:16]}"
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")

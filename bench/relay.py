"""Measure the relay: `python -m bench.relay [--endpoints 8] [--events 2000] [--relays 1,2]`.

Prints deliveries a second and the CPU of the relays per delivery, on a database of each engine and
a receiver on this machine, in a process of its own, that accepts everything after so many
milliseconds. The events are those of learners in turn, because each learner's are delivered in
their order. A backlog: `--endpoints 1 --events 100000 --learners 2000 --relays 1`; whether it gets
slower as it grows is in the CPU of its first and its last thousand deliveries, of each relay.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import cast

from bench.running import await_port, stop
from bench.server import database, environment, prepare
from tests.programs.ports import free_port

THOUSAND = 1000


class Accepting(asyncio.Protocol):
    """Answers every call with 204; as light as can be, because it has the relays' processors."""

    seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *([0-9]+)", head)
        if end and length is not None and len(body) >= int(length[1]):
            asyncio.get_running_loop().call_later(self.seconds, self._answer)

    def _answer(self) -> None:
        self._transport.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        self._transport.close()


async def receive(port: int, latency_ms: float) -> None:
    """Take calls until the process is stopped."""
    Accepting.seconds = latency_ms / 1000
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Accepting, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


def main() -> None:
    options = _options()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        receiver = _begin({**os.environ}, "receive", str(port), str(options.latency))
        try:
            await_port(port, receiver, Path(folder) / "none")
            for engine in options.databases.split(","):
                for relays in map(int, options.relays.split(",")):
                    _measure(options, engine, relays, port)
        finally:
            stop(receiver)


def _measure(options: argparse.Namespace, engine: str, relays: int, port: int) -> None:
    with database(engine) as url, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), url)
        prepare(env)
        sizes = (options.endpoints, options.events, options.learners, port)
        _run(env, "seed", *map(str, sizes))
        running = [_begin(env, "drain") for _number in range(relays)]
        for process in running:
            _line(process)
        begun = time.monotonic()
        for process in running:
            _write(process, "begin")
        found = [[float(one) for one in _line(process).split()] for process in running]
        seconds = time.monotonic() - begun
        spent, first, last = (sum(one) for one in zip(*found, strict=True))
        for process in running:
            process.wait()
        sent = options.endpoints * options.events
        print(
            f"{engine}, {relays} relays, {options.endpoints} endpoints: "
            f"{sent:,} in {seconds:.0f} s, "
            f"{sent / seconds:.0f} a second, {spent / sent * 1000:.2f} ms of CPU each, "
            f"of the first thousand {first / relays:.2f} ms, of the last {last / relays:.2f} ms",
            flush=True,
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.relay", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--endpoints", type=int, default=8)
    parser.add_argument("--events", type=int, default=500, help="for each endpoint")
    parser.add_argument("--learners", type=int, default=200, help="whose events they are")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds of the receiver")
    parser.add_argument("--relays", default="1,2", help="processes")
    return parser.parse_args()


def _begin(env: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.relay", *arguments]
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _line(process: "subprocess.Popen[bytes]") -> bytes:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        sys.exit(f"{process.args} ended early")
    return line


def _write(process: "subprocess.Popen[bytes]", text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n".encode())
    process.stdin.flush()


def _run(env: dict[str, str], *arguments: str) -> None:
    if _begin(env, *arguments).wait():
        sys.exit(1)


def seed(endpoints: int, events: int, learners: int, port: int) -> None:
    """Make endpoints and events that wait for each of them."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from courses.domain import enrolments, feed, webhooks
    from courses.domain.events import LESSON_COMPLETED
    from courses.models import Course, Enrolment, Event

    now = timezone.now()
    course, model = Course.objects.get(), get_user_model()
    for number in range(learners):
        person = model.objects.create(username=f"relay-{number}")
        enrolments.enrol(course=course, user=person, now=now)
    while feed.number(now=now):
        pass
    for number in range(endpoints):
        webhooks.register(client=None, url=f"http://127.0.0.1:{port}/{number}", now=now)
    people = list(Enrolment.objects.filter(user__username__startswith="relay-"))
    Event.objects.bulk_create(
        (
            Event(
                type=LESSON_COMPLETED,
                occurred_at=now,
                course=course,
                enrolment=people[number % learners],
                data={},
            )
            for number in range(events)
        ),
        batch_size=2000,
    )
    while feed.number(now=timezone.now()):
        pass


def drain() -> None:
    """Run the relay until nothing is left, from the moment at which a line comes in.

    So the time that a program takes to start does not count. Prints that it is ready, and then
    the CPU seconds that it used, and the milliseconds for each of the first thousand and the last.
    """
    from django.utils import timezone

    from courses.domain import relay
    from courses.models import Delivery

    print("ready", flush=True)
    sys.stdin.readline()
    marks = [(0, time.process_time())]
    while Delivery.objects.filter(state=Delivery.State.PENDING).exists():
        run = relay.run_once(clock=timezone.now, jitter=Random(1))
        marks.append((marks[-1][0] + run.delivered, time.process_time()))
    sent, end = marks[-1]
    early = next((mark for mark in marks if mark[0] >= THOUSAND), marks[-1])
    late = next((mark for mark in reversed(marks) if sent - mark[0] >= THOUSAND), marks[0])
    print(end - marks[0][1], _each(marks[0], early), _each(late, marks[-1]), flush=True)


def _each(before: tuple[int, float], after: tuple[int, float]) -> float:
    """Return the milliseconds of CPU for each delivery between two marks."""
    return (after[1] - before[1]) / max(after[0] - before[0], 1) * 1000


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive"]:
        asyncio.run(receive(int(sys.argv[2]), float(sys.argv[3])))
    elif sys.argv[1:2] in (["seed"], ["drain"]):
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
        django.setup()
        from django.conf import settings

        settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
        if sys.argv[1] == "seed":
            seed(*map(int, sys.argv[2:]))
        else:
            drain()
    else:
        main()

"""Measure a learner's journey through the API, and the floor of each call in the same run.

A platform's program reads the lessons, one lesson, notes the visit, starts a quiz of twenty
questions, stores the responses in one call (or each in one), submits and reads the review. `reads`
are calls that a platform makes about all learners, and those for what has not changed.
"""

import argparse
import json
from dataclasses import dataclass
from typing import Any

from bench import sites
from bench.client import Client, Reply, expect
from bench.measuring import Walk
from bench.platform import COURSE, LESSON, QUIZ
from bench.runs import Run, needed, rounds
from bench.seed import ITEMS
from bench.server import Server

LEARNED = f"/courses/{COURSE}/lessons"
LEAST_LEARNERS = 100


def main() -> None:
    options = _options()
    walks = _walks(options.variants)
    walks_beside = _walks(options.beside_variants or options.variants)
    several = [int(one) for one in options.learners.split(",") if int(one) > 1]
    sizes = {"count": options.rounds, "journeys": options.journeys, "several": several}
    learners = max(
        needed(kinds=max(len(walks), len(walks_beside)), warm=options.warm, **sizes), LEAST_LEARNERS
    )
    with sites.opened(options, ["bench.platform", str(learners)]) as servers:
        runs = [
            Run(server, walks_beside if server.is_beside else walks, "l-{}".format)
            for server in servers
        ]
        for run in runs:
            run.warm_up(options.warm, max(several, default=1))
        rounds(runs, **sizes)
        for run in runs:
            run.report()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench api", description=__doc__)
    sites.add_options(parser)
    parser.add_argument("--variants", default=",".join(KINDS))
    parser.add_argument(
        "--beside-variants", help="of the site beside, where it does not know all of them"
    )
    return parser.parse_args()


def _walks(kinds: str) -> dict[str, Walk]:
    return {kind: KINDS[kind] for kind in kinds.split(",")}


@dataclass
class Platform(Client):
    """A platform's program, which has the key that the site was seeded with."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._key = json.loads(self.server.seeded)["key"]

    def call(
        self, step: str, method: str, path: str, sent: Any = None, *, status: int, **more: str
    ) -> Reply:
        """Make the call; the answer must have this status. `more` are headers."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        body = None if sent is None else json.dumps(sent).encode()
        reply = self.ask(step, method, f"/api/v1{path}", body, headers)
        return expect(reply, step, is_right=reply.status == status)


def one_call(server: Server, name: str, **client: Any) -> None:
    """Answer all questions in one call."""
    with Platform(server, **client) as platform:
        attempt, choices = _begin(platform, name)
        rows = [
            {"position": place, "response": {"choice": choice}, "based_on": 0}
            for place, choice in choices.items()
        ]
        body = {"responses": rows}
        path = f"{attempt}/responses"
        reply = platform.call("responses", "PUT", path, body, status=200, Idempotency_Key="all")
        stored = [row["status"] for row in json.loads(reply.body)["results"]]
        expect(reply, "responses", is_right=stored == [201] * ITEMS)
        _end(platform, attempt)


def many_calls(server: Server, name: str, **client: Any) -> None:
    """Answer each question in a call of its own."""
    with Platform(server, **client) as platform:
        attempt, choices = _begin(platform, name)
        for place, choice in choices.items():
            body = {"response": {"choice": choice}, "based_on": 0}
            path, key = f"{attempt}/items/{place}/responses", f"r{place}"
            platform.call("response", "POST", path, body, status=201, Idempotency_Key=key)
        _end(platform, attempt)


def reads(server: Server, _name: str, **client: Any) -> None:
    """Read what a platform shows of the course, then the same again unchanged."""
    paths = {"course": f"/courses/{COURSE}", "lesson content": f"{LEARNED}/{LESSON}"}
    with Platform(server, **client) as platform:
        for step, path in paths.items():
            tag = str(platform.call(step, "GET", path, status=200).headers["ETag"])
            platform.call(f"{step}, unchanged", "GET", path, status=304, If_None_Match=tag)
        path = f"/courses/{COURSE}/progress?limit=100"
        reply = platform.call("progress of 100", "GET", path, status=200)
        rows = len(json.loads(reply.body)["results"])
        expect(reply, "progress of 100", is_right=rows == 100)


KINDS = {"one call": one_call, "many calls": many_calls, "reads": reads}


def _begin(platform: Platform, who: str) -> tuple[str, dict[int, str]]:
    """Read, start, and return the attempt's path and the first choice of each question."""
    course = f"/learners/{who}/courses/{COURSE}"
    lesson = f"{course}/lessons/{LESSON}"
    platform.call("lessons", "GET", LEARNED, status=200)
    platform.call("lesson", "GET", lesson, status=200)
    platform.call("visit", "POST", f"{lesson}/visit", {}, status=204)
    path = f"{course}/quizzes/{QUIZ}/attempts"
    body = json.loads(
        platform.call("start", "POST", path, {}, status=201, Idempotency_Key="s").body
    )
    items = body["items"]
    choices = {one["position"]: one["content"]["options"][0]["key"] for one in items}
    return f"/learners/{who}/attempts/{body['attempt']['id']}", choices


def _end(platform: Platform, attempt: str) -> None:
    platform.call("submit", "POST", f"{attempt}/submit", {}, status=200, Idempotency_Key="e")
    reply = platform.call("review", "GET", f"{attempt}/review", status=200)
    items = len(json.loads(reply.body)["items"])
    expect(reply, "review", is_right=items == ITEMS)


if __name__ == "__main__":
    main()

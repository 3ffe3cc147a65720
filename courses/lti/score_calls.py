"""Scores on their way to a platform: plain data and the calls, without the database."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from courses.domain import outgoing, webhooks
from courses.domain.plain import plain
from courses.lti import access_tokens, column_calls, service_calls
from courses.lti import vocabulary as words
from courses.models import Delivery

MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"
_ANSWER_LENGTH = 500
_FINAL = (400, 404, 410, 422)
"""The platform takes no score of this person at this line item, however often it is sent."""


@dataclass(frozen=True)
class ScoreCall:
    """One cell of the platform's gradebook."""

    score: int
    """The key of the LtiScore."""
    line_item: str
    user_id: str
    timestamp: datetime
    value: dict[str, Any]

    @property
    def body(self) -> bytes:
        found = {**self.value, "userId": self.user_id, "timestamp": plain(self.timestamp)}
        return json.dumps(found, ensure_ascii=False).encode()


@dataclass(frozen=True)
class ScoreAnswer:
    """What the platform answered to one of them."""

    call: ScoreCall
    status: int | None
    text: str
    is_refused: bool
    is_sent: bool


@dataclass(frozen=True)
class ScoreMessage:
    """All cells of one learner that a delivery brings up to date, one after the other.

    The first of a class also makes the `columns` that a teacher asked for.
    """

    delivery: Delivery
    key: access_tokens.AccessKey
    calls: tuple[ScoreCall, ...]
    columns: tuple[column_calls.ColumnCall, ...] = ()

    def call(self, *, now: datetime) -> webhooks.CallOutcome:
        """Send them, until one fails that is to be tried again. Never raises."""
        begun = time.monotonic()
        answers: list[ScoreAnswer | column_calls.ColumnAnswer] = []
        outcome, problems = webhooks.CallOutcome(None, "", 0), []
        for column in self.columns:
            outcome, made = _make(self.key, column, now)
            answers.append(made)
            problems += [f"{column.label}: {made.text}"] if made.end else []
            if not outcome.is_accepted:
                break
        for one in self.calls if outcome.is_accepted or not self.columns else ():
            outcome = _send(self.key, one, now)
            is_refused = outcome.is_final
            answers.append(
                ScoreAnswer(
                    one,
                    outcome.status,
                    outcome.answer,
                    is_refused=is_refused,
                    is_sent=outcome.is_accepted and not is_refused,
                )
            )
            if not outcome.is_accepted:
                break
        duration = round((time.monotonic() - begun) * 1000)
        # The answers to the scores behind them are in the cells; this is nowhere else.
        text = (
            " ".join([*problems, outcome.answer])[:_ANSWER_LENGTH] if problems else outcome.answer
        )
        return replace(outcome, answer=text, duration_ms=duration, detail=tuple(answers))


def scores_address(line_item: str) -> str:
    """Return where scores go: `/scores` ends the path, before a query such as Moodle's."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


def _send(key: access_tokens.AccessKey, call: ScoreCall, now: datetime) -> webhooks.CallOutcome:
    address = scores_address(call.line_item)

    def send(token: Mapping[str, str]) -> outgoing.Answer:
        headers = {**token, "Content-Type": MEDIA_TYPE}
        return outgoing.post(address, body=call.body, headers=headers)

    def ask() -> webhooks.CallOutcome:
        answer = service_calls.with_token(key=key, scope=words.SCORE_SCOPE, send=send)
        return _outcome(answer, now)

    return _guarded(ask, now)


def _make(
    key: access_tokens.AccessKey, call: column_calls.ColumnCall, now: datetime
) -> tuple[webhooks.CallOutcome, column_calls.ColumnAnswer]:
    """Make a column; one that the platform refuses is done with as well."""
    made = [column_calls.ColumnAnswer(call)]

    def ask() -> webhooks.CallOutcome:
        made[0] = column_calls.make(key=key, call=call)
        answer = made[0].answer
        outcome = _outcome(answer, now) if answer else webhooks.CallOutcome(None, "", 0)
        if made[0].problem:
            text = made[0].text if made[0].end else outcome.answer
            return replace(outcome, answer=text, is_final=True)
        if outcome.is_accepted and not made[0].line_item:
            return webhooks.CallOutcome(None, "The answer names no line item.", 0)
        return outcome

    return _guarded(ask, now), made[0]


def _guarded(call: Callable[[], webhooks.CallOutcome], now: datetime) -> webhooks.CallOutcome:
    try:
        return call()
    except access_tokens.TokenRefused as error:
        answer = error.answer
        wait = (
            webhooks.retry_after(answer.headers.get("retry-after", ""), now=now) if answer else None
        )
        # Its status is not that of a score: 400 and 404 are no word on the person.
        return webhooks.CallOutcome(None, str(error), 0, wait)
    except (outgoing.CallRefused, outgoing.CallFailed) as error:
        return webhooks.CallOutcome(None, str(error)[:_ANSWER_LENGTH], 0)
    except Exception as error:  # one broken score must not stop those behind it
        return webhooks.CallOutcome(None, f"{type(error).__name__}: {error}"[:_ANSWER_LENGTH], 0)


def _outcome(answer: outgoing.Answer, now: datetime) -> webhooks.CallOutcome:
    text = answer.body[:_ANSWER_LENGTH].decode("utf-8", "replace").replace("\x00", "\ufffd")
    wait = webhooks.retry_after(answer.headers.get("retry-after", ""), now=now)
    kind = answer.headers.get("content-type", "").lower()
    length = answer.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(answer.body) < int(length[:9]):
        return webhooks.CallOutcome(None, "The answer was cut off.", 0, wait)
    if answer.status == 200 and "html" in kind:  # noqa: PLR2004 (HTTP's own number)
        # A page of the platform, such as the one to sign in: the score was not taken.
        return webhooks.CallOutcome(None, f"A page instead of an answer: {text}"[:500], 0, wait)
    is_final = answer.status in _FINAL
    return webhooks.CallOutcome(answer.status, text, 0, wait, is_final=is_final)

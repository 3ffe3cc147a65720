"""What an attempt ought to do, in plain lists and dicts: the model beside the attempt machine.

Three places: two single-choice questions and one essay. Nothing here comes from the domain but the
words for refusals.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

POINTS = {1: Fraction(2), 2: Fraction(1, 10), 3: Fraction(1)}
ESSAY = 3
NETWORK_GRACE_S = 5


class RefusedError(Exception):
    """The model refuses; `why` is the name of the error that the domain must raise."""

    def __init__(self, why: str, **details: Any) -> None:
        super().__init__(why)
        self.why, self.details = why, details


@dataclass
class Item:
    position: int
    right: str
    log: list[Any] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    is_flagged: bool = False
    tries: int = 0
    score: Fraction | None = None
    is_closed: bool = False
    judged: int = 0
    tried: list[Any] = field(default_factory=list)
    """Values that a rule has judged: given again, they are no further try."""
    judged_by_rule: bool = False
    last_judged: Any = None
    is_blank_judged: bool = False
    """Did a hand-in judge that nothing was answered?"""

    @property
    def value(self) -> Any:
        return self.log[-1] if self.log else None

    def judge(self, credit: list[Fraction], *, is_marked: bool = True) -> None:
        """One more judgement, by rule, on the current value; nobody marks essays in practice."""
        self.judged += 1
        self.judged_by_rule, self.last_judged, self.is_blank_judged = True, self.value, False
        if self.position == ESSAY and (self.value is not None or not is_marked):
            self.is_closed = self.tries >= len(credit)
            return
        if self.value is not None and self.value in self.tried:
            return
        self.tried.append(self.value)
        self.is_blank_judged = self.value is None
        is_right = self.value == {"choice": self.right}
        earned = POINTS[self.position] * credit[min(self.tries, len(credit) - 1)] * is_right
        self.tries += 1
        self.score = max(self.score or Fraction(0), earned)
        self.is_closed = self.is_closed or is_right or self.tries >= len(credit)

    def forget(self) -> None:
        """Nothing is judged any more; the log stays."""
        self.tries, self.score, self.is_closed, self.tried = 0, None, False, []


@dataclass
class Attempt:
    number: int
    started_at: datetime
    deadline_at: datetime | None
    items: dict[int, Item]
    submitted_at: datetime | None = None
    closed_by: str = ""
    closings: int = 0
    is_reopened: bool = False
    is_void: bool = False

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


@dataclass
class Model:
    kind: str
    mode: str
    credit: list[Fraction]
    limit_s: int | None
    grace_s: int
    delay_s: int
    allowed: int | None
    closes_at: datetime | None
    method: str
    right: dict[int, str] = field(default_factory=lambda: {1: "b", 2: "b", 3: ""})
    extra_time_s: int = 0
    extra_attempts: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    # --- time

    def is_over(self, attempt: Attempt, now: datetime) -> bool:
        if not attempt.is_open or attempt.deadline_at is None:
            return False
        return now > attempt.deadline_at + timedelta(seconds=self.grace_s + NETWORK_GRACE_S)

    def closing(self) -> datetime | None:
        extra = self.extra_time_s if self.limit_s else 0
        return self.closes_at and self.closes_at + timedelta(seconds=extra)

    def deadline(self, started_at: datetime) -> datetime | None:
        limit = self.limit_s and started_at + timedelta(seconds=self.limit_s + self.extra_time_s)
        return min((end for end in (limit, self.closing()) if end), default=None)

    def close_due(self, attempt: Attempt, now: datetime) -> None:
        if self.is_over(attempt, now):
            assert attempt.deadline_at is not None
            self.close(attempt, max(attempt.deadline_at, attempt.started_at), "deadline")

    # --- actions

    def start(self, now: datetime) -> Attempt:
        for attempt in self.attempts:
            self.close_due(attempt, now)
        last = self.attempts[-1] if self.attempts else None
        if last and last.is_open:
            return last
        closes_at = self.closing()
        used = sum(not attempt.is_void for attempt in self.attempts)
        is_used_up = self.allowed and used >= self.allowed + self.extra_attempts
        until = last and not last.is_void and last.submitted_at
        is_early = until and now < until + timedelta(seconds=self.delay_s)
        if is_used_up or is_early or (closes_at and now >= closes_at):
            raise RefusedError("Conflict")
        items = {place: Item(place, self.right[place]) for place in POINTS}
        new = Attempt(len(self.attempts) + 1, now, self.deadline(now), items)
        self.attempts.append(new)
        return new

    def save(  # noqa: C901 - one line for each refusal
        self,
        attempt: Attempt,
        position: int,
        sent: Any,
        based_on: int,
        key: str | None,
        **when: Any,
    ) -> tuple[int, bool]:
        """(revision, is new); `sent` is a value, None for blank, "clear" or "unreadable"."""
        now = when["now"]
        self.close_due(attempt, now)
        item = attempt.items[position]
        if sent == "unreadable":
            raise RefusedError("ResponseError")
        value = None if sent == "clear" else sent
        if key in item.keys:
            revision = item.keys[key]
            if item.log[revision - 1] != value:
                raise RefusedError("ResponseKeyReused")
            return revision, False
        if not attempt.is_open:
            raise RefusedError("Closed")
        if value == item.value:
            return len(item.log), False
        if based_on != len(item.log):
            raise RefusedError("StaleRevision", revision=len(item.log), value=item.value)
        if value is None and sent != "clear":
            raise RefusedError("BlankRefused", revision=len(item.log), value=item.value)
        if self.mode != "deferred" and item.is_closed:
            raise RefusedError("Closed")
        item.log.append(value)
        if key:
            item.keys[key] = len(item.log)
        if self.mode != "deferred" and value is not None:
            item.judge(self.credit)
        return len(item.log), True

    def flag(self, attempt: Attempt, position: int, is_flagged: bool, now: datetime) -> None:
        if not attempt.is_open or self.is_over(attempt, now):
            raise RefusedError("Closed")
        attempt.items[position].is_flagged = is_flagged

    def submit(self, attempt: Attempt, now: datetime) -> None:
        self.close_due(attempt, now)
        if attempt.is_open:
            self.close(attempt, now, "learner")

    def close(self, attempt: Attempt, at: datetime, by: str) -> None:
        attempt.submitted_at, attempt.closed_by = at, by
        attempt.closings += 1
        for item in attempt.items.values():
            if attempt.is_reopened and self.mode == "deferred":
                if not item.judged_by_rule or item.value != item.last_judged:
                    item.forget()
                    item.judge(self.credit, is_marked=self.kind != "practice")
                continue
            is_waiting = item.judged and item.value is not None
            if not item.tries and not is_waiting:
                item.judge(self.credit, is_marked=self.kind != "practice")

    def grade(self, attempt: Attempt, share: Fraction) -> None:
        """A person judges the essay."""
        if attempt.is_open:
            raise RefusedError("Conflict")
        item = attempt.items[ESSAY]
        item.judged += 1
        item.is_blank_judged = False
        item.score, item.is_closed = POINTS[ESSAY] * share, True

    def reopen(self, attempt: Attempt, deadline_at: datetime, now: datetime) -> None:
        if deadline_at <= now:
            raise RefusedError("Invalid")
        if attempt.is_void or any(one.is_open for one in self.attempts):
            raise RefusedError("Conflict")
        attempt.submitted_at, attempt.closed_by, attempt.is_reopened = None, "", True
        attempt.deadline_at = deadline_at
        for item in attempt.items.values():
            if self.mode != "deferred" and item.value is None and item.is_blank_judged:
                item.forget()
                item.judged += 1
                item.is_blank_judged = False

    def void(self, attempt: Attempt, now: datetime) -> None:
        if attempt.is_void:
            return
        self.close_due(attempt, now)
        if attempt.is_open:
            self.close(attempt, now, "staff")
        attempt.is_void = True

    def extend(self, extra_time_s: int, extra_attempts: int) -> None:
        self.extra_time_s, self.extra_attempts = extra_time_s, extra_attempts
        for attempt in self.attempts:
            fresh = self.deadline(attempt.started_at)
            if attempt.is_open and attempt.deadline_at and fresh:
                attempt.deadline_at = max(attempt.deadline_at, fresh)

    # --- what follows from it

    def is_waiting(self, attempt: Attempt) -> bool:
        item = attempt.items[ESSAY]
        return self.kind != "practice" and item.score is None and item.value is not None

    def totals(self, attempt: Attempt) -> tuple[Fraction, Fraction]:
        scored = {place: item.score for place, item in attempt.items.items()}
        counting = [place for place, score in scored.items() if score is not None]
        if self.is_waiting(attempt):
            counting.append(ESSAY)
        return sum((scored[place] or Fraction(0) for place in counting), Fraction(0)), sum(
            (POINTS[place] for place in counting), Fraction(0)
        )

    def result(self) -> Fraction | None:
        """Per cent that counts, or None before the first closed attempt."""
        counting = [one for one in self.attempts if not one.is_open and not one.is_void]
        closed = [self.totals(attempt) for attempt in counting]
        shares = [given / maximum for given, maximum in closed]
        if not shares:
            return None
        chosen = {"best": max(shares), "last": shares[-1], "first": shares[0]}
        return 100 * chosen.get(self.method, sum(shares, Fraction(0)) / len(shares))

"""What an attempt may show, and when. Pure; frozen into the attempt when it starts.

Seven fields (see `questions.base.Reveal`) × five moments. While an attempt runs nothing but one's
own response is shown, unless its mode gives feedback after each response.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.base import Reveal


class Moment(StrEnum):
    DURING = "during"
    JUST_AFTER = "just_after"
    LATER = "later"
    AFTER_LAST_TRY = "after_last_try"
    """This learner has no attempt left; others may still be at work."""
    AFTER_CLOSE = "after_close"
    """The quiz has closed for everybody who may take it."""


JUST_AFTER = timedelta(minutes=10)
"""How long after submission "just after" lasts."""

ALL = Reveal.names()
_SCORE_ONLY = ("response", "points", "overall")

DEFAULTS: dict[str, dict[str, Sequence[str]]] = {
    "practice": {"during": ALL, "just_after": ALL, "later": ALL, "after_close": ALL},
    "graded": {"during": ("response",), "just_after": ALL, "later": ALL, "after_close": ALL},
    "exam": {
        "during": ("response",),
        "just_after": _SCORE_ONLY,
        "later": _SCORE_ONLY,
        "after_close": ALL,
    },
}
"""None names `after_last_try`: see `Policy.reveal_at`."""


@dataclass(frozen=True)
class Policy:
    """The rules of one attempt, as frozen at its start."""

    kind: str
    feedback_mode: str
    credit: tuple[Fraction, ...]
    reveal_table: Mapping[str, Sequence[str]]
    grace_s: int
    pass_mark: Fraction
    one_item_per_page: bool = False
    hides_last_try: bool = False
    """Is right or wrong of the last try hidden until the attempt ends?"""
    hides_running_total: bool = False
    """Are points hidden until the attempt ends?"""
    holds_marks: bool = False
    """Are marks hidden until somebody releases them?"""

    @classmethod
    def load(cls, settings: Mapping[str, Any]) -> "Policy":
        """Return the policy from `Quiz.settings`, or from what an attempt stored of them."""
        kind = settings["kind"]
        mode = settings["feedback_mode"]
        credit = tuple(Fraction(share) for share in settings.get("credit") or ())
        return cls(
            kind=kind,
            feedback_mode=mode,
            credit=credit if mode == "interactive" and credit else (Fraction(1),),
            reveal_table={**DEFAULTS[kind], **(settings.get("review") or {})},
            grace_s=settings.get("grace_s") or 0,
            pass_mark=Fraction(settings["pass_mark"]),
            one_item_per_page=bool(settings.get("one_item_per_page")),
            hides_last_try=bool(settings.get("hides_last_try")),
            hides_running_total=bool(settings.get("hides_running_total")),
            holds_marks=bool(settings.get("holds_marks")),
        )

    @property
    def is_graded_at_once(self) -> bool:
        """Whether each response is judged when it is saved, and not at the end."""
        return self.feedback_mode != "deferred"

    @property
    def adds_up_while_open(self) -> bool:
        """Whether a learner may know during the attempt what the responses so far have earned."""
        return self.is_graded_at_once and not (self.hides_last_try or self.hides_running_total)

    @property
    def tries(self) -> int:
        return len(self.credit)

    @property
    def lets_report_while_open(self) -> bool:
        """Whether a fault of a question may be reported before the attempt is handed in.

        In practice alone: nobody writes during a test, or asks others about its questions.
        """
        return self.kind == "practice"

    def credit_of(self, try_number: int) -> Fraction:
        """Return the share of the points that a right response earns at this try, from 1."""
        return self.credit[min(try_number, self.tries) - 1]

    def reveal_at(self, moment: Moment, *, is_dated: bool = False) -> Reveal:
        """Return what may be shown of a closed attempt; `is_dated` if the quiz has a closing date.

        A table without an entry for the time after the last try keeps a dated quiz as it was
        until the closing date. A quiz without one never closes, so its last try is its end.
        """
        if moment == Moment.AFTER_LAST_TRY and moment not in self.reveal_table:
            moment = Moment.LATER if is_dated else Moment.AFTER_CLOSE
        fields = self.reveal_table[moment]
        return Reveal(**{name: name in fields for name in ALL})

    def reveal_during(
        self, *, is_graded: bool, is_closed: bool, is_last_try: bool = False
    ) -> Reveal:
        """Return what may be shown of one item while its attempt is open.

        `is_last_try`: the last try that the item allows is used up.
        """
        if not self.is_graded_at_once or not is_graded:
            return Reveal.nothing()
        if self.hides_last_try and is_last_try:
            return Reveal.nothing()
        shown = replace(self.reveal_at(Moment.DURING), response=True)
        if self.hides_running_total:
            shown = replace(shown, points=False, overall=False)
        return shown if is_closed else replace(shown, solution=False, explanation=False)


def shows_questions(reveal: Reveal) -> bool:
    """Return whether a review shows its questions at all."""
    return reveal.response or reveal.correctness or reveal.solution


def moment(
    *, submitted_at: datetime | None, closes_at: datetime | None, has_tries: bool, now: datetime
) -> Moment:
    """Return which of the five moments it is; `closes_at`: when the last learner's time is over."""
    if submitted_at is None:
        return Moment.DURING
    if closes_at is not None and now >= closes_at:
        return Moment.AFTER_CLOSE
    if not has_tries:
        return Moment.AFTER_LAST_TRY
    return Moment.JUST_AFTER if now < submitted_at + JUST_AFTER else Moment.LATER


def check_reveal_table(table: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of a quiz's table of what is shown when."""
    problems = []
    moments = ", ".join(Moment)
    for name, fields in table.items():
        if name not in list(Moment):
            text = _("Unknown moment; known: %(known)s.") % {"known": moments}
            problems.append(Problem(f"review.{name}", text))
        if isinstance(fields, str) or not isinstance(fields, Sequence):
            problems.append(Problem(f"review.{name}", _("A list of fields is expected here.")))
            continue
        for field in fields:
            if field not in ALL:
                text = _("Unknown field; known: %(known)s.") % {"known": ", ".join(ALL)}
                problems.append(Problem(f"review.{name}", text))
    return problems


def check_credit(credit: Sequence[Any]) -> list[Problem]:
    """Return the problems of a quiz's credit by try: shares between 0 and 1 that never rise."""
    try:
        shares = [Fraction(str(share)) for share in credit]
    except (ValueError, ZeroDivisionError):
        return [Problem("credit", _("Enter credit as a share such as 1, 1/2 or 0.33."))]
    if any(not 0 <= share <= 1 for share in shares):
        return [Problem("credit", _("Credit must be between 0 and 1."))]
    if any(later > earlier for earlier, later in pairwise(shares)):
        return [Problem("credit", _("Credit must not rise from one try to the next."))]
    return []

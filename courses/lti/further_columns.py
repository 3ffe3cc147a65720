"""Further columns in a platform's gradebook: one for each quiz of a link, if a teacher asked.

They are made by the relay before the first score of the class is sent. A quiz that has a link with
a column of its own in the class gets no second one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from courses.domain import weights
from courses.lti import review_offers
from courses.lti import vocabulary as words
from courses.lti.addresses import Named
from courses.lti.column_calls import ColumnAnswer, ColumnCall
from courses.lti.models import LtiClass, LtiLink, LtiRegistration
from courses.models import Launch, Quiz

COLUMNS, RULE, QUIZZES = "cx_columns", "cx_score", "quizzes"
"""Custom parameters of a link, and the value that they may have: copies of a course keep them."""
AGAIN_AFTER = timedelta(seconds=30)
"""A relay that began to make a column and says nothing for so long was killed."""
_RESOURCE_LENGTH = 255
_LONGEST_URL = 2000


@dataclass(frozen=True)
class ColumnChoice:
    """Which columns a teacher asks for at links to courses, modules and lessons."""

    own: str = ""
    """What the link's own column shows, a `LtiLink.Rule`; "": it has none."""
    has_further: bool = False
    """Whether each quiz below a course or a module gets a column, too."""


NO_COLUMNS = ColumnChoice()


def choice(*, own: str, further: str) -> ColumnChoice:
    """Return the choice as a form has it; what is no choice is none."""
    return ColumnChoice(own if own in LtiLink.Rule.values else "", further == QUIZZES)


def parameters(columns: ColumnChoice) -> dict[str, str]:
    """Return the custom parameters with which a link keeps the choice."""
    found = {RULE: columns.own, COLUMNS: QUIZZES if columns.has_further else ""}
    return {name: value for name, value in found.items() if value}


def chosen(*, claims: Mapping[str, Any]) -> ColumnChoice:
    """Return what a teacher chose at the link that a message is about."""
    custom = claims.get(words.CUSTOM) or {}
    return choice(own=custom.get(RULE, ""), further=custom.get(COLUMNS, ""))


def rule(*, claims: Mapping[str, Any]) -> str:
    """Return which number a link's own column gets, as the teacher chose it."""
    return chosen(claims=claims).own or LtiLink.Rule.COMPLETED


def note(*, link: LtiLink, claims: Mapping[str, Any], now: datetime) -> bool:
    """Note the columns that the teacher asked for at this link; return whether one is new.

    Only where the platform lets us make line items.
    """
    container = (claims.get(words.GRADES) or {}).get("lineitems")
    if (
        not chosen(claims=claims).has_further
        or link.target not in (Launch.Target.COURSE, Launch.Target.MODULE)
        or not {words.LINE_ITEM_SCOPE, words.SCORE_SCOPE} <= set(link.scopes)
        or not isinstance(container, str)
        or not 0 < len(container) <= _LONGEST_URL
    ):
        return False
    known = set(
        LtiLink.objects.filter(lti_class=link.lti_class_id, target=Launch.Target.QUIZ)
        .filter(Q(is_further=True) | ~Q(line_item=""))
        .values_list("target_key", flat=True)
    )
    new = [
        LtiLink(
            lti_class_id=link.lti_class_id,
            link_id=f"column-{sha256(quiz.key.encode()).hexdigest()[:40]}",
            title=quiz.title[:200],
            target=Launch.Target.QUIZ,
            target_key=quiz.key,
            scopes=link.scopes,
            is_further=True,
            container=container,
            created_at=now,
        )
        for quiz in _quizzes(link)
        if quiz.key not in known
    ]
    LtiLink.objects.bulk_create(new, ignore_conflicts=True)
    return bool(new)


def wanted() -> Q:
    """Return the condition for links whose column is still to be made."""
    return Q(is_further=True, line_item="", problem="") & ~Q(container="")


def ask_again(*, lti_class: LtiClass) -> bool:
    """Have the columns asked for once more that the platform refused; return whether there are."""
    return bool(refused(lti_class=lti_class).update(problem="", asked_at=None))


def refused(*, lti_class: LtiClass) -> QuerySet[LtiLink]:
    """Return the columns of the class that could not be made, with the reason."""
    return LtiLink.objects.filter(lti_class=lti_class, is_further=True).exclude(problem="")


def claim(
    *, registration: LtiRegistration, sections: Collection[int | None], now: datetime
) -> list[ColumnCall]:
    """Return the columns of these classes that this relay is to make; no other makes them now."""
    rows = LtiLink.objects.filter(
        wanted(),
        Q(asked_at=None) | Q(asked_at__lt=now - AGAIN_AFTER),
        lti_class__section__in=sections,
        lti_class__context__deployment__registration=registration,
    )
    found = []
    for row in rows.select_related("lti_class__course").order_by("pk"):
        mine = LtiLink.objects.filter(pk=row.pk, asked_at=row.asked_at).update(asked_at=now)
        if mine:
            course, label = row.lti_class.course.key, row.title or row.target_key
            resource = f"{course}/{row.target_key}"[:_RESOURCE_LENGTH]
            review = review_offers.offered(
                registration=registration, named=Named(course, quiz=row.target_key)
            )
            found.append(ColumnCall(row.pk, row.container, resource, label, review))
    return found


def record(*, answers: Iterable[ColumnAnswer]) -> list[LtiClass]:
    """Record which columns there are now; return the classes that have new ones."""
    classes: dict[int, LtiClass] = {}
    for one in answers:
        row = LtiLink.objects.filter(wanted(), pk=one.call.link)
        if one.line_item:
            made = row.select_related("lti_class").first()
            row.update(line_item=one.line_item, has_scores=True, container="")
            if made is not None:
                classes[made.lti_class_id] = made.lti_class
        elif one.problem:
            row.update(problem=one.problem)
        else:
            row.update(asked_at=None)
    return list(classes.values())


def _quizzes(link: LtiLink) -> list[Quiz]:
    found = weights.graded_quizzes(course=link.lti_class.course)
    return [
        quiz
        for quiz in found
        if not quiz.is_draft
        and not quiz.is_archived
        and (
            link.target == Launch.Target.COURSE
            or (quiz.module is not None and quiz.module.key == link.target_key)
        )
    ]

"""Which quizzes have a suspected key, for those who may see their figures."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from courses.domain.rights import Can, rights
from courses.models import Course, Quiz, QuizAnalysis, Section


@dataclass(frozen=True)
class SuspectedKeys:
    """A quiz with so many suspected keys, in one class or in all of them."""

    quiz: Quiz
    section: Section | None
    count: int


def suspected_keys(*, by: Any) -> list[SuspectedKeys]:
    """Return the quizzes with suspected keys, from what is stored. One query.

    A quiz that is suspected as a whole is not named again for its classes.
    """
    granted = rights(by=by)
    whole = Q(section=None, quiz__course__in=granted.whole_courses(Can.PEOPLE))
    part = Q(section__in=granted.sections(Can.PEOPLE))
    rows = QuizAnalysis.objects.filter(
        whole | part,
        suspected__gt=0,
        client=None,
        attempts=QuizAnalysis.Attempts.FIRST,
        quiz__is_archived=False,
        quiz__course__in=granted.courses(Can.READ),
    ).exclude(quiz__course__state=Course.State.ARCHIVED)
    found = []
    known: set[int] = set()
    # Databases disagree where rows without a class stand.
    ordered = sorted(rows.select_related("quiz", "section"), key=_place)
    for row in ordered:
        if row.section_id is None:
            known.add(row.quiz_id)
        found.append(SuspectedKeys(row.quiz, row.section, row.suspected))
    return [one for one in found if one.section is None or one.quiz.pk not in known]


def _place(row: QuizAnalysis) -> tuple[int, int]:
    return row.quiz_id, row.section_id or 0

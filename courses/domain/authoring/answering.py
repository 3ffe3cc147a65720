"""Who has met and answered which version of a question, as far as somebody may know it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from courses.domain.rights import Can, Rights, rights
from courses.models import AttemptItem, Enrolment, Question, QuestionVersion
from courses.users import names as names_of

NAMES = 50
"""So many learners are named of a version."""


@dataclass(frozen=True)
class AnsweredVersion:
    """One version with its learners. `names` holds the first ones that may be named."""

    version: QuestionVersion
    learners: int
    answers: int
    names: tuple[str, ...] = ()

    @property
    def unnamed(self) -> int:
        """How many learners are counted and not named."""
        return self.learners - len(self.names)


def answered_versions(*, question: Question, by: Any) -> list[AnsweredVersion]:
    """Return the versions, newest first, with who met them. Four queries.

    Who may read the whole course sees all counts, and who has a class those of the class. Names
    are those of learners whose records the person may see.
    """
    allowed = rights(by=by, course=question.course)
    items = AttemptItem.objects.filter(
        version__question=question, attempt__enrolment__role=Enrolment.Role.LEARNER
    )
    if not allowed.may_everywhere(Can.READ, course=question.course):
        items = items.filter(allowed.reaches(Can.PEOPLE, "attempt__enrolment"))
    counted = items.values("version").annotate(
        learners=Count("attempt__enrolment", distinct=True),
        answers=Count("pk", filter=Q(value__isnull=False)),
    )
    found = {row["version"]: (row["learners"], row["answers"]) for row in counted}
    names = _names(items, allowed) if found else {}
    return [
        AnsweredVersion(
            version,
            *found.get(version.pk, (0, 0)),
            names=tuple(names.get(version.pk, ())),
        )
        for version in question.versions.defer("data").order_by("-number")
    ]


def _names(items: Any, allowed: Rights) -> Mapping[int, Sequence[str]]:
    """Return version → names of the first learners, by name."""
    rows = items.filter(allowed.reaches(Can.PEOPLE, "attempt__enrolment"))
    pairs = rows.order_by("version", "attempt__enrolment").values_list(
        "version", "attempt__enrolment"
    )
    learners: dict[int, list[int]] = defaultdict(list)
    for version, enrolment in pairs.distinct():
        if len(learners[version]) < NAMES:
            learners[version].append(enrolment)
    wanted = {pk for few in learners.values() for pk in few}
    people = Enrolment.objects.select_related("user").in_bulk(wanted)
    return {
        version: sorted(_name(people[pk].user) for pk in few) for version, few in learners.items()
    }


def _name(user: Any) -> str:
    return names_of(user).full_name or user.get_username()

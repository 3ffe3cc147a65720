"""The responses of a large quiz as a file that a job makes, some attempts in each step."""

from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from courses.domain import jobs
from courses.domain.gradesheet import tables
from courses.domain.gradesheet.sheet import ALL, Selection
from courses.domain.jobs import Kind, Progress
from courses.domain.rights import Can, Rights, rights
from courses.models import Attempt, Job, Quiz, Section

KIND = "export_responses"
STEP = 100
"""Attempts of a step."""


def queue(
    *, quiz: Quiz, by: Any, now: datetime, decimal: str, language: str, section: int | None
) -> Job:
    """Have the file made, of the classes that the person may see now."""
    granted = rights(by=by, course=quiz.course)
    whole = granted.may_everywhere(Can.PEOPLE, course=quiz.course)
    seen = granted.sections(Can.PEOPLE).filter(course=quiz.course).values_list("pk", flat=True)
    args = {
        "quiz": quiz.pk, "decimal": decimal, "language": language, "section": section,
        "sections": None if whole else sorted(seen),
    }  # fmt: skip
    return jobs.queue(kind=KIND, args=args, by=by, now=now, course=quiz.course)


def step(*, job: Job, now: datetime) -> Progress:
    """Write the lines of some attempts."""
    args = job.args
    quiz = Quiz.objects.select_related("course").filter(pk=args["quiz"]).first()
    if quiz is None or job.by is None:
        return Progress(0, 0, result={"attempts": 0})
    granted = rights(by=job.by, course=quiz.course)
    wanted = Selection(section=args["section"], state=ALL)
    after, done = job.cursor or (0, 0)
    total = Attempt.objects.finished().filter(quiz=quiz).count()
    with override(args["language"]):
        lines, last, count = tables.some_responses(
            quiz=quiz, granted=granted, wanted=wanted, after=after, limit=STEP
        )
        parts = tables.as_csv(rows=lines, decimal=args["decimal"])
        text = "".join(parts if after == 0 else islice(parts, 1, None))
        jobs.add_part(job=job, content=text.encode())
    if count == STEP:
        return Progress(done + count, total, cursor=[last, done + count])
    name = f"{quiz.course.key}-{quiz.key}-responses.csv"
    jobs.set_file(job=job, name=name, content_type="text/csv; charset=utf-8", now=now)
    return Progress(done + count, total, result={"attempts": done + count})


def may_download(*, job: Job, granted: Rights) -> bool:
    """Return whether the person may still see everybody who is in the file."""
    if job.course is None:
        return False
    sections = job.args["sections"]
    if sections is None:
        return granted.may_everywhere(Can.PEOPLE, course=job.course)
    seen = granted.sections(Can.PEOPLE).filter(pk__in=sections).count()
    return seen == len(sections) == Section.objects.filter(pk__in=sections).count()


EXPORT_RESPONSES = Kind(
    label=_("Export responses"),
    can=Can.PEOPLE,
    step=step,
    results=lambda result: [jobs.Fact(_("Attempts"), result.get("attempts", 0))],
    may_download=may_download,
)

"""A quiz as it stands on its page: what is stored, what was sent, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.admin.studio import quiz_places
from courses.admin.studio.publishing import READING
from courses.admin.studio.quiz_figures import Blueprint, blueprint, expected_minutes
from courses.admin.studio.quiz_finder import Finder
from courses.admin.studio.quiz_presets import LABELS as PRESET_LABELS
from courses.admin.studio.quiz_presets import with_preset
from courses.admin.studio.quiz_settings import SettingsForm
from courses.admin.studio.touched_texts import COMPARE, publish_verb
from courses.admin.studio.working_copy import DraftOfPage
from courses.coursefiles.schema import QuizFile
from courses.domain.authoring import edits
from courses.domain.authoring.working_copies import Publication
from courses.errors import Invalid, Problem
from courses.models import Quiz

SAVE, PUBLISH, PRESET = "save", "publish", "preset"


class QuizDraft:
    """What is stored of a quiz and what was sent, ready to be shown and saved."""

    may_confirm = False

    def __init__(self, request: HttpRequest, *, quiz: Quiz, page: DraftOfPage) -> None:
        self.quiz, self.course, self.page = quiz, quiz.course, page
        self.is_sent = page.is_sent
        self.stored = edits.quiz_as_stored(quiz=quiz)
        self.verb, _colon, self.what = request.POST.get("do", "").partition(":")
        data = page.data
        if data is not None and self.verb == PRESET:
            data = with_preset(data, self.what)
        self.settings = SettingsForm(data, quiz=quiz, record=self.stored)
        sent = quiz_places.read(data) if data is not None else list(self.stored.items)
        picked = request.POST.getlist("pick")
        self.places, self.focus = quiz_places.change(sent, self.verb, self.what, picked)
        self.finder = Finder(
            data, course=self.course, places=self.places, is_open=self.verb in ("find", "pick")
        )
        self.refusal = ""
        self.problems: list[Problem] = []

    @property
    def wants_saving(self) -> bool:
        return self.is_sent and self.verb in (SAVE, PUBLISH, *READING)

    @property
    def is_ready(self) -> bool:
        return PUBLISH in (self.verb, self.what)

    @property
    def module_key(self) -> str:
        return self.quiz.module.key if self.quiz.module else ""

    def record(self) -> QuizFile:
        """Return what the page holds as the record of a course file.

        Raises Invalid for what the form itself refuses.
        """
        if not self.settings.is_valid():
            raise Invalid(problems=[])
        return replace(self.stored, items=tuple(self.places), **self.settings.values())

    @property
    def publication(self) -> Publication:
        """What is to be published. Raises Invalid for what the form itself refuses."""
        shows = self.is_ready or self.verb == COMPARE or not self.quiz.is_draft
        return Publication(
            record=replace(self.record(), status="ready" if shows else "draft"),
            module=self.module_key,
            based_on=self.page.based_on,
            is_ready=self.is_ready,
        )

    @cached_property
    def publish_verb(self) -> str:
        """What the button does that publishes a draft."""
        return publish_verb(self.quiz, verb=PUBLISH)

    # What is wrong

    def refuse(self, message: str) -> None:
        """Say why nothing was saved where that is about no field."""
        self.refusal = message

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the field or place that it is about."""
        for problem in problems:
            name = problem.path.partition(".")[0]
            if name in self.settings.fields:
                self.settings.add_error(name, problem.message)
            elif name == "items":
                self.problems.append(problem)
            else:
                self.refusal = " ".join([self.refusal, str(problem.message)]).strip()

    @property
    def errors(self) -> list[dict[str, str]]:
        """Everything that keeps it from being saved, with where it is."""
        if not self.wants_saving:
            return []
        fields = [
            {
                "id": self.settings[name].id_for_label,
                "words": str(field.label),
                "message": str(text),
            }
            for name, field in self.settings.fields.items()
            for text in self.settings.errors.get(name, [])
        ]
        return [*fields, *map(_at_place, self.problems)]

    # What is shown

    @cached_property
    def check(self) -> edits.QuizCheck:
        """What learners would run into with these places."""
        record = replace(self.stored, items=tuple(self.places))
        return edits.check_quiz_draft(quiz=self.quiz, record=record)

    @property
    def warnings(self) -> list[dict[str, str]]:
        return [_at_place(problem) for problem in self.check.problems]

    @cached_property
    def rows(self) -> list[quiz_places.ShownPlace]:
        return quiz_places.shown(course=self.course, places=self.places, check=self.check)

    @property
    def presets(self) -> list[dict[str, str]]:
        return [{"name": name, "label": str(label)} for name, label in PRESET_LABELS.items()]

    @cached_property
    def blueprint(self) -> Blueprint:
        """The points by objective and level."""
        return blueprint(self.course, rows=self.rows)

    @cached_property
    def expected_minutes(self) -> int:
        """About how many minutes an attempt takes."""
        return expected_minutes(self.rows)

    @property
    def is_too_short(self) -> bool:
        """Whether the time limit is shorter than what the questions take."""
        limit = self.settings.minutes
        return limit is not None and limit < self.expected_minutes

    @property
    def questions(self) -> int:
        """How many questions an attempt gets."""
        return sum(place.draw.count if place.draw else 1 for place in self.places)

    @property
    def points(self) -> str:
        """What an attempt is worth; empty where a number cannot be read."""
        try:
            total = sum(
                Fraction(place.points) * (place.draw.count if place.draw else 1)
                for place in self.places
            )
        except (ValueError, ZeroDivisionError):
            return ""
        return f"{float(total):.3f}".rstrip("0").rstrip(".")


def _at_place(problem: Problem) -> dict[str, str]:
    """Return a problem with the number of its place and where on the page that is."""
    number = problem.path.split(".")[1:2]
    if not number:
        return {"id": "places", "words": _("Places"), "message": str(problem.message)}
    place = int(number[0])
    words = _("Place %(number)d") % {"number": place + 1}
    return {"id": f"place-{place}", "words": words, "message": str(problem.message)}

"""Addresses of authoring, under `authoring/`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from courses.api.authoring import (
    courses,
    objectives,
    proposals,
    question_types,
    questions,
    quizzes,
    stimuli,
    versions,
)
from courses.api.authoring.base import OBJECTIVE
from courses.api.viewsets import Router


class ObjectiveKey(StringConverter):
    """Anything but slashes and control characters: the admin is not strict about it."""

    regex = OBJECTIVE


class VersionNumberConverter(StringConverter):
    """A version's number: never more digits than the database holds."""

    regex = versions.NUMBER


register_converter(ObjectiveKey, "objective_key")
register_converter(VersionNumberConverter, "version_number")

_COURSE = "authoring/courses/<slug:course>"

urlpatterns = [
    path("question-types", question_types.QuestionTypes.as_view(), name="question-types")
]


def register(router: Router) -> None:
    """Give the view sets of authoring their addresses."""
    router.register("authoring/courses", courses.AuthoredCourseViewSet, "authored-course")
    router.register(
        f"{_COURSE}/objectives", objectives.AuthoredObjectiveViewSet, "authored-objective"
    )
    router.register(f"{_COURSE}/stimuli", stimuli.StimulusViewSet, "stimulus")
    router.register(f"{_COURSE}/questions", questions.QuestionViewSet, "question")
    versions_of = f"{_COURSE}/questions/<slug:question>/versions"
    router.register(versions_of, versions.VersionViewSet, "version")
    router.register(f"{_COURSE}/proposals", proposals.ProposalViewSet, "proposal")
    of_questions = f"{_COURSE}/proposals/questions"
    router.register(of_questions, proposals.QuestionProposalViewSet, "question-proposal")
    of_lessons = f"{_COURSE}/proposals/lessons"
    router.register(of_lessons, proposals.LessonProposalViewSet, "lesson-proposal")
    router.register(f"{_COURSE}/quizzes", quizzes.AuthoredQuizViewSet, "authored-quiz")

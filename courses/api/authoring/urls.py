"""Addresses of authoring, under `authoring/`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from courses.api.authoring import (
    courses,
    objectives,
    question_types,
    questions,
    quizzes,
    stimuli,
    versions,
)
from courses.api.authoring.base import OBJECTIVE


class ObjectiveKey(StringConverter):
    """Anything but slashes and control characters: the admin is not strict about it."""

    regex = OBJECTIVE


class Number(StringConverter):
    """A version's number: never more digits than the database holds."""

    regex = versions.NUMBER


register_converter(ObjectiveKey, "objective_key")
register_converter(Number, "version_number")

_COURSE = "authoring/courses/<slug:course>"
_OBJECTIVE = f"{_COURSE}/objectives/<objective_key:objective>"
_STIMULUS = f"{_COURSE}/stimuli/<slug:stimulus>"
_QUESTION = f"{_COURSE}/questions/<slug:question>"
_VERSION = f"{_QUESTION}/versions/<version_number:number>"
_QUIZ = f"{_COURSE}/quizzes/<slug:quiz>"

urlpatterns = [
    path("question-types", question_types.QuestionTypes.as_view(), name="question-types"),
    path("authoring/courses", courses.Courses.as_view(), name="authored-courses"),
    path(_COURSE, courses.OneCourse.as_view(), name="authored-course"),
    path(f"{_COURSE}/objectives", objectives.Objectives.as_view(), name="authored-objectives"),
    path(_OBJECTIVE, objectives.OneObjective.as_view(), name="authored-objective"),
    path(f"{_COURSE}/stimuli", stimuli.Stimuli.as_view(), name="stimuli"),
    path(_STIMULUS, stimuli.OneStimulus.as_view(), name="stimulus"),
    path(f"{_COURSE}/questions", questions.Questions.as_view(), name="questions"),
    path(_QUESTION, questions.OneQuestion.as_view(), name="question"),
    path(f"{_QUESTION}/retire", questions.Retire.as_view(), name="question-retire"),
    path(f"{_QUESTION}/restore", questions.Restore.as_view(), name="question-restore"),
    path(f"{_QUESTION}/versions", versions.Versions.as_view(), name="versions"),
    path(_VERSION, versions.OneVersion.as_view(), name="version"),
    path(f"{_VERSION}/publish", versions.Publish.as_view(), name="version-publish"),
    path(f"{_VERSION}/preview", versions.Preview.as_view(), name="version-preview"),
    path(f"{_COURSE}/quizzes", quizzes.Quizzes.as_view(), name="authored-quizzes"),
    path(_QUIZ, quizzes.OneQuiz.as_view(), name="authored-quiz"),
    path(f"{_QUIZ}/publish", quizzes.Publish.as_view(), name="quiz-publish"),
    path(f"{_QUIZ}/archive", quizzes.Archive.as_view(), name="quiz-archive"),
    path(f"{_QUIZ}/restore", quizzes.Restore.as_view(), name="quiz-restore"),
]

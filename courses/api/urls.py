"""Addresses of the API, under `/api/v1/` and the namespace `courses:api`."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from courses.api import catalogue, people, problems

app_name = "api"


class ExternalId(StringConverter):
    """A platform's own id: anything but slashes and control characters."""

    regex = people.EXTERNAL_ID


register_converter(ExternalId, "external_id")

_COURSE = "courses/<slug:course>"
_LEARNER = "learners/<external_id:external_id>"

urlpatterns = [
    path("courses", catalogue.Courses.as_view(), name="courses"),
    path(_COURSE, catalogue.OneCourse.as_view(), name="course"),
    path(f"{_COURSE}/modules", catalogue.Modules.as_view(), name="modules"),
    path(f"{_COURSE}/lessons", catalogue.Lessons.as_view(), name="lessons"),
    path(f"{_COURSE}/lessons/<slug:lesson>", catalogue.OneLesson.as_view(), name="lesson"),
    path(f"{_COURSE}/objectives", catalogue.Objectives.as_view(), name="objectives"),
    path(f"{_COURSE}/glossary", catalogue.Glossary.as_view(), name="glossary"),
    path(f"{_COURSE}/quizzes", catalogue.Quizzes.as_view(), name="quizzes"),
    path(f"{_COURSE}/quizzes/<slug:quiz>", catalogue.OneQuiz.as_view(), name="quiz"),
    path(f"{_COURSE}/assets/<slug:module>/<str:name>", catalogue.OneAsset.as_view(), name="asset"),
    path("learners", people.Learners.as_view(), name="learners"),
    path("learners-bulk", people.LearnersBulk.as_view(), name="learners-bulk"),
    path(_LEARNER, people.OneLearner.as_view(), name="learner"),
    path(f"{_LEARNER}/enrolments", people.Enrolments.as_view(), name="enrolments"),
    path(f"{_LEARNER}/enrolments/<slug:course>", people.OneEnrolment.as_view(), name="enrolment"),
    path("problems/<slug:code>", problems.explain, name="problem"),
    re_path(r"^.*$", problems.unknown, name="unknown"),
]

"""The addresses that `bench.growth` calls: what learners, staff and platforms read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.growth_site import ADMIN, COURSE, LEARNER, TEACHER

CHOICES = 3
"""Choices of each filter that are tried."""
TASK_PAGES = {
    "Course": (
        "gradebook", "analyses", "bank", "classes", "corrections", "marking", "release", "reports",
        "progress",
    ),
    "Section": ("progress", "people", "dates", "enrol", "invitations"),
    "Enrolment": ("learner", "person"),
    "Quiz": ("build", "analysis"),
}  # fmt: skip
WHOLE = ("gradebook.csv", "as CSV", "as XLSX", "gradebook", "progress")
"""Pages and files about every learner of a course: their cost counts for each learner."""


@dataclass(frozen=True)
class Address:
    name: str
    url: str
    user: str | None = None
    """None: the platform calls, with its key."""
    is_whole: bool = False
    """Is it about every learner of the course?"""
    method: str = "get"


def addresses() -> Iterator[Address]:
    """Yield every page, list and file; the same names in a small site and in a large one."""
    yield from _learner_pages()
    yield from _api()
    yield from _task_pages()
    for model in _long_tables():
        yield from _lists(model)


def _learner_pages() -> Iterator[Address]:
    from django.urls import reverse

    from courses.models import Attempt, Lesson

    mine = Attempt.objects.filter(enrolment__user__username=LEARNER).order_by("pk")
    closed, opened = mine.closed()[0], mine.open()[0]
    lesson = Lesson.objects.filter(module__course__key=COURSE).order_by("pk")[0].key
    course = {"course": COURSE}
    pages: Mapping[str, Mapping[str, Any]] = {
        "catalogue": {}, "course": course, "glossary": course, "daily-review": course,
        "lesson": course | {"lesson": lesson}, "quiz": course | {"quiz": closed.quiz.key},
        "attempt": {"uuid": opened.uuid}, "attempt-submit": {"uuid": opened.uuid},
        "review": {"uuid": closed.uuid}, "my-data": course, "my-data-export": course,
        "progress": {}, "account": {}, "preferences": {}, "tokens": {}, "export": {},
    }  # fmt: skip
    for name, arguments in pages.items():
        url = reverse(f"cx_courses:{name}", kwargs=arguments)
        method = "post" if name.endswith("export") else "get"
        yield Address(f"learner: {name}", url, LEARNER, method=method)


def _api() -> Iterator[Address]:
    from courses.models import LineItem

    column = LineItem.objects.get(quiz__key="grown-1")
    person = "learners/l-0"
    course = f"courses/{COURSE}"
    for path in (
        "courses", course, f"{course}/lessons", f"{course}/quizzes", "learners?limit=100",
        f"{course}/sections", f"{course}/line-items",
        f"line-items/{column.uuid}/results?limit=100", f"{course}/results?limit=100",
        f"{course}/attempts?limit=100", f"{course}/responses?limit=100", f"{course}/gradebook",
        f"{course}/marking", f"{course}/progress?limit=100", f"{course}/gradebook.csv",
        "events?limit=100", person, f"{person}/progress", f"{person}/{course}/progress",
        f"{person}/{course}/results",
        f"{person}/enrolments", f"{person}/{course}/notices", f"{person}/{course}/daily-review",
        f"{person}/{course}/quizzes/grown-1",
    ):  # fmt: skip
        name = path.partition("?")[0].replace(str(column.uuid), "…")
        yield Address(f"API: {name}", f"/api/v1/{path}", is_whole=name.endswith(WHOLE[0]))


def _task_pages() -> Iterator[Address]:
    from django.urls import reverse

    from courses.models import Course, Quiz, Section

    course = Course.objects.get(key=COURSE)
    section = Section.objects.filter(key__startswith="growth-").order_by("pk")[0]
    rows = {
        "Course": course, "Section": section, "Enrolment": section.enrolments.order_by("pk")[0],
        "Quiz": Quiz.objects.get(key="grown-1"),
    }  # fmt: skip
    for model, names in TASK_PAGES.items():
        for name in names:
            page = f"admin:cx_courses_{model.lower()}_{name}"
            is_whole = model == "Course" and name in WHOLE
            url = reverse(page, args=[rows[model].pk])
            yield Address(f"{model.lower()}, {name}", url, TEACHER, is_whole)
    files = reverse("admin:cx_courses_course_gradefiles", args=[course.pk])
    for kind in ("csv", "xlsx"):
        yield Address(
            f"gradebook as {kind.upper()}", f"{files}?file={kind}", TEACHER, is_whole=True
        )


def _long_tables() -> Iterator[Any]:
    from django.contrib import admin

    from bench import crowd

    names = ("User", "Section", "Enrolment", "Attempt", "AttemptItem", "Response", "Grading")
    for name in (*names, "Event", "Delivery", "Result", *crowd.OTHERS):
        model = crowd.model_named(name)
        if admin.site.is_registered(model):
            yield model


def _lists(model: Any) -> Iterator[Address]:
    """Yield the list of a long table with its pages, searches, orders and filters."""
    from django.contrib import admin
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory
    from django.urls import reverse

    label = model._meta.model_name
    url = reverse(f"admin:{model._meta.app_label}_{label}_changelist")
    request = RequestFactory().get(url)
    own = admin.site.get_model_admin(model)
    for user, is_own in ((TEACHER, " (instructor)"), (ADMIN, "")):
        request.user = get_user_model().objects.get(username=user)
        if not own.has_view_permission(request):
            continue
        pages = own.get_changelist_instance(request)
        yield Address(f"{label}: list{is_own}", url, user)
        for kind, words in _searches(model, pages):
            yield Address(f"{label}: search by {kind}{is_own}", f"{url}?q={words}", user)
    yield Address(f"{label}: last page", f"{url}?p={pages.paginator.num_pages}", ADMIN)
    for place, column in enumerate(pages.list_display):
        is_sortable = pages.sortable_by is None or column in pages.sortable_by
        if is_sortable and pages.get_ordering_field(column):
            for sign in ("", "-"):
                yield Address(f"{label}: by {sign}{column}", f"{url}?o={sign}{place}", ADMIN)
    for spec in pages.filter_specs:
        found = [one for one in spec.choices(pages) if not one["selected"]]
        for place, choice in enumerate(found[:CHOICES], start=1):
            name = f"{label}: filter {spec.title} {place}"
            yield Address(name, url + choice["query_string"], ADMIN)


def _searches(model: Any, pages: Any) -> Iterator[tuple[str, str]]:
    fields = pages.search_fields
    if not fields:
        return
    yield "nothing", "nothing-like-that"
    if any("user" in one for one in fields):
        yield "a person", LEARNER
    if "=uuid" in fields:
        yield "its key", str(model._base_manager.order_by("-pk").values_list("uuid", flat=True)[0])
    if any("title" in one for one in fields):
        yield "a title", "Grown"

"""The addresses that `bench.studio` calls: every task page and the admin's own pages."""

import sys
from collections.abc import Iterator
from typing import Any

COURSE = "customer-experience"
SEARCHES = {
    "bank": {
        "words": "?words=customer+days",
        "may be drawn": "?use=draw",
        "nearly the same": "?alike=on",
        "last page": "?page=9999",
    }
}
FORMS = {"part"}
"""Pages that only answer a form."""


def addresses() -> Iterator[tuple[str, str]]:
    """Yield name and address of each page, of the course's largest quiz and most used question."""
    rows = _rows()
    yield from _task_pages(rows)
    yield from _records(rows)


def _rows() -> dict[Any, Any]:
    from django.db.models import Count

    from courses.models import Course, Enrolment, Lesson, Question, Quiz

    course = Course.objects.get(key=COURSE)
    quizzes = Quiz.objects.filter(course=course, lesson=None, is_review=False)
    met = Question.objects.filter(course=course).annotate(
        met=Count("versions__attempt_items", distinct=True)
    )
    return {
        Course: course,
        Enrolment: Enrolment.objects.filter(course=course, role=Enrolment.Role.LEARNER).first(),
        Lesson: Lesson.objects.filter(module__course=course).order_by("pk").first(),
        Question: met.order_by("-met", "pk").first(),
        Quiz: quizzes.annotate(size=Count("items")).order_by("-size").first(),
    }


def _task_pages(rows: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    from courses.admin.studio.pages import PAGES
    from courses.models import Question

    for page in PAGES:
        row = rows.get(page.model) or page.model._default_manager.order_by("pk").first()
        if page.route.count("<") > 1 or page.name in FORMS or row is None:
            continue
        label = f"{page.model._meta.model_name}, {page.name}"
        name = f"admin:cx_courses_{page.model._meta.model_name}_{page.name}"
        url = reverse(name, args=[row.pk] if "<" in page.route else [])
        if "<" not in page.route and page.model is Question:
            url += f"?course={COURSE}"
        yield label, url
        for search, query in SEARCHES.get(page.name, {}).items():
            yield f"{label}: {search}", url + query


def _records(rows: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the list of each kind of rows, its last page, a row, and the page that adds one."""
    from django.contrib import admin
    from django.urls import reverse

    for model in sorted(admin.site._registry, key=lambda one: one._meta.model_name):
        if model._meta.app_label != "cx_courses":
            continue
        label = model._meta.model_name
        start = f"admin:cx_courses_{label}"
        yield f"{label}: list", reverse(f"{start}_changelist")
        yield f"{label}: list, searched", reverse(f"{start}_changelist") + "?q=school-12"
        row = rows.get(model) or model._default_manager.order_by("-pk").first()
        if row is None:
            print(f"no row: {label}", file=sys.stderr)
        else:
            yield f"{label}: change", reverse(f"{start}_change", args=[row.pk])
        yield f"{label}: add", reverse(f"{start}_add")

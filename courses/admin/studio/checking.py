"""The check of a course before it is published: what stops it, what is advised, and its rules."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.changes import label_of
from courses.admin.studio.frame import Step, frame
from courses.coursefiles.publishing.rules import PublishRules
from courses.coursefiles.publishing.written import CheckFinding
from courses.domain.authoring import publish_check
from courses.domain.rights import Can, rights
from courses.models import (
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    Reference,
    Stimulus,
    Term,
)

TEMPLATE = "admin/cx_courses/studio/check.html"
PAGES: dict[str, tuple[type[Any], str, Any]] = {
    "lesson": (Lesson, "lesson_edit", gettext_lazy("Lesson")),
    "quiz": (Quiz, "quiz_build", gettext_lazy("Quiz")),
    "question": (Question, "question_edit", gettext_lazy("Question")),
    "module": (Module, "module_change", gettext_lazy("Module")),
    "reference": (Reference, "reference_change", gettext_lazy("Reference")),
    "term": (Term, "term_change", gettext_lazy("Term")),
    "stimulus": (Stimulus, "stimulus_change", gettext_lazy("Shared text")),
    "objective": (Objective, "objective_change", gettext_lazy("Objective")),
}
"""Kind → its rows, where one is edited, and what it is called."""
_LONGEST_TITLE = 120
CHECK = "check"
"""The button that checks a large course."""
MOST = 100
"""So many errors are shown, and so much advice."""


class RulesForm(forms.Form):
    """The rules of `PublishRules`, in words."""

    use_required_attribute = False

    alike_percent = forms.IntegerField(
        label=gettext_lazy("Questions are nearly the same from this similarity, in per cent"),
        required=False,
        min_value=10,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input"}),
        help_text=gettext_lazy("Of groups of three words in their stems. Empty: not compared."),
    )
    are_enemies_declared = forms.BooleanField(
        label=gettext_lazy("Report questions that give each other away"), required=False
    )
    are_links_followed = forms.BooleanField(
        label=gettext_lazy("Report links to headings that do not exist"), required=False
    )
    are_objectives_met = forms.BooleanField(
        label=gettext_lazy("Report objectives without a lesson or a question"), required=False
    )
    are_terms_linked = forms.BooleanField(
        label=gettext_lazy("Report terms to which no lesson links"), required=False
    )

    def ticks(self) -> list[Any]:
        return [field for field in self if field.name != "alike_percent"]


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the words for its place and the way to its editor."""

    kind: str
    title: str
    place: str
    message: str
    url: str


def check(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the check finds, or choose its rules."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights(by=request.user, course=course)
    may_edit = granted.may_everywhere(Can.EDIT, course=course)
    is_sent = request.method == "POST"
    if not granted.may(Can.READ, course=course) or (is_sent and not may_edit):
        raise PermissionDenied
    if is_sent and request.POST.get("do") == CHECK:
        publish_check.queue_check(course=course, by=request.user, now=timezone.now())
        return redirect("admin:cx_courses_course_check", pk)
    initial = vars(publish_check.rules_of(course=course))
    form = RulesForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        publish_check.set_rules(course=course, rules=PublishRules(**form.cleaned_data))
        admin.log_change(request, course, [{"changed": {"fields": ["publish_rules"]}}])
        admin.message_user(request, _("The rules are saved."))
        return redirect("admin:cx_courses_course_check", pk)
    context = frame(
        admin,
        request,
        title=_("Check before publishing"),
        course=course,
        here="check",
        crumbs=[Step(course.title, reverse("admin:cx_courses_course_outline", args=[pk]))],
        form=form,
        may_edit=may_edit,
        job=publish_check.unfinished_check(course=course),
        **_found(course),
    )
    return TemplateResponse(request, TEMPLATE, context)


def _found(course: Course) -> dict[str, Any]:
    """Return the findings of the last check for the page; `last` is None before the first one."""
    last = publish_check.last_check(course=course)
    if last is None:
        return {"last": None, "errors": [], "advice": []}
    found, advice = last.report.errors, last.report.advice[:MOST]
    rows = _rows(course, [*found[:MOST], *advice])
    return {
        "last": last,
        "errors": [_shown(one, rows, course) for one in found[:MOST]],
        "advice": [_shown(one, rows, course) for one in advice],
        "more": len(found[MOST:]) + len(last.report.advice[MOST:]),
    }


def _rows(course: Course, found: list[CheckFinding]) -> dict[tuple[str, str], Any]:
    """Return kind and key → the row. One query for each kind."""
    rows: dict[tuple[str, str], Any] = {}
    for kind, (model, _page, _label) in PAGES.items():
        keys = {one.key for one in found if one.kind == kind}
        if not keys:
            continue
        wanted = model.objects.filter(course=course, key__in=keys)
        if kind == "question":
            wanted = wanted.select_related("ready_version").defer("ready_version__data")
        rows |= {(kind, row.key): row for row in wanted}
    return rows


def _shown(found: CheckFinding, rows: dict[tuple[str, str], Any], course: Course) -> ShownFinding:
    row = rows.get((found.kind, found.key))
    if row is None:  # The course itself.
        url = reverse("admin:cx_courses_course_change", args=[course.pk])
        return ShownFinding(_("Course"), course.title, "", found.message, url)
    _model, page, label = PAGES[found.kind]
    url = reverse(f"admin:cx_courses_{page}", args=[row.pk]) + _anchor(found)
    version = getattr(row, "ready_version", None)
    type_key = version.type if version is not None else ""
    place = ""
    if found.path and found.kind in ("lesson", "question", "quiz"):
        place = label_of(kind=found.kind, path=found.path, type_key=type_key)
    if found.line:
        place = _("Line %(number)d of the text") % {"number": found.line}
    title = str(getattr(row, "title", "") or (version.text.partition("\n")[0] if version else ""))
    named = title[:_LONGEST_TITLE] or found.key
    return ShownFinding(str(label), named, place, found.message, url)


def _anchor(found: CheckFinding) -> str:
    """Return the end of an address that leads to the field in its editor."""
    path = found.path
    if found.kind == "quiz" and path.startswith("items."):
        return f"#place-{path.split('.')[1]}"
    if not path or path == "key":
        return ""
    name = path if path.startswith("data.") else path.partition(".")[0]
    return f"#id_{name}"

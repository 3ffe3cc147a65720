"""A file of another system: its questions as cards, accepted one by one or all, and undone."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import clean_text
from courses.domain import jobs
from courses.domain.authoring import importing
from courses.domain.authoring.importing import ImportRow
from courses.domain.rights import Can, rights
from courses.errors import CoursesError
from courses.interchange import formats
from courses.interchange.found import UnreadableFile
from courses.interchange.sources import BYTES_LIMIT
from courses.models import Course, Job, Module, QuestionImport
from courses.questions import forms, registry

PERMISSIONS = ["cx_courses.add_question", "cx_courses.add_questionversion"]
TEMPLATE = "admin/cx_courses/studio/import.html"
SHOWN_BATCHES = 10
SHOWN_CARDS = 50
REASON_LIMIT = 1_000
STATUSES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "identical": gettext_lazy("Identical"),
    "unsupported": gettext_lazy("Not supported"),
}


@dataclass(frozen=True)
class CardAnswer:
    """One answer as a card shows it."""

    text: str
    feedback: str
    is_right: bool = True


def _answer(
    row: dict[str, Any], names: dict[str, str] | None = None, *, is_right: bool = True
) -> CardAnswer:
    """Return an option, accepted text, pair, card or gap as a card shows it."""
    text = row.get("text") or row.get("answer") or ", ".join(row.get("accept", ()))
    belongs = row.get("match") or (names or {}).get(row.get("category", ""))
    shown = f"{text} → {belongs}" if belongs else text
    return CardAnswer(shown, row.get("feedback", ""), is_right)


@dataclass(frozen=True)
class ImportCard:
    """One question of the file, with what the page shows of it."""

    row: ImportRow
    problems: tuple[str, ...]
    value: dict[str, Any]

    @property
    def status(self) -> Any:
        return STATUSES[self.row.status]

    @property
    def label(self) -> Any:
        """The name of its type: ours, or that of the file."""
        if self.row.text:
            return _("Shared text")
        return registry.get(self.row.type).label if self.row.type else self.row.format_type

    @property
    def answers(self) -> list[CardAnswer]:
        """The answers of the question, of whatever type it is."""
        value = self.value
        names = {one["key"]: one["text"] for one in value.get("categories", ())}
        rows = [_answer(one, is_right=bool(one.get("correct"))) for one in value.get("options", ())]
        for name in ("accept", "elements", "pairs", "cards", "blanks"):
            rows += [_answer(one, names) for one in value.get(name, ())]
        if "answer" in value:
            rows.append(CardAnswer(_("True") if value["answer"] else _("False"), ""))
        return rows

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the editor starts from."""
        return list(forms.fill(registry.get(self.row.type), self.value).items())


def import_questions(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file, show what was read with `?batch=`, accept it, or undo that."""
    courses = rights(by=request.user).whole_courses(Can.EDIT)
    course = get_object_or_404(courses, pk=pk)
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    named = request.GET.get("batch", "")
    batches = course.question_imports.all()
    batch = get_object_or_404(batches, uuid=named) if _is_uuid(named) else None
    if request.method != "POST":
        return _page(admin, request, course, batch)
    if batch is None:
        return _start(admin, request, course)
    return _decide(admin, request, course, batch)


def _is_uuid(text: str) -> bool:
    return len(text) == len("00000000-0000-0000-0000-000000000000") and all(
        sign in "0123456789abcdef-" for sign in text
    )


def _start(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    """Read what was uploaded or pasted, and go to its cards."""
    text = clean_text(request.POST.get("text", ""))
    upload = request.FILES.get("file")
    name = (upload.name or "") if upload else _("pasted text")
    if upload is None and not text.strip():
        return _page(admin, request, course, None, refusal=_("Choose a file."), status=422)
    content = upload.read(BYTES_LIMIT + 1) if upload else text.encode()
    key = formats.key_for(request.POST.get("format", ""), name, content)
    try:
        found = formats.read(key, content, name=name)
    except UnreadableFile as error:
        return _page(admin, request, course, None, refusal=str(error), status=422)
    if not found:
        refusal = _("No question was found in %(file)s.") % {"file": name}
        return _page(admin, request, course, None, refusal=refusal, status=422)
    batch = importing.start(
        course=course, found=found, format_key=key, file_name=name, now=timezone.now()
    )
    return redirect(_address(course, batch))


def _address(course: Course, batch: QuestionImport) -> str:
    page = reverse("admin:cx_courses_course_import", args=[course.pk])
    return f"{page}?batch={batch.uuid}"


def _decide(
    admin: Any, request: HttpRequest, course: Course, batch: QuestionImport
) -> HttpResponse:
    verb, _colon, which = request.POST.get("do", "").partition(":")
    is_large = importing.is_large(batch=batch)
    try:
        if verb == "accept" and which == "all" and is_large:
            importing.queue_accept(batch=batch, **_wish(request, course))
            return redirect(_address(course, batch))
        if verb == "undo" and is_large:
            importing.queue_undo(batch=batch, by=request.user, now=timezone.now())
            return redirect(_address(course, batch))
        if verb == "accept":
            places = None if which == "all" else {int(which)} if which.isdecimal() else set()
            done = importing.accept(batch=batch, places=places, **_wish(request, course))
            _say_accepted(admin, request, done)
        elif verb == "undo":
            undone = importing.undo(batch=batch, by=request.user, now=timezone.now())
            _say_undone(admin, request, undone)
    except CoursesError as error:
        admin.message_user(request, str(error.message), "ERROR")
    return _page(admin, request, course, batch)


def _wish(request: HttpRequest, course: Course) -> dict[str, Any]:
    """Return how questions are to be accepted, as the form says it."""
    return {
        "module": _module(request, course),
        "reason": _reason(request),
        "is_ready": "is_ready" in request.POST,
        "has_texts": "has_texts" in request.POST,
        "by": request.user,
        "now": timezone.now(),
    }


def _say_accepted(admin: Any, request: HttpRequest, done: importing.Acceptance) -> None:
    if done.texts:
        texts = len(done.texts)
        text = ngettext("%(count)d shared text is kept.", "%(count)d shared texts are kept.", texts)
        admin.message_user(request, text % {"count": texts})
    count = len(done.created) + len(done.changed)
    if not count and done.texts:
        return
    text = ngettext(
        "%(count)d question is in the bank now.", "%(count)d questions are in the bank now.", count
    )
    admin.message_user(request, text % {"count": count})
    if done.waiting:
        waiting = len(done.waiting)
        text = ngettext(
            "%(count)d question is not complete and waits here.",
            "%(count)d questions are not complete and wait here.",
            waiting,
        )
        admin.message_user(request, text % {"count": waiting}, "WARNING")


def _say_undone(admin: Any, request: HttpRequest, done: importing.Undone) -> None:
    text = _("The import is undone: %(retired)d retired, %(restored)d restored.")
    counts = {"retired": len(done.retired), "restored": len(done.restored)}
    admin.message_user(request, text % counts)
    if done.kept:
        text = _("Left as they are, because somebody has changed them since: %(names)s.")
        admin.message_user(request, text % {"names": ", ".join(done.kept)}, "WARNING")


def _reason(request: HttpRequest) -> str:
    return clean_text(request.POST.get("reason", ""))[:REASON_LIMIT].strip()


def _module(request: HttpRequest, course: Course) -> Module | None:
    key = request.POST.get("module", "")
    return Module.objects.filter(course=course, key=key).select_related("course").first()


def _page(
    admin: Any,
    request: HttpRequest,
    course: Course,
    batch: QuestionImport | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    bank = Step(_("Question bank"), reverse("admin:cx_courses_course_bank", args=[course.pk]))
    context = frame(
        admin,
        request,
        title=_("Import questions"),
        course=course,
        here="bank",
        crumbs=[bank],
        batch=batch,
        modules=course.modules.filter(is_archived=False).order_by("position"),
        module=request.POST.get("module", ""),
        reason=_reason(request),
        is_ready="is_ready" in request.POST,
        has_texts="has_texts" in request.POST,
        formats=formats.READ,
        text=clean_text(request.POST.get("text", "")),
        batches=course.question_imports.defer("rows", "files")[:SHOWN_BATCHES],
        write=reverse("admin:cx_courses_question_write"),
        **(_shown(request, course, batch) if batch is not None else {}),
        **more,
    )
    return TemplateResponse(request, TEMPLATE, context, status=status)


def _shown(request: HttpRequest, course: Course, batch: QuestionImport) -> dict[str, Any]:
    """Return what the page shows of an import: its counts, a page of cards, and its job."""
    reason, has_texts = _reason(request), "has_texts" in request.POST
    rows = importing.rows_of(batch=batch, reason=reason)
    counted = [row.status for row in rows]
    number = request.POST.get("page") or request.POST.get("shown_page")
    page = Paginator(rows, SHOWN_CARDS).get_page(number)
    job = importing.job_of(batch=batch)
    return {
        "page": page,
        "cards": [_card(row, reason) for row in page],
        "counts": [
            (label, counted.count(key)) for key, label in STATUSES.items() if key in counted
        ],
        "open_count": sum(row.is_open and (has_texts or not row.text) for row in rows),
        "text_count": sum(bool(row.text) for row in rows),
        "has_accepted": any(row.accepted for row in rows),
        **(_job_shown(course, job) if job else {}),
    }


def _job_shown(course: Course, job: Job) -> dict[str, Any]:
    kind = jobs.kind_of(job.kind)
    return {
        "job": job,
        "job_works": not job.is_finished,
        "job_label": kind.label,
        "job_facts": kind.results(job.result or {}),
        "job_url": reverse("admin:cx_courses_course_job", args=[course.pk, job.uuid]),
    }


def _card(row: ImportRow, reason: str) -> ImportCard:
    if not row.is_supported or row.text:
        return ImportCard(row, tuple(str(problem) for problem in row.problems()), {})
    kind = registry.get(row.type)
    problems = []
    for problem in row.problems(reason):
        where = forms.words(kind, problem.path)
        problems.append(f"{where}: {problem.message}" if where else problem.message)
    return ImportCard(row, tuple(dict.fromkeys(problems)), row.filled(reason))

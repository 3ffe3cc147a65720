"""A course as a zip of its files: to download, and to upload after a look at what would change."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.studio import uploads
from courses.admin.studio.changes import Change, changes
from courses.admin.studio.frame import course_step, frame
from courses.coursefiles import CourseFilesError
from courses.coursefiles.schema import CourseFile
from courses.domain.authoring import course_zip, uploading
from courses.domain.authoring.report import SyncConflict, SyncReport
from courses.domain.authoring.row_entries import KINDS_OF_ROWS
from courses.domain.rights import Can, rights
from courses.errors import CoursesError
from courses.models import Course

TEMPLATE = "admin/cx_courses/studio/files.html"
PERMISSIONS = [
    f"cx_courses.{verb}_{name}"
    for verb in ("add", "change")
    for name in ("module", "lesson", "question", "quiz")
]
_LABELS = {kind: model._meta.verbose_name for model, kind in KINDS_OF_ROWS.items()}


@dataclass(frozen=True)
class FileConflict:
    """What changed on both sides since they last agreed; without a base, from here to the file."""

    conflict: SyncConflict
    label: str
    here: tuple[Change, ...]
    there: tuple[Change, ...]
    has_base: bool
    is_archived: bool


def download(admin: Any, request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the course as a zip of its files; by a post it is made in the background."""
    course = _course(admin, request, pk)
    if not rights(by=request.user).may_everywhere(Can.READ, course=course):
        raise PermissionDenied
    if request.method == "POST":
        job = course_zip.queue_zip(course=course, by=request.user, now=timezone.now())
        return redirect("admin:cx_courses_course_job", course.pk, job.uuid)
    file = course_zip.write_zip(course=course)
    name = f"{course.key}-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def files(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a course is downloaded and uploaded, what an upload would change, or do it."""
    course = _course(admin, request, pk)
    may_upload = may_upload_to(request, course)
    if request.method != "POST":
        return _page(admin, request, course, may_upload=may_upload)
    if not may_upload:
        raise PermissionDenied
    try:
        return _upload(admin, request, course)
    except CourseFilesError as error:
        found = error.file_problems
        return _page(admin, request, course, may_upload=True, problems=found, status=422)
    except CoursesError as error:
        return _page(admin, request, course, may_upload=True, refusal=str(error), status=409)


def may_upload_to(request: HttpRequest, course: Course) -> bool:
    """Return whether the person may change a course by its files."""
    may_edit = rights(by=request.user).may_everywhere(Can.EDIT, course=course)
    return may_edit and request.user.has_perms(PERMISSIONS)


def _course(admin: Any, request: HttpRequest, pk: int) -> Course:
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    if not admin.has_view_permission(request, course):
        raise PermissionDenied
    return course


def _upload(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    content_hash, is_new = uploads.content_of(request, place=course.pk)
    if not content_hash:
        text = _("Choose the zip file again.")
        return _page(admin, request, course, may_upload=True, refusal=text)
    course_file = uploads.course_in(content_hash)
    refusal = ""
    if not is_new and request.POST.get("do") == uploads.APPLY:
        try:
            report = uploading.apply_upload(
                course=course,
                course_file=course_file,
                choose=_chosen(request),
                shown=request.POST.get("shown", ""),
                by=request.user,
                now=timezone.now(),
            )
        except uploading.ChangedMeanwhile as error:
            refusal = str(error.message)
        else:
            _say(admin, request, course, report)
            return redirect("admin:cx_courses_course_outline", course.pk)
    return show_plan(
        admin,
        request,
        course=course,
        content_hash=content_hash,
        course_file=course_file,
        refusal=refusal,
    )


def show_plan(
    admin: Any,
    request: HttpRequest,
    *,
    course: Course,
    content_hash: str,
    course_file: CourseFile,
    refusal: str = "",
) -> HttpResponse:
    """Show what the files would change in a course that the person may edit."""
    plan = uploading.plan_upload(course=course, course_file=course_file, now=timezone.now())
    return _page(
        admin,
        request,
        course,
        may_upload=True,
        plan=plan,
        groups=_groups(plan.report),
        conflicts=[_shown(course, one) for one in plan.report.conflicts],
        token=uploads.token_for(request, content_hash=content_hash, place=course.pk),
        refusal=refusal,
        status=409 if refusal else 200,
    )


def _chosen(request: HttpRequest) -> dict[str, Any]:
    start = "side."
    return {
        name.removeprefix(start): side
        for name, side in request.POST.items()
        if name.startswith(start) and side in ("ours", "theirs")
    }


def _page(
    admin: Any, request: HttpRequest, course: Course, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = frame(
        admin,
        request,
        title=_("Course files"),
        course=course,
        here="files",
        crumbs=[course_step(request, course)],
        limit=uploads.limit_text(),
        is_large=course_zip.is_large(course=course),
        **more,
    )
    return TemplateResponse(request, TEMPLATE, context, status=status)


def _groups(report: SyncReport) -> list[dict[str, Any]]:
    found = [
        (_("Added"), "plus", report.created),
        (_("Changed"), "pencil", report.updated),
        (_("Archived"), "archive", report.retired),
    ]
    return [
        {"title": title, "icon": icon, "names": [_named(name) for name in names]}
        for title, icon, names in found
        if names
    ]


def _named(name: str) -> str:
    kind, _blank, key = name.partition(" ")
    return f"{_LABELS.get(kind, kind)} “{key}”"


def _shown(course: Course, conflict: SyncConflict) -> FileConflict:
    base = uploading.base_of(course=course, conflict=conflict)
    entry, now = conflict.entry, conflict.now
    here, there = now.values if now else {}, entry.values
    return FileConflict(
        conflict=conflict,
        label=_named(conflict.name),
        here=changes(kind=entry.kind, before=base, after=here) if base and now else (),
        there=changes(kind=entry.kind, before=base or here, after=there),
        has_base=bool(base),
        is_archived=now is None,
    )


def _say(admin: Any, request: HttpRequest, course: Course, report: SyncReport) -> None:
    admin.log_change(request, course, [{"changed": {"fields": [_("course files")]}}])
    number = len(report.created) + len(report.updated) + len(report.retired)
    text = ngettext(
        "%(number)d entry is taken from the files.",
        "%(number)d entries are taken from the files.",
        number,
    )
    admin.message_user(request, text % {"number": number}, messages.SUCCESS)
    for one in report.starved:
        admin.message_user(request, one, messages.WARNING)
    if report.conflicts:
        admin.message_user(
            request, _("What you left undecided stays as it is here."), messages.WARNING
        )

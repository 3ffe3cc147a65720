"""A new course from a zip of its files: what would be made is shown first."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio import files, uploads
from courses.admin.studio.frame import frame
from courses.coursefiles import CourseFilesError, rules
from courses.coursefiles.schema import CourseFile
from courses.domain import enrolments
from courses.domain.authoring import edits, uploading
from courses.errors import CoursesError, Invalid
from courses.models import Course, Enrolment

TEMPLATE = "admin/cx_courses/studio/new_course.html"
PLACE = "new"


@dataclass(frozen=True)
class PlannedCourse:
    """What a zip would make, for the page."""

    course: CourseFile

    @cached_property
    def totals(self) -> list[tuple[Any, int]]:
        """What the course has, and how many of each."""
        modules = self.course.modules
        return [
            (_("Modules"), len(modules)),
            (_("Lessons"), sum(len(one.lessons) for one in modules)),
            (_("Quizzes"), len(self.course.quizzes) + sum(len(one.quizzes) for one in modules)),
            (_("Questions"), sum(len(one.questions) for one in modules)),
            (_("Files"), sum(len(one.assets) for one in modules)),
            (_("Glossary terms"), len(self.course.terms)),
            (_("Sources"), len(self.course.references)),
        ]


def may_make_course(admin: Any, request: HttpRequest) -> bool:
    """Return whether the person may make a course and what is in it."""
    return bool(admin.has_add_permission(request) and request.user.has_perms(files.PERMISSIONS))


def new_course(admin: Any, request: HttpRequest) -> HttpResponse:
    """Show how a course is uploaded, what a zip would make, or make it."""
    if not may_make_course(admin, request):
        raise PermissionDenied
    if request.method != "POST":
        return _page(admin, request)
    try:
        return _upload(admin, request)
    except CourseFilesError as error:
        return _page(admin, request, problems=error.file_problems, status=422)
    except CoursesError as error:
        return _page(admin, request, refusal=str(error), status=409)


def _upload(admin: Any, request: HttpRequest) -> HttpResponse:
    content_hash, is_new = uploads.content_of(request, place=PLACE)
    if not content_hash:
        return _page(admin, request, refusal=_("Choose the zip file again."))
    course_file = _under_key(uploads.course_in(content_hash), request.POST.get("key", ""))
    token = uploads.token_for(request, content_hash=content_hash, place=PLACE)
    existing = Course.objects.filter(key=course_file.key).first()
    if existing is not None and files.may_upload_to(request, existing):
        return files.show_plan(
            admin, request, course=existing, content_hash=content_hash, course_file=course_file
        )
    if existing is not None:
        free = edits.free_course_key(text=course_file.key)
        text = _("There is a course with the key “%(key)s” already. Make this one under another.")
        refusal = text % {"key": course_file.key}
        planned = PlannedCourse(course_file)
        more = {"refusal": refusal, "planned": planned, "free_key": free, "token": token}
        return _page(admin, request, status=409, **more)
    if not is_new and request.POST.get("do") == uploads.APPLY:
        return _made(admin, request, course_file)
    report = uploading.plan_course(course_file=course_file, now=timezone.now())
    return _page(
        admin,
        request,
        planned=PlannedCourse(course_file),
        report=report,
        token=token,
    )


def _under_key(course_file: CourseFile, key: str) -> CourseFile:
    """Return the course under the key that was entered. Raises Invalid for what is none."""
    if not key or key == course_file.key:
        return course_file
    if not rules.KEY.fullmatch(key):
        raise Invalid(_("A key is made of small letters, digits and hyphens."))
    return replace(course_file, key=key)


def _made(admin: Any, request: HttpRequest, course_file: CourseFile) -> HttpResponse:
    now, by = timezone.now(), request.user
    with transaction.atomic():
        course = uploading.create_course(course_file=course_file, by=by, now=now)
        if not by.is_superuser:
            role = Enrolment.Role.INSTRUCTOR
            enrolments.enrol(course=course, user=by, role=role, by=by, now=now)
        admin.log_addition(request, course, [{"added": {}}])
    text = _("“%(title)s” is made, as a draft. Learners do not see it before it is published.")
    admin.message_user(request, text % {"title": course})
    return redirect("admin:cx_courses_course_outline", course.pk)


def _page(admin: Any, request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    title = _("New course from files")
    context = frame(admin, request, title=title, limit=uploads.limit_text(), **more)
    return TemplateResponse(request, TEMPLATE, context, status=status)

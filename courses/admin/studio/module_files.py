"""The files of a module: what each shows and where, replaced in place, deleted when unused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.links import SiteLinks
from courses.admin.studio.outline_commands import number_in
from courses.coursefiles.file_kinds import KINDS, kind_of
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.file_uses import FileUse, file_uses
from courses.domain.rights import Can, rights
from courses.errors import CoursesError, Invalid, Problem
from courses.models import Asset, Edition, Lesson, Module, Question, Quiz, Stimulus

TEMPLATE = "admin/cx_courses/studio/module_files.html"
ADD, REPLACE, DELETE, DESCRIBE = "add", "replace", "delete", "describe"
PERMISSIONS = {
    ADD: "add_asset",
    REPLACE: "change_asset",
    DELETE: "delete_asset",
    DESCRIBE: "change_asset",
}
DESCRIBED: dict[str, tuple[type[Any], str]] = {
    "lesson": (Lesson, "change_lesson"),
    "question": (Question, "add_questionversion"),
    "stimulus": (Stimulus, "change_stimulus"),
}
"""Kind → where words can be changed here, and what that takes."""
_EDITORS = {Lesson: "edit", Question: "edit", Quiz: "build"}


@dataclass(frozen=True)
class ShownUse:
    """Where a file is shown, with the page on which that and its words are changed."""

    name: str
    kind: str
    url: str
    words: tuple[str, ...]
    is_current: bool
    place: str = ""
    """Kind and number of what shows it, where its words can be changed here."""

    @property
    def described(self) -> tuple[str, ...]:
        """The words that can be changed; one empty text where there are none yet."""
        return (self.words or ("",)) if self.place else ()


@dataclass(frozen=True)
class ShownFile:
    asset: Asset
    address: str
    family: str
    """picture, audio, video or document"""
    uses: tuple[ShownUse, ...]
    problem: str = ""

    @property
    def icon(self) -> str:
        return "book" if self.family == "document" else "target"

    @property
    def ending(self) -> str:
        return f".{self.asset.name.rpartition('.')[2]}"


def module_files(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the files of a module, or do with one what a button asks for."""
    module = admin.get_object(request, str(pk))
    if module is None:
        raise Http404
    granted, course = rights(by=request.user), module.course
    may_read = granted.may_everywhere(Can.READ, course=course)
    if not (may_read and admin.has_view_permission(request, module)):
        raise PermissionDenied
    may_edit = granted.may_everywhere(Can.EDIT, course=course)
    allowed = [one for one in PERMISSIONS if may_edit and _may(request, one)]
    if request.method != "POST":
        return _page(admin, request, module, allowed)
    verb, _colon, number = request.POST.get("do", "").partition(":")
    if verb not in PERMISSIONS:
        raise Http404
    if verb not in allowed:
        raise PermissionDenied
    asset = None
    if verb != ADD:
        asset = get_object_or_404(module.assets.all(), pk=number_in(number))
    try:
        done = _change(request, verb, module, asset)
    except CoursesError as error:
        texts = [str(one.message) for one in getattr(error, "problems", ())]
        text = " ".join(texts) or str(error.message)
        problems = {asset.pk if asset else 0: text}
        return _page(admin, request, module, allowed, problems=problems, status=409)
    admin.message_user(request, done)
    return redirect(request.path)


def _may(request: HttpRequest, verb: str) -> bool:
    return bool(request.user.has_perm(f"cx_courses.{PERMISSIONS[verb]}"))


def _change(request: HttpRequest, verb: str, module: Module, asset: Asset | None) -> str:
    """Do it, and return the message about it. Raises what the domain raises."""
    origin = Origin(Edition.Channel.STUDIO, request.user, timezone.now())
    seen = request.POST.get("seen", "")
    if verb == DELETE and asset is not None:
        edits.delete_file(asset=asset, seen=seen, origin=origin)
        return _("“%(name)s” is deleted.") % {"name": asset.name}
    if verb == DESCRIBE and asset is not None:
        return _describe(request, module, asset, origin)
    sent: Any = request.FILES.get("file")
    if sent is None:
        raise Invalid(problems=[Problem("file", _("Choose a file."))])
    name = asset.name if asset is not None else str(sent.name)
    edits.refuse_larger(name=name, size=sent.size or 0)
    if asset is not None:
        edits.replace_file(asset=asset, content=sent.read(), seen=seen, origin=origin)
        return _("“%(name)s” is replaced wherever it is shown.") % {"name": name}
    made = edits.add_file(module=module, name=name, content=sent.read(), origin=origin)
    return _("“%(name)s” is added. Texts of the module can show it.") % {"name": made.name}


def _describe(request: HttpRequest, module: Module, asset: Asset, origin: Origin) -> str:
    kind, _slash, number = request.POST.get("place", "").partition("/")
    model, permission = DESCRIBED.get(kind, (None, ""))
    if model is None:
        raise Http404
    if not request.user.has_perm(f"cx_courses.{permission}"):
        raise PermissionDenied
    rows = model.objects.filter(course=module.course)
    if model is Lesson:
        rows = model.objects.filter(module__course=module.course)
    edits.describe_file(
        asset=asset,
        row=get_object_or_404(rows, pk=number_in(number)),
        old=request.POST.get("old", ""),
        new=request.POST.get("words", ""),
        by=request.user,
        origin=origin,
    )
    return _("The words for “%(name)s” are changed there.") % {"name": asset.name}


def _page(
    admin: Any,
    request: HttpRequest,
    module: Module,
    allowed: Sequence[str],
    *,
    problems: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    course, found = module.course, problems or {}
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    context = frame(
        admin,
        request,
        title=_("Files"),
        course=course,
        crumbs=[Step(course.title, outline), Step(module.title)],
        module=module,
        files=_shown(module, found),
        problem=found.get(0, ""),
        allowed=allowed,
        accepted=",".join(f".{ending}" for ending in KINDS),
    )
    return TemplateResponse(request, TEMPLATE, context, status=status)


def _shown(module: Module, problems: dict[int, str]) -> list[ShownFile]:
    uses, links = file_uses(module=module), SiteLinks(module.course.key, module.key)
    return [
        ShownFile(
            asset,
            links.asset(asset.name),
            _family(asset.name),
            tuple(map(_shown_use, uses.get(asset.name, ()))),
            problems.get(asset.pk, ""),
        )
        for asset in module.assets.order_by("name")
    ]


def _family(name: str) -> str:
    kind = kind_of(name)
    return kind.family if kind is not None else "document"


def _shown_use(use: FileUse) -> ShownUse:
    row = use.row
    model, page = row._meta.model_name, _EDITORS.get(type(row), "change")
    url = reverse(f"admin:cx_courses_{model}_{page}", args=[row.pk])
    place = f"{model}/{row.pk}" if use.is_current and model in DESCRIBED else ""
    label = str(row._meta.verbose_name)
    return ShownUse(str(row), label, url, use.words, use.is_current, place)

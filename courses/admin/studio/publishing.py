"""Publishing from an editor's page: what changes, when, and two editors who changed the same.

The two pages here post the whole form of the editor on, as hidden fields.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.changes import changes
from courses.admin.studio.editor_fields import fields_of
from courses.admin.studio.frame import frame
from courses.admin.studio.touched_texts import COMPARE, touched_texts
from courses.admin.studio.two_editors import THEIRS, ShownConflict, merged
from courses.admin.studio.working_copy import DraftOfPage
from courses.domain.authoring import edits, working_copies
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.working_copies import Publication
from courses.errors import Conflict, CoursesError, Invalid, Problem
from courses.models import Edition

SCHEDULE, MERGE, MINE = "schedule", "merge", "mine"
READING = (COMPARE, SCHEDULE, MERGE, MINE, THEIRS)
"""Buttons that need the form to be complete, beside those that save it."""
TEMPLATES = "admin/cx_courses/studio/"


class Editable(Protocol):
    """What the page of an editor holds, ready to be published."""

    page: DraftOfPage
    verb: str

    @property
    def publication(self) -> Publication:
        """What the form holds. Raises Invalid for what the form itself refuses."""

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the field that it is about."""

    def refuse(self, message: str) -> None:
        """Say why nothing was saved where that is about no field."""


def act(
    admin: Any,
    request: HttpRequest,
    draft: Editable,
    *,
    done: Callable[[Any], HttpResponse],
    **around: Any,
) -> HttpResponse | None:
    """Do what a button asks for; None with the problems in the draft.

    `done` answers when it is published. `around` is the context of the pages here: the course, its
    crumbs, the `name` of the thing, the `verb` that publishes it.
    """
    page = draft.page
    try:
        publication = draft.publication
        if draft.verb == COMPARE:
            return compare(admin, request, page=page, publication=publication, **around)
        if draft.verb == SCHEDULE:
            return schedule(admin, request, page=page, publication=publication, **around)
        if draft.verb in (MERGE, MINE, THEIRS):
            return resolve(request, page=page, publication=publication)
        return done(page.publish(publication))
    except edits.Overtaken as error:
        return conflict(admin, request, page=page, publication=publication, error=error, **around)
    except Invalid as error:
        draft.add_problems(error.problems)
    except Conflict as error:
        draft.refuse(str(error.message))
    return None


def shared_text() -> str:
    """Return what the pages say of something that was stored as a draft."""
    return _("“%(title)s” is shared as a draft. Your colleagues see it, learners do not.")


class TimeForm(forms.Form):
    """When it is published."""

    use_required_attribute = False

    publish_at = forms.DateTimeField(
        label=gettext_lazy("Publish at"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def compare(
    admin: Any,
    request: HttpRequest,
    *,
    page: DraftOfPage,
    publication: Publication,
    verb: str,
    time: TimeForm | None = None,
    **more: Any,
) -> HttpResponse:
    """Show what publishing would change; `verb` is that of the button which does it."""
    stored = working_copies.stored_state(thing=page.thing)
    before: Mapping[str, Any] = stored.values if stored is not None else {}
    after = working_copies.record_values(thing=page.thing, publication=publication)
    kept = {name: before[name] for name in ("position", "archived") if name in before}
    context = frame(
        admin,
        request,
        title=_("What changes"),
        page=page,
        changes=changes(kind=page.thing.kind, before=before, after={**after, **kept}),
        fields=page.fields,
        verb=verb,
        touched=touched_texts(page.row, publication.record),
        is_overtaken=stored is not None and publication.based_on not in ("", stored.content_hash),
        time=time or TimeForm(),
        **more,
    )
    return TemplateResponse(request, f"{TEMPLATES}publish.html", context)


def schedule(
    admin: Any, request: HttpRequest, *, page: DraftOfPage, publication: Publication, **more: Any
) -> HttpResponse:
    """Let the draft be published at the time that was chosen; else show why not."""
    form = TimeForm(request.POST)
    if form.is_valid():
        try:
            at = _scheduled(page, publication, form.cleaned_data["publish_at"])
        except edits.Overtaken as error:
            return conflict(admin, request, page=page, publication=publication, error=error, **more)
        except CoursesError as error:
            texts = [str(one.message) for one in getattr(error, "problems", ())]
            form.add_error("publish_at", texts or [str(error.message)])
        else:
            text = _("It will be published at %(time)s.")
            when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
            messages.success(request, text % {"time": when})
            return page.back(saved=page.tab)
    return compare(admin, request, page=page, publication=publication, time=form, **more)


def _scheduled(page: DraftOfPage, publication: Publication, at: datetime) -> datetime:
    copy = page.keep()
    origin = Origin(Edition.Channel.SCHEDULE, page.request.user, timezone.now())
    working_copies.schedule(copy=copy, publication=publication, at=at, origin=origin)
    return at


def conflict(
    admin: Any,
    request: HttpRequest,
    *,
    page: DraftOfPage,
    publication: Publication,
    error: edits.Overtaken,
    **more: Any,
) -> HttpResponse:
    """Show base, theirs and mine, to choose from; what was written is kept as the draft."""
    found = working_copies.two_editors(
        thing=page.thing, publication=publication, copy=page.copy, theirs=error.theirs
    )
    _keep_quietly(page)
    more.pop("verb", None)
    context = frame(
        admin,
        request,
        title=_("Two texts"),
        page=page,
        parts=ShownConflict(page.thing.kind, found).parts,
        is_base_known=bool(found.base),
        fields=page.fields,
        began=page.request.POST.get("began", "") or publication.based_on,
        shown=found.based_on,
        **more,
    )
    return TemplateResponse(request, f"{TEMPLATES}conflict.html", context, status=409)


def _keep_quietly(page: DraftOfPage) -> None:
    """Keep what was written; where that fails it stands in the page that is shown."""
    try:
        page.keep()
    except CoursesError as error:
        page.refusal = str(error.message)


def resolve(request: HttpRequest, *, page: DraftOfPage, publication: Publication) -> HttpResponse:
    """Make the draft what was chosen of both; it goes on from the state that was shown.

    Publishing it then is refused again where a third editor has saved meanwhile.
    """
    began, shown = request.POST.get("began", ""), page.based_on
    found = working_copies.chosen_from(
        thing=page.thing, publication=publication, began=began, shown=shown
    )
    if page.verb == THEIRS:
        choices = {}
        values = dict(found.theirs)
    else:
        choices = {
            name.removeprefix("choice."): str(request.POST[name])
            for name in request.POST
            if name.startswith("choice.")
        }
        values = merged(found, choices if page.verb == MERGE else {})
    fields = fields_of(thing=page.thing, row=page.row, values=values)
    copy = working_copies.continue_from(
        owner=request.user,
        thing=page.thing,
        fields=fields,
        state=found.theirs,
        is_ended=page.verb == THEIRS,
        now=timezone.now(),
    )
    text = (
        _("What you wrote is discarded; this is what is stored.")
        if copy is None
        else _("You go on with this. Look at it, and publish it.")
    )
    messages.success(request, text)
    return page.back(saved=page.tab)

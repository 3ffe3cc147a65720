"""The draft behind a page: shown when the page is opened, kept while it is typed, discarded.

Every page with an editor uses it in the same way; `static/cx_courses/admin/autosave.js` posts the
form of the page with `do=keep`, and so does the button "Save for myself" without it.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from courses.admin.studio.posted import row_number
from courses.admin.studio.returning import NEXT, place_of
from courses.domain.authoring import edits, working_copies
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.working_copies import Publication, Save, Thing
from courses.errors import CoursesError
from courses.models import Edition, WorkingCopy

KEEP, DISCARD, BRING_BACK, CANCEL = "keep", "discard", "bring_back", "cancel_schedule"
CONTROLS = frozenset(
    (
        *("csrfmiddlewaretoken", "do", "based_on", "revision", "tab", "turn", "draft"),
        *("confirmed", "pick", "seed", "state", "publish_at", "began", "refuse_reason"),
    )
)
"""What a page posts beside the texts of its editor."""
_APART = ("find-", "find_", "insert_", "choice.")
_LONGEST_TAB = 36


class DraftOfPage:
    """The working copy that a page shows, and what the page posts of it."""

    is_review = False
    """Whether it shows what a program proposes."""

    def __init__(self, request: HttpRequest, *, thing: Thing, row: Any = None) -> None:
        self.request, self.thing, self.row = request, thing, row
        self.is_sent = request.method == "POST"
        self.verb = request.POST.get("do", "").partition(":")[0]
        self.copy = self._find()
        self.shown = row
        """The row that the page shows: of something new one that is not saved yet."""
        self.refusal = ""
        self.sent: QueryDict = request.POST
        """What was posted, with what a button has put into the texts."""
        self._revision: int | None = None
        """What saving again is to be written against, after a refusal."""

    def _find(self) -> WorkingCopy | None:
        owner = self.request.user
        if self.thing.key:
            return working_copies.find(owner=owner, thing=self.thing)
        sent = self.request.POST if self.is_sent else self.request.GET
        return working_copies.find_new(
            owner=owner, thing=self.thing, uuid=_uuid(sent.get("draft", ""))
        )

    # What the page begins from

    @cached_property
    def data(self) -> QueryDict | None:
        """What was posted; else the texts of the draft; None where there is neither."""
        if self.is_sent:
            return self.request.POST
        if self.copy is None:
            return None
        found = QueryDict(mutable=True)
        for name, text in self.copy.fields:
            found.appendlist(name, text)
        return found

    @property
    def fields(self) -> list[list[str]]:
        """The texts of the editor as they were posted."""
        return [
            [name, str(text).replace("\0", "")]
            for name, texts in self.sent.lists()
            for text in texts
            if name not in CONTROLS and not name.startswith(_APART)
        ]

    @cached_property
    def current(self) -> str:
        """The name of what is stored of the thing."""
        return edits.content_tag(row=self.row) if self.row is not None else ""

    @cached_property
    def based_on(self) -> str:
        """The name of the state that what the page shows began from."""
        if self.is_sent:
            return self.request.POST.get("based_on", "")
        return self.copy.base_hash if self.copy is not None else self.current

    @property
    def revision(self) -> int:
        """The revision of the draft as the page knows it; 0 for none."""
        if self._revision is not None:
            return self._revision
        if self.is_sent:
            return row_number(self.request.POST.get("revision", "")) or 0
        return self.copy.revision if self.copy is not None else 0

    @property
    def uuid(self) -> str:
        return str(self.copy.uuid) if self.copy is not None and not self.thing.key else ""

    @property
    def tab(self) -> str:
        return self.request.POST.get("tab", "")[:_LONGEST_TAB]

    # What the page says of it

    @property
    def saved_text(self) -> str:
        return _saved_text(self.copy) if self.copy is not None else ""

    @property
    def is_behind(self) -> bool:
        """Whether the thing has changed since the draft began."""
        return bool(self.based_on) and self.based_on != self.current

    @cached_property
    def discarded(self) -> WorkingCopy | None:
        """The draft that can be brought back, where there is no open one."""
        if self.copy is not None or self.is_sent:
            return None
        now = timezone.now()
        return working_copies.discarded(owner=self.request.user, thing=self.thing, now=now)

    # What its buttons do

    def handle(self) -> HttpResponse | None:
        """Do what a button about the draft asks for; None for all other buttons."""
        if self.verb == KEEP:
            return self._keep()
        if self.verb == DISCARD and self.copy is not None:
            working_copies.discard(copy=self.copy, now=timezone.now())
            messages.success(self.request, _("What you wrote is discarded."))
            return self.back(with_draft=False, saved=self.tab)
        if self.verb == BRING_BACK:
            return self._bring_back()
        if self.verb == CANCEL and self.copy is not None:
            working_copies.cancel_schedule(copy=self.copy)
            messages.success(self.request, _("It will not be published at that time."))
            return self.back()
        return None

    def _keep(self) -> HttpResponse | None:
        """Save the draft; without a script a refusal is shown on the page."""
        try:
            self.keep()
        except working_copies.Ended as error:
            self._revision = 0
            return self._refused(error)
        except working_copies.Faster as error:
            self.copy, self._revision = error.copy, error.copy.revision
            return self._refused(error, fields=error.copy.fields, revision=error.copy.revision)
        except CoursesError as error:
            return self._refused(error)
        if self._is_script:
            texts = {"draft": self.uuid, "text": self.saved_text}
            return JsonResponse({"revision": self._copy.revision, **texts})
        messages.success(self.request, self.saved_text)
        return self.back(saved=self.tab)

    def keep(self) -> WorkingCopy:
        """Save what was posted as the draft. Raises what `working_copies.save` raises."""
        sent = Save(
            fields=self.fields,
            based_on=self.based_on,
            revision=self.revision,
            tab=self.tab,
            turn=row_number(self.request.POST.get("turn", "")) or 0,
            uuid=self.uuid,
        )
        owner = self.request.user
        now = timezone.now()
        self.copy = working_copies.save(owner=owner, thing=self.thing, sent=sent, now=now)
        return self.copy

    def keep_text(self, name: str, text: str) -> None:
        """Save what was posted with another text for one field; without a text, discard it.

        Where that is refused, the page says so.
        """
        self.sent = self.sent.copy()
        self.sent[name] = text
        owner, now = self.request.user, timezone.now()
        try:
            if text.strip():
                sent = Save(fields=self.fields, revision=self.revision, uuid=self.uuid)
                self.copy = working_copies.save(owner=owner, thing=self.thing, sent=sent, now=now)
                self._revision = self.copy.revision
            elif self.copy is not None:
                working_copies.discard(copy=self.copy, now=now)
                self.copy, self._revision = None, 0
        except CoursesError as error:
            self.refusal = str(error.message)

    def _refused(self, error: CoursesError, **stored: Any) -> HttpResponse | None:
        self.refusal = str(error.message)
        if not self._is_script:
            return None
        answer = {"code": error.code, "text": self.refusal, **stored}
        return JsonResponse(answer, status=409)

    def _bring_back(self) -> HttpResponse:
        now = timezone.now()
        found = working_copies.discarded(owner=self.request.user, thing=self.thing, now=now)
        try:
            if found is not None:
                working_copies.bring_back(copy=found, now=now)
        except CoursesError as error:
            messages.error(self.request, str(error.message))
        return self.back()

    @property
    def _copy(self) -> WorkingCopy:
        assert self.copy is not None  # noqa: S101 (for the type checker)
        return self.copy

    @property
    def _is_script(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"

    def back(self, *, with_draft: bool = True, saved: str = "") -> HttpResponse:
        """Return to the page, with the draft in its address where the thing is new.

        `saved` lets the script of the next page delete what it kept in the browser.
        """
        names = () if self.thing.key else ("course", "type")
        query = {name: self.request.GET[name] for name in names if name in self.request.GET}
        place = place_of(self.request)
        if place:
            query[NEXT] = place
        if with_draft and self.uuid:
            query["draft"] = self.uuid
        if saved:
            query["saved"] = saved
        address = self.request.path + (f"?{urlencode(query)}" if query else "")
        return redirect(address)

    # Publishing

    def publish(self, publication: Publication) -> Any:
        """Publish, end the draft, return the row; raise what `working_copies.publish` raises."""
        by, now = self.request.user, timezone.now()
        return working_copies.publish(
            thing=self.thing,
            publication=publication,
            copy=self.copy,
            revision=self.revision,
            tab=self.tab,
            origin=Origin(Edition.Channel.STUDIO, by, now, note=publication.note),
        )


def _saved_text(copy: WorkingCopy) -> str:
    return _("Saved at %(time)s, only you see it.") % {"time": time_of(copy)}


def time_of(copy: WorkingCopy) -> str:
    """Return when it was saved: the time of day, on another day with the date."""
    moment = timezone.localtime(copy.updated_at)
    if moment.date() == timezone.localdate():
        return time_format(moment, "TIME_FORMAT")
    return date_format(moment, "DATETIME_FORMAT")


def _uuid(text: str) -> str:
    """Return the text where it is a UUID, else ""."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""

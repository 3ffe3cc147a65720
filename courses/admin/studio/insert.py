"""What an author puts into a text beside writing it: marks that are found, and files.

Its controls are part of the form of the lesson or question, so they work without scripts: then the
mark comes to the end of the text. A script puts it where the cursor is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.posted import clean_text
from courses.coursefiles.file_kinds import KINDS, kind_of
from courses.domain.authoring import edits, insertable
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.insertable import Insertable
from courses.errors import Invalid
from courses.models import Course, Edition, Module

SEEK, INSERT, ATTACH, CHOOSE = "seek", "insert", "attach", "choose"
VERBS = (SEEK, INSERT, ATTACH, CHOOSE)
KIND_LABELS = {
    insertable.CHECK: gettext_lazy("Check"),
    insertable.TERM: gettext_lazy("Term"),
    insertable.SOURCE: gettext_lazy("Source"),
    insertable.LESSON: gettext_lazy("Lesson"),
    insertable.FIGURE: gettext_lazy("Live figure"),
    insertable.FILE: gettext_lazy("File of the module"),
}
LONGEST_TEXT = 400


@dataclass(frozen=True)
class FoundKind:
    """What was found of one kind."""

    label: str
    rows: list[Insertable]


class InsertPanel:
    """The controls, what was sent in them and, after `act`, the mark to put into the text."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        course: Course,
        module: Module | None,
        kinds: Sequence[str],
    ) -> None:
        self.course, self.module, self.kinds = course, module, kinds
        self.targets: Sequence[tuple[str, str]] = ()
        """Where a form has several texts: their names, with what a person calls them."""
        self._request, posted = request, request.POST
        verb, _colon, self._what = posted.get("do", "").partition(":")
        self.verb = verb if verb in VERBS else ""
        self.words = clean_text(posted.get("insert_words", ""))[:200].replace("\0", "")
        self.kind = posted.get("insert_kind", "")
        self.text = " ".join(posted.get("insert_text", "").replace("\0", "").split())
        self.is_decorative = "insert_decorative" in posted
        self.target = posted.get("insert_into", "")
        self.existing = posted.get("insert_existing", "")
        self.upload = request.FILES.get("insert_file")
        self.mark: Insertable | None = None
        self.problems: dict[str, str] = {}

    def act(self) -> None:
        """Do what the pressed button asks for. A chosen file is stored before anything is saved."""
        if self.verb == INSERT:
            kind, _colon, key = self._what.partition(":")
            if kind in self.kinds:
                self.mark = insertable.insertable(
                    course=self.course, module=self.module, kind=kind, key=key
                )
        elif self.verb == CHOOSE:
            self.existing = self._what
        elif self.verb == ATTACH or (self.upload and not self.verb):
            self._attach()

    @property
    def is_open(self) -> bool:
        return bool(self.verb or self.problems)

    @property
    def stops_saving(self) -> bool:
        return bool(self.problems)

    @cached_property
    def found(self) -> list[FoundKind]:
        """What the search finds; without words the first of each kind."""
        if self.verb != SEEK:
            return []
        wanted = [self.kind] if self.kind in self.kinds else self.kinds
        rows = insertable.find_insertable(
            course=self.course, module=self.module, kinds=wanted, words=self.words
        )
        shown = [
            FoundKind(str(KIND_LABELS[kind]), [one for one in rows if one.kind == kind])
            for kind in wanted
        ]
        return [one for one in shown if one.rows]

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(kind, KIND_LABELS[kind]) for kind in self.kinds]

    @cached_property
    def files(self) -> list[str]:
        """The names of the files that the module has."""
        if self.module is None:
            return []
        return list(self.module.assets.order_by("name").values_list("name", flat=True))

    @property
    def accepted(self) -> str:
        """What the browser offers to choose."""
        return ",".join(f".{ending}" for ending in KINDS)

    def _attach(self) -> None:
        if self.module is None:
            self.problems["file"] = _("Choose a module first: files belong to a module.")
        elif not self.upload and self.existing not in self.files:
            self.problems["file"] = _("Choose a file.")
        else:
            self._attach_named(str(self.upload.name) if self.upload else self.existing)

    def _attach_named(self, name: str) -> None:
        try:
            if self.upload:
                edits.refuse_larger(name=name, size=self.upload.size or 0)
            problem = self._text_problem(edits.safe_name(name))
            if problem:
                self.problems["text"] = problem
                return
            name = self._stored() if self.upload else name
        except Invalid as error:
            self.problems["file"] = " ".join(str(one.message) for one in error.problems)
            return
        self.mark = insertable.picture_mark(
            name=name, text=self.text, is_decorative=self.is_decorative
        )
        self.text, self.existing, self.is_decorative = "", "", False

    def _text_problem(self, name: str) -> str:
        """Return what is wrong with the text in place of the file."""
        kind = kind_of(name)
        if len(self.text) > LONGEST_TEXT:
            return _("At most %d characters.") % LONGEST_TEXT
        if kind is None or kind.family == "document" or self.text:
            return ""
        if kind.family == "picture":
            if self.is_decorative:
                return ""
            return _("Say what the picture shows, for those who do not see it.")
        return _("Say what is heard or seen, for those who cannot.")

    def _stored(self) -> str:
        origin = Origin(Edition.Channel.STUDIO, self._request.user, timezone.now())
        assert self.upload is not None  # noqa: S101 (for the type checker)
        assert self.module is not None  # noqa: S101 (for the type checker)
        row = edits.add_file(
            module=self.module,
            name=str(self.upload.name),
            content=self.upload.read(),
            origin=origin,
        )
        return str(row.name)


def put_mark(text: str, mark: Insertable) -> str:
    """Return the text with the mark at its end; a block gets a paragraph of its own."""
    if not text.strip():
        return mark.mark
    return text.rstrip() + ("\n\n" if mark.is_block else " ") + mark.mark

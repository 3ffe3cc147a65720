"""What stands at the paragraphs of a lesson for one learner: their notes, and links to write one.

The text itself is the same for all and stays as it was prepared for them; this is put into a copy.
So is a note but for its words, which are put into what was rendered once for all notes of a lesson.
"""

from dataclasses import dataclass, field
from secrets import token_hex

from django.http import HttpRequest
from django.template import Context
from django.template.defaultfilters import linebreaks_filter
from django.utils.safestring import SafeString

from courses.domain import access, lessons, notes
from courses.domain.notes import PlacedNote
from courses.markup import paragraphs
from courses.models import Course
from courses.templatetags.courses_cached import cached

_PLACE = "p-here"
"""Stands for the name of a paragraph in the link that is rendered once; no name is like it."""
_TEXT = f"text{token_hex(8)}"
"""Stands for the text in a note that is rendered once. Random: no text can contain it."""


@dataclass(frozen=True)
class NoteMarks:
    """The marks of one page, as HTML.

    `shown` are the notes by their paragraphs, `lost` those whose paragraph is in the text no more.
    """

    owner: str = ""
    """The enrolment whose notes they are; empty for those who keep none here."""
    is_writing: bool = False
    """Are there links to write a note at every paragraph?"""
    shown: dict[str, str] = field(default_factory=dict)
    lost: list[SafeString] = field(default_factory=list)
    link: str = ""

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.lost)

    def put(self, html: SafeString) -> SafeString:
        """Return a segment of the lesson's text with what belongs to its paragraphs."""
        is_marked = self.link or any(place in html for place in self.shown)
        if not is_marked:
            return html
        return SafeString(paragraphs.put_after(html, self._at))

    def _at(self, place: str) -> str:
        return self.shown.get(place) or self.link.replace(_PLACE, place)


def marks_of(
    *, request: HttpRequest, reader: access.Reader, page: lessons.LessonPage, is_writing: bool
) -> NoteMarks:
    """Return the marks of a lesson's page. One query where the learner has notes on it, else none.

    `is_writing` puts a link at every paragraph, for those who have no script that does it.
    """
    if reader.enrolment is None or not notes.may_note(reader=reader):
        return NoteMarks()
    owner = str(reader.enrolment.uuid)
    if not (page.state.has_notes or is_writing):
        return NoteMarks(owner)
    found = []
    if page.state.has_notes:
        found = notes.of_lesson(enrolment=reader.enrolment, lesson=page.lesson)
    course, key = reader.course, page.lesson.key
    made = [(one, note_html(request, course=course, lesson_key=key, one=one)) for one in found]
    return NoteMarks(
        owner=owner,
        is_writing=is_writing,
        shown={one.note.place: html for one, html in made if one.is_found},
        lost=[html for one, html in made if not one.is_found],
        link=_link(request, course, key) if is_writing else "",
    )


def note_html(
    request: HttpRequest, *, course: Course, lesson_key: str, one: PlacedNote
) -> SafeString:
    """Return a note as it stands in the text of its lesson."""
    html = cached(
        Context({"request": request}),
        "cx_courses/notes/note.html",
        course=course,
        lesson_key=lesson_key,
        is_found=one.is_found,
        is_bookmark=one.note.is_bookmark,
        text=_TEXT,
        slot_place=one.note.place,
        slot_quote=one.note.quote,
    )
    return SafeString(html.replace(_TEXT, linebreaks_filter(one.note.text)))


def _link(request: HttpRequest, course: Course, lesson_key: str) -> str:
    context = Context({"request": request})
    names = {"course": course, "lesson_key": lesson_key, "place": _PLACE}
    return cached(context, "cx_courses/notes/link.html", **names)

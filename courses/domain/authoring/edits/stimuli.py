"""Texts that several questions share, one at a time."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses import markup
from courses.coursefiles.schema import StimulusFile
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import (
    RowLookup,
    columns,
    free_key,
    refuse_taken,
    stop_at,
)
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.marks import mark_problems
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.structure import assign_stimulus
from courses.errors import Conflict
from courses.models import Asset, Course, Stimulus


@transaction.atomic
def create_stimulus(*, course: Course, record: StimulusFile, origin: Origin | None) -> Stimulus:
    """Create a stimulus. Raises Invalid, and Conflict when the key is taken."""
    course = lock_course(course=course)
    row = Stimulus(course=course, key=record.key)
    with recording(row, origin=origin):
        _assign(row, record)
        refuse_taken(model=Stimulus, course=course, key=record.key)
        row.save()
        return row


@transaction.atomic
def change_stimulus(*, stimulus: Stimulus, record: StimulusFile, origin: Origin | None) -> Stimulus:
    """Give the stimulus the record's values; save it only if something changed. Raises Invalid."""
    lock_course(course=stimulus.course)
    with recording(stimulus, origin=origin):
        before = columns(stimulus)
        _assign(stimulus, record)
        if columns(stimulus) != before:
            stimulus.save()
        return stimulus


@transaction.atomic
def delete_stimulus(*, stimulus: Stimulus, origin: Origin | None) -> None:
    """Delete a stimulus. Raises Conflict when a question shows it."""
    lock_course(course=stimulus.course)
    with recording(stimulus, origin=origin):
        if stimulus.questions.exists():
            raise Conflict(_("A question shows this stimulus."))
        stimulus.delete()


def free_stimulus_key(*, course: Course, text: str) -> str:
    """Return a key that no shared text of the course has, made from the first words of a text."""
    rows = Stimulus.objects.filter(course=course)
    return free_key(rows=rows, text=markup.plain(text), fallback="text")


def _assign(row: Stimulus, record: StimulusFile) -> None:
    found = RowLookup(row.course).judge(record, is_new=row.pk is None)
    if record.body != row.body:  # What stands already is not held against a change beside it.
        # Questions of any module may show it, and each looks for figures in its own.
        files = Asset.objects.filter(module__course=row.course)
        found += mark_problems(course=row.course, files=files, texts=[("body", record.body)])
    stop_at(found)
    assign_stimulus(row=row, entry=RecordEntry("stimulus", row.key, record, {}))

"""A learner's notes and bookmarks at paragraphs of lessons: list, write, change, delete."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.lessons import LearningView
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.domain import notes
from courses.models import LessonNote
from courses.models.note import LONGEST

Text = serializers.CharField
Whole = serializers.IntegerField
Truth = serializers.BooleanField


class NoteRequest(StrictSerializer):
    text = Text(
        max_length=LONGEST, allow_blank=True, help_text="The note; empty: a bookmark alone."
    )
    based_on = Whole(
        min_value=0, max_value=999_999_999, help_text="The `revision` you saw; 0: there was none."
    )


class NoteSerializer(StrictSerializer):
    """A note, with the paragraph that it stands at."""

    id = serializers.UUIDField(source="note.uuid")
    lesson = Text(source="note.lesson.key")
    place = Text(
        source="note.place", help_text="The `id` of the paragraph in the `html` of the lesson."
    )
    quote = Text(source="note.quote", help_text="The first words of the paragraph at that time.")
    text = Text(source="note.text")
    is_bookmark = Truth(source="note.is_bookmark", help_text="Whether it has no text.")
    is_found = Truth(help_text="False: the words of the paragraph were changed since.")
    revision = Whole(source="note.revision")
    created_at = UtcTime(source="note.created_at")
    changed_at = UtcTime(source="note.changed_at")


class NotesView(LearningView):
    tag = "lessons"
    queryset = LessonNote.objects.none()
    pagination_class = WholeList


class NoteList(NotesView):
    @extend_schema("list_notes", responses=NoteSerializer(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return the learner's notes and bookmarks in the course, in the order of its text."""
        found = notes.by_lesson(reader=self.reader)
        return self.page([one for lesson in found for one in lesson.notes], NoteSerializer)


class OneNote(NotesView):
    @extend_schema(
        "put_note",
        request=NoteRequest,
        responses=dict.fromkeys((200, 201), NoteSerializer),
    )
    def put(self, request: ApiRequest, lesson: str, place: str, **_names: str) -> Response:
        """Store the note at a paragraph. Safe to repeat.

        409 `stale_note` when it was changed since `based_on`; 404 where the lesson has no such
        paragraph.
        """
        values = NoteRequest.validated(request.data)
        saved = notes.save(
            reader=self.reader, lesson_key=lesson, place=place, now=timezone.now(), **values
        )
        one = notes.placed(reader=self.reader, note=saved.note)
        return Response(NoteSerializer.serialize(one), status=201 if saved.is_new else 200)

    @extend_schema("delete_note", responses={204: None})
    def delete(self, request: ApiRequest, lesson: str, place: str, **_names: str) -> Response:
        """Delete the note at a paragraph. Safe to repeat."""
        notes.delete(reader=self.reader, lesson_key=lesson, place=place)
        return Response(status=204)

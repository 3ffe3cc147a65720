"""Search in one course, or in all that a learner may read."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.base import ApiView
from courses.api.credentials import ApiRequest, course_of
from courses.api.lessons import LearningView
from courses.api.parameters import WholeNumber
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer
from courses.domain import search
from courses.models import SearchText

Text = serializers.CharField
Truth = serializers.BooleanField
Whole = serializers.IntegerField

_MOST_PAGES = 100


class SearchQuery(StrictSerializer):
    q = Text(
        max_length=search.LONGEST_QUERY,
        help_text="Words; the last one stands for all that begin with it.",
    )
    page = WholeNumber(
        required=False,
        min_value=1,
        max_value=_MOST_PAGES,
        help_text="From 1; after the last page comes the last one again.",
    )


class LearnerSearchQuery(SearchQuery):
    course = Text(
        required=False, max_length=80, help_text="The key of the one course to search; else all."
    )


class SearchPieceSerializer(StrictSerializer):
    text = Text(trim_whitespace=False, help_text="Plain text; pieces follow without a blank.")
    is_match = Truth(help_text="Whether it is one of the words.")


class FoundPassageSerializer(StrictSerializer):
    anchor = Text(help_text="The id of its heading in the lesson's HTML; empty: before the first.")
    place = Text(
        help_text="The id of the paragraph of the first match in the HTML; empty: it has none."
    )
    heading = SearchPieceSerializer(many=True)
    excerpt = SearchPieceSerializer(many=True)


class QuestionPlaceSerializer(StrictSerializer):
    attempt = Text(help_text="The attempt whose review shows it; empty: it is a lesson's check.")
    position = Whole(help_text="Its place in the attempt.")
    lesson = Text(help_text="The lesson whose check it is; empty: it was met in an attempt.")


class SearchGroupSerializer(StrictSerializer):
    kind = serializers.ChoiceField(
        choices=[one for one in SearchText.Kind.values if one != SearchText.Kind.PASSAGE],
        help_text="`lesson`, `term`, `question` or `course`",
    )
    course = Text(source="course.key", help_text="The key of the course that it is in.")
    key = Text(help_text="The key of the lesson, term, question or course.")
    title = SearchPieceSerializer(many=True, help_text="Empty: of a question.")
    passages = FoundPassageSerializer(many=True, help_text="At most three.")
    others = Whole(help_text="Further passages of the lesson that match.")
    met = QuestionPlaceSerializer(allow_null=True, help_text="Of a question: where it was met.")


class SearchPageSerializer(StrictSerializer):
    results = SearchGroupSerializer(source="groups", many=True, help_text="The best first.")
    count = Whole(help_text="Results on all pages.")
    page = Whole(source="number", help_text="The page that this is.")
    pages = Whole(help_text="How many there are.")
    is_cut = Truth(help_text="More places match than were looked at.")
    has_all_words = Truth(help_text="False: nothing has all words, and these have some.")
    suggestion = Text(help_text="Words that the course uses, where nothing was found; or empty.")
    is_shut = Truth(help_text="A running attempt shuts a course: nothing of it is shown.")
    shut = serializers.ListField(
        source="shut_keys", child=Text(), help_text="The keys of the courses that are shut."
    )


class CourseSearch(LearningView):
    tag = "lessons"

    @extend_schema("search_course", query=SearchQuery, responses=SearchPageSerializer)
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Find words in lessons, glossary terms and questions that the learner has met."""
        values: dict[str, Any] = self.query
        found = search.search(
            by=self.reader.enrolment.user if self.reader.enrolment else request.user,
            query=values["q"],
            reader=self.reader,
            page=values.get("page", 1),
            now=timezone.now(),
        )
        return Response(SearchPageSerializer.serialize(found))


class LearnerSearch(ApiView):
    tag = "lessons"
    scopes = "learning:write"

    @extend_schema("search", query=LearnerSearchQuery, responses=SearchPageSerializer)
    def get(self, request: ApiRequest, **names: str) -> Response:
        """Find words in the learner's courses, and in what everybody may read.

        That is what the page of the search finds, as far as the credential reaches: of a course
        that the learner is not in, its catalogue entry and its sample lesson.
        """
        values: dict[str, Any] = self.query
        key = values.get("course")
        found = search.search(
            by=request.auth.person(names["external_id"]),
            query=values["q"],
            course=course_of(request, key) if key else None,
            among=request.auth.courses(),
            page=values.get("page", 1),
            now=timezone.now(),
        )
        return Response(SearchPageSerializer.serialize(found))

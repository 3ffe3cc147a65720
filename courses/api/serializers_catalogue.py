"""Serializers of the catalogue: courses, lessons, objectives, terms and quizzes."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from courses import markup
from courses.api.values import Day, Keys, RoundedNumber, StrictSerializer, UtcTime
from courses.models import Lesson, Objective, Quiz, Reference

Text = serializers.CharField
ChoiceField = serializers.ChoiceField


class SinceQuery(StrictSerializer):
    updated_since = UtcTime(required=False, help_text="Only what changed from this time on.")


class LessonQuery(SinceQuery):
    module = Text(required=False, help_text="Only lessons of this module.")


class TermQuery(SinceQuery):
    q = Text(required=False, max_length=200, help_text="Only terms that hold these words.")


class AssetQuery(StrictSerializer):
    v = Text(
        required=False,
        help_text="The hash that `files` of an attempt's item gives: the file as it was then.",
    )


class CourseSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    key = Text()
    title = Text()
    summary = Text()
    description = Text(help_text="Markdown")
    language = Text()
    level = Text(help_text="What one has to know before.")
    outcomes = serializers.ListField(
        child=Text(), help_text="What one can do after the course, one sentence each."
    )
    cover = Text(help_text="The cover, a file of a module: `module/file`; empty: none.")
    cover_alt = Text(help_text="What the cover shows, for people who do not see it.")
    sample = Text(help_text="The lesson that may be read without enrolling; empty: none.")
    authors = serializers.ListField(child=Text(), help_text="Who wrote it.")
    licence = Text(help_text="The licence of the content.")
    reviewed_on = Day(allow_null=True)
    is_open = serializers.BooleanField(help_text="Whether people may enrol on their own.")
    gives_certificate = serializers.BooleanField(
        help_text="Whether the course issues certificates to those who fulfil its rule."
    )
    revision = serializers.UUIDField(help_text="New with every change of the content.")
    updated_at = UtcTime()


class ObjectiveSerializer(StrictSerializer):
    key = Text()
    module = Text(source="module_key")
    text = Text()
    bloom = ChoiceField(["", *Objective.Bloom.values])
    updated_at = UtcTime()


class SourceSerializer(StrictSerializer):
    key = Text()
    citation = Text(help_text="How the source is cited.")
    url = Text(help_text="The address of the source.")
    note = Text()
    kind = ChoiceField(
        ["", *Reference.Kind.values],
        help_text="“framework”, “standard” and “vendor” change; empty: not given.",
    )
    as_of = Day(allow_null=True, help_text="The day on which this was so.")
    recheck_by = Day(allow_null=True, help_text="The day by which it should be checked again.")


class LessonSerializer(StrictSerializer):
    key = Text()
    number = Text()
    module = Text(source="row.module.key")
    title = Text()
    summary = Text()
    minutes = serializers.IntegerField()
    completion = ChoiceField(Lesson.Completion.values, help_text="`checks` or `confirm`")
    check_count = serializers.IntegerField(help_text="How many checks the lesson has.")
    review_questions = Keys(help_text="The checks that the daily review repeats.")
    objectives = Keys()
    updated_at = UtcTime(help_text="Of the lesson as learners see it, with its checks.")


class SegmentSerializer(StrictSerializer):
    kind = ChoiceField(("html", "check"), help_text="`html` or `check`")
    html = Text(required=False, help_text="Cleaned HTML.")
    question = Text(required=False, help_text="The check that belongs here.")

    def to_representation(self, segment: dict[str, str]) -> dict[str, Any]:
        """Resolve what the HTML names with `links` of the context."""
        if "check" in segment:
            return {"kind": "check", "question": segment["check"]}
        html = markup.resolve(segment["html"], self.context["links"])
        return {"kind": "html", "html": str(html)}


class LessonDetailSerializer(LessonSerializer):
    sources = SourceSerializer(many=True, help_text="The sources of the lesson.")
    source: Any = Text(source="row.body", help_text="The lesson as its authors wrote it: Markdown.")
    segments = SegmentSerializer(source="row.segments", many=True)
    reviewed_on = Day(source="row.reviewed_on", allow_null=True)


class StepSerializer(StrictSerializer):
    key = Text()
    title = Text()


class ModuleSerializer(StrictSerializer):
    key = Text()
    number = serializers.IntegerField()
    title = Text()
    summary = Text()
    picture = Text(help_text="The module's picture, one of its files; empty: none.")
    picture_alt = Text(help_text="What the picture shows, for people who do not see it.")
    is_optional = serializers.BooleanField()
    minutes = serializers.IntegerField()
    objectives = Keys()
    lessons = StepSerializer(many=True, help_text="The lessons, in their order.")
    quizzes = StepSerializer(many=True, help_text="The quizzes, in their order.")
    updated_at = UtcTime(help_text="Of the module, or of what is in it.")


class TermSerializer(StrictSerializer):
    key = Text()
    term = Text(help_text="The term.")
    definition = Text(help_text="Markdown")
    updated_at = UtcTime()


class QuestionCount(serializers.IntegerField):
    """How many questions the places of a quiz ask."""

    def to_representation(self, places: Any) -> int:
        return sum(place.count for place in places.all())


class PointsTotal(RoundedNumber):
    """What the places of a quiz are worth together."""

    def to_representation(self, places: Any) -> Any:
        total = sum((place.points * place.count for place in places.all()), Decimal(0))
        return super().to_representation(total)


class QuizSerializer(StrictSerializer):
    key = Text()
    title = Text()
    module = Text(source="module.key", allow_null=True)
    kind = ChoiceField(Quiz.Kind.values, help_text="`practice`, `graded` or `exam`")
    intro = Text(help_text="Markdown")
    feedback_mode = ChoiceField(Quiz.FeedbackMode.values)
    grade_method = ChoiceField(Quiz.GradeMethod.values)
    item_count = QuestionCount(source="items", help_text="How many questions an attempt has.")
    points_total = PointsTotal(source="items", help_text="The points of all questions together.")
    pass_mark = RoundedNumber(help_text="per cent")
    time_limit_s = serializers.IntegerField(allow_null=True)
    attempts_allowed = serializers.IntegerField(
        allow_null=True, help_text="How many attempts there are; null: any number."
    )
    attempt_delay_s = serializers.IntegerField()
    opens_at = UtcTime(allow_null=True)
    closes_at = UtcTime(allow_null=True)
    requires_modules = Keys()
    compares_with = Text(
        source="compares_with.key", allow_null=True, help_text="Of a post-test: the pre-test's key."
    )
    updated_at = UtcTime(help_text="Of the quiz, its items, and what these ask; not of a bank.")

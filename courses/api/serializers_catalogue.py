"""Serializers of the catalogue: courses, lessons, objectives, terms and quizzes."""

from rest_framework import serializers

from courses.api.values import Day, Moment, Number, StrictSerializer

Text = serializers.CharField


class CourseSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    key = Text()
    title = Text()
    summary = Text()
    description = Text(help_text="Markdown")
    language = Text()
    authors = serializers.ListField(child=Text())
    licence = Text()
    reviewed_on = Day(allow_null=True)
    is_open = serializers.BooleanField(help_text="May people enrol on their own?")
    revision = serializers.UUIDField(help_text="New with every change of the content.")
    updated_at = Moment()


class ObjectiveSerializer(StrictSerializer):
    key = Text()
    module = Text()
    text = Text()
    bloom = Text()
    updated_at = Moment()


class SourceSerializer(StrictSerializer):
    key = Text()
    citation = Text()
    url = Text()
    note = Text()
    kind = Text(help_text="“framework”, “standard” and “vendor” change; empty when nobody said.")
    as_of = Day(allow_null=True, help_text="The day for which it is told.")
    recheck_by = Day(allow_null=True)


class LessonSerializer(StrictSerializer):
    key = Text()
    number = Text()
    module = Text()
    title = Text()
    summary = Text()
    minutes = serializers.IntegerField()
    completion = Text(help_text="`checks` or `confirm`")
    check_count = serializers.IntegerField()
    review_questions = serializers.ListField(
        child=Text(), help_text="The checks that come back in the daily review."
    )
    objectives = serializers.ListField(child=Text())
    updated_at = Moment(help_text="Of the lesson as learners see it, with its checks.")


class SegmentSerializer(StrictSerializer):
    kind = Text(help_text="`html` or `check`")
    html = Text(required=False, help_text="Cleaned HTML.")
    question = Text(required=False, help_text="The check that belongs here.")


class LessonDetailSerializer(LessonSerializer):
    sources = SourceSerializer(many=True)
    source = Text(help_text="The lesson as its authors wrote it: Markdown.")
    segments = SegmentSerializer(many=True)
    reviewed_on = Day(allow_null=True)


class StepSerializer(StrictSerializer):
    key = Text()
    title = Text()


class ModuleSerializer(StrictSerializer):
    key = Text()
    number = serializers.IntegerField()
    title = Text()
    summary = Text()
    is_optional = serializers.BooleanField()
    minutes = serializers.IntegerField()
    objectives = serializers.ListField(child=Text())
    lessons = StepSerializer(many=True)
    quizzes = StepSerializer(many=True)
    updated_at = Moment(help_text="Of the module, or of what is in it.")


class TermSerializer(StrictSerializer):
    key = Text()
    term = Text()
    definition = Text(help_text="Markdown")
    updated_at = Moment()


class QuizSerializer(StrictSerializer):
    key = Text()
    title = Text()
    module = Text(allow_null=True)
    kind = Text(help_text="`practice`, `graded` or `exam`")
    intro = Text(help_text="Markdown")
    feedback_mode = Text()
    grade_method = Text()
    item_count = serializers.IntegerField()
    points_total = Number()
    pass_mark = Number(help_text="per cent")
    time_limit_s = serializers.IntegerField(allow_null=True)
    attempts_allowed = serializers.IntegerField(allow_null=True)
    attempt_delay_s = serializers.IntegerField()
    opens_at = Moment(allow_null=True)
    closes_at = Moment(allow_null=True)
    requires_modules = serializers.ListField(child=Text())
    compares_with = Text(allow_null=True, help_text="Of a post-test: the pre-test's key.")
    updated_at = Moment(help_text="Of the quiz, its items, and what these ask; not of a bank.")


__all__ = [
    "CourseSerializer",
    "LessonDetailSerializer",
    "LessonSerializer",
    "ModuleSerializer",
    "ObjectiveSerializer",
    "QuizSerializer",
    "TermSerializer",
]

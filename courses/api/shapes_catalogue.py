"""What the catalogue says: shapes of courses, lessons, objectives, terms and quizzes."""

from rest_framework import serializers

from courses.api.paging import page_of
from courses.api.values import Day, Moment, Number, Shape

Text = serializers.CharField


class CourseShape(Shape):
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


class ObjectiveShape(Shape):
    key = Text()
    module = Text()
    text = Text()
    bloom = Text()
    updated_at = Moment()


class SourceShape(Shape):
    key = Text()
    citation = Text()
    url = Text()
    note = Text()
    kind = Text(help_text="“framework”, “standard” and “vendor” change; empty when nobody said.")
    as_of = Day(allow_null=True, help_text="The day for which it is told.")
    recheck_by = Day(allow_null=True)


class LessonShape(Shape):
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


class SegmentShape(Shape):
    kind = Text(help_text="`html` or `check`")
    html = Text(required=False, help_text="Cleaned HTML.")
    question = Text(required=False, help_text="The check that belongs here.")


class LessonDetailShape(LessonShape):
    sources = SourceShape(many=True)
    source = Text(help_text="The lesson as its authors wrote it: Markdown.")
    segments = SegmentShape(many=True)
    reviewed_on = Day(allow_null=True)


class StepShape(Shape):
    key = Text()
    title = Text()


class ModuleShape(Shape):
    key = Text()
    number = serializers.IntegerField()
    title = Text()
    summary = Text()
    is_optional = serializers.BooleanField()
    minutes = serializers.IntegerField()
    objectives = serializers.ListField(child=Text())
    lessons = StepShape(many=True)
    quizzes = StepShape(many=True)
    updated_at = Moment(help_text="Of the module, or of what is in it.")


class TermShape(Shape):
    key = Text()
    term = Text()
    definition = Text(help_text="Markdown")
    updated_at = Moment()


class QuizShape(Shape):
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


CoursePage = page_of(CourseShape, "Course")


def list_of(shape: type[Shape], name: str) -> type[Shape]:
    """The shape of a whole list in one answer."""
    return type(f"{name}List", (Shape,), {"results": shape(many=True)})


ModuleList = list_of(ModuleShape, "Module")
LessonList = list_of(LessonShape, "Lesson")
ObjectiveList = list_of(ObjectiveShape, "Objective")
TermList = list_of(TermShape, "Term")
QuizList = list_of(QuizShape, "Quiz")

__all__ = [
    "CoursePage",
    "CourseShape",
    "LessonDetailShape",
    "LessonList",
    "ModuleList",
    "ObjectiveList",
    "QuizList",
    "QuizShape",
    "TermList",
]

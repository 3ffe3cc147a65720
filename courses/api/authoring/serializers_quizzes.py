"""What is written and read of quizzes: their rules, and the items in them."""

from decimal import Decimal

from django.core.validators import RegexValidator
from rest_framework import serializers

from courses.api.authoring.fields import (
    MOST_NAMES,
    Choice,
    Text,
    Told,
    Truth,
    Whole,
    answered,
    names,
    new_key,
    no_name,
    place,
    when,
)
from courses.api.authoring.serializers import NEW_STATUS
from courses.api.values import Exact, StrictSerializer
from courses.coursefiles.rules import MINUTES_LIMIT, SMALL_LIMIT
from courses.coursefiles.schema import DIFFICULTIES
from courses.models import Quiz
from courses.questions.base import Reveal

MINUTE = 60
MOST_ITEMS = 500
_SHARE = r"^[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?\Z"
STATUS = ("draft", "ready", "archived")
_LONGEST_TIME_S = SMALL_LIMIT * MINUTE + MINUTE - 1
_LONGEST_DELAY_S = MINUTES_LIMIT * MINUTE + MINUTE - 1


class DrawSerializer(StrictSerializer):
    count = Whole(min_value=1, max_value=SMALL_LIMIT)
    objective = no_name(40)
    tag = no_name(60)
    difficulty = Choice(choices=DIFFICULTIES, allow_null=True, default=None)


class QuizItemSerializer(StrictSerializer):
    """A question or a draw."""

    question = no_name()
    version = Whole(
        min_value=1,
        max_value=SMALL_LIMIT,
        allow_null=True,
        default=None,
        help_text="Pinned; null: the latest that is ready.",
    )
    draw = DrawSerializer(allow_null=True, default=None)
    points = Exact(
        max_digits=7,
        decimal_places=3,
        min_value=Decimal("0.001"),
        default="1.000",
    )


def _shown() -> serializers.Field:
    return serializers.ListField(
        child=Choice(choices=Reveal.names()), required=False, max_length=len(Reveal.names())
    )


class ReviewTable(StrictSerializer):
    """What is shown when; a moment that is left out shows what the kind's defaults say."""

    during = _shown()
    just_after = _shown()
    later = _shown()
    after_last_try = _shown()
    after_close = _shown()


class QuizValues(StrictSerializer):
    module = no_name(help_text="null: a quiz of the whole course.")
    position = place()
    title = Text(max_length=200)
    intro = Text(max_length=20_000, allow_blank=True, default="", help_text="Markdown")
    kind = Choice(choices=Quiz.Kind.values)
    feedback_mode = Choice(choices=Quiz.FeedbackMode.values, default="deferred")
    credit = serializers.ListField(
        child=Text(validators=[RegexValidator(_SHARE)]),
        default=list,
        max_length=MOST_NAMES,
        help_text="`interactive` only: the share of the points by try, such as 1, 1/2.",
    )
    review = ReviewTable(allow_null=True, default=None, help_text="null: the kind's defaults.")
    attempts_allowed = Whole(
        min_value=1,
        max_value=SMALL_LIMIT,
        allow_null=True,
        default=None,
        help_text="null: as many as one likes.",
    )
    attempt_delay_s = Whole(min_value=0, max_value=_LONGEST_DELAY_S, default=0)
    grade_method = Choice(choices=Quiz.GradeMethod.values, default="best")
    time_limit_s = Whole(min_value=1, max_value=_LONGEST_TIME_S, allow_null=True, default=None)
    grace_s = Whole(min_value=0, max_value=MINUTES_LIMIT, default=0)
    opens_at = when("null: at once.")
    closes_at = when("null: never.")
    pass_mark = Exact(
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        default="80.00",
        help_text="per cent",
    )
    shuffle_items = Truth(default=True)
    one_item_per_page = Truth(default=False)
    requires_modules = names()
    compares_with = no_name(help_text="For a post-test: the key of its pre-test.")
    items = QuizItemSerializer(many=True, default=list, max_length=MOST_ITEMS)


class NewQuiz(QuizValues):
    key = new_key()
    status = Choice(choices=NEW_STATUS, default="draft")


class QuizChanges(QuizValues):
    key = Told()
    status = Told()


AuthoredQuiz = answered(
    QuizValues, "AuthoredQuiz", key=Text(), status=Choice(choices=STATUS), position=Whole()
)


class QuizRow(StrictSerializer):
    key = Text()
    title = Text()
    module = Text(allow_null=True)
    position = Whole()
    kind = Choice(choices=Quiz.Kind.values)
    status = Choice(choices=STATUS)
    item_count = Whole(help_text="Places; a draw is one.")

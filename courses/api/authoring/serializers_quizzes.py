"""What is written and read of quizzes: their settings, from `QuizFile`, and the items in them."""

from typing import Any

from rest_framework import serializers

from courses.api.authoring.fields import (
    Choice,
    Key,
    Text,
    Whole,
    answered,
    changes,
    new_key,
    no_key,
    place,
)
from courses.api.authoring.records import fields_of
from courses.api.authoring.serializers import NEW_STATUS
from courses.api.values import StrictSerializer
from courses.coursefiles.rules import SMALL_LIMIT
from courses.coursefiles.schema import DrawFile, QuizFile, QuizItemFile
from courses.models import Quiz, QuizItem
from courses.questions.base import Reveal

MOST_ITEMS = 500
STATUS = ("draft", "ready", "archived")


@fields_of(DrawFile)
class DrawSerializer(StrictSerializer):
    tag = no_key(60)

    def get_attribute(self, instance: QuizItem) -> dict[str, Any] | None:
        """The columns of a place that hold its draw; None where it names a question."""
        if not instance.draw_count:
            return None
        return {name: getattr(instance, f"draw_{name}") for name in self.fields}


class VersionNumber(Whole):
    def to_representation(self, value: Any) -> int:
        return int(value.number)


@fields_of(QuizItemFile)
class QuizItemSerializer(StrictSerializer):
    """A question or a draw."""

    version = VersionNumber(
        min_value=1,
        max_value=SMALL_LIMIT,
        allow_null=True,
        default=None,
        help_text="Pinned; null: the latest that is ready.",
    )
    draw = DrawSerializer(allow_null=True, default=None)


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

    def get_attribute(self, instance: Quiz) -> Any:
        return instance.review or None


@fields_of(QuizFile, exclude=("key", "status"))
class QuizValues(StrictSerializer):
    module = no_key(help_text="null: a quiz of the whole course.")
    position = place()
    review = ReviewTable(allow_null=True, default=None, help_text="null: the kind's defaults.")
    items = QuizItemSerializer(many=True, default=list, max_length=MOST_ITEMS)


class NewQuiz(QuizValues):
    key = new_key()
    status = Choice(choices=NEW_STATUS, default="draft")


AuthoredQuiz = answered(
    QuizValues, "AuthoredQuiz", key=Text(), status=Choice(choices=STATUS), position=Whole()
)
QuizChanges = changes(QuizValues, AuthoredQuiz, "QuizChanges")


class QuizRow(StrictSerializer):
    key = Text()
    title = Text()
    module = Key(allow_null=True)
    position = Whole()
    kind = Choice(choices=Quiz.Kind.values)
    status = Choice(choices=STATUS)
    item_count = Whole(help_text="Places; a draw is one.")

"""Serializers of what stands beside a question: a second vote, a person's marks."""

from rest_framework import serializers

from courses.api.values import RoundedNumber, StrictSerializer

Text = serializers.CharField
Whole = serializers.IntegerField


class CastSerializer(StrictSerializer):
    key = Text()
    text = Text(help_text="Markdown")
    certainty = Whole(help_text="Per cent.")


class PositionSerializer(StrictSerializer):
    key = Text()
    text = Text(help_text="Markdown")
    before = Whole()
    after = Whole()


class EverybodySerializer(StrictSerializer):
    """The people who voted both times."""

    people = Whole(help_text="How many people.")
    positions = PositionSerializer(
        source="rows", many=True, help_text="Each position with its votes."
    )


class MoveSerializer(StrictSerializer):
    """A second vote beside the first."""

    before = CastSerializer()
    after = CastSerializer()
    everybody = EverybodySerializer(
        allow_null=True, help_text="Null until five people have voted twice; moves in fives."
    )


class CriterionMarkSerializer(StrictSerializer):
    """A criterion of the rubric, as a person marked it."""

    key = Text(help_text="The key of the criterion.")
    text = Text(help_text="Markdown")
    level = Whole(allow_null=True, help_text="From 0; null: two marks were averaged.")
    level_text = Text(help_text="Markdown")
    points = RoundedNumber(help_text="What it earned.")
    most = RoundedNumber(help_text="What it earns at most.")
    feedback = Text(help_text="Markdown")

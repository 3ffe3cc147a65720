"""Serializers of lessons, quizzes, attempts and the questions in them."""

from typing import Any

from rest_framework import serializers

from courses.api.serializers_catalogue import SegmentSerializer
from courses.api.serializers_parts import CriterionMarkSerializer, MoveSerializer
from courses.api.values import Day, Facts, ResponseValue, RoundedNumber, StrictSerializer, UtcTime
from courses.models import Attempt, Lesson

Text = serializers.CharField
ChoiceField = serializers.ChoiceField
Whole = serializers.IntegerField
Truth = serializers.BooleanField

LARGEST = 2**31 - 1


class StimulusSerializer(StrictSerializer):
    key = Text()
    title = Text()
    body = Text(help_text="Markdown")


class FileSerializer(StrictSerializer):
    """Fetch it with `get_asset`, giving the hash as `v`."""

    module = Text(help_text="Of the question; empty where it has none.")
    name = Text()
    hash = Text(help_text="SHA-256 of the content.")


class ItemSerializer(StrictSerializer):
    """A question as the learner may see it at this moment."""

    position = Whole()
    question = Text(source="question_key")
    type = Text(help_text="The key of the question type; the fields of `response` depend on it.")
    content = Facts(source="q", help_text="Depends on the type; texts are Markdown.")
    stimulus = StimulusSerializer(allow_null=True)
    files = FileSerializer(many=True, help_text="What its texts show, as it was when it was drawn.")
    objective = Text(source="objective_key")
    points = RoundedNumber()
    revision = Whole(help_text="How many responses are stored; name it in `based_on`.")
    response = ResponseValue(
        source="value", allow_null=True, help_text="What is stored, if anything."
    )
    is_answered = Truth(help_text="Whether a response is stored.")
    is_flagged = Truth()
    is_closed = Truth(help_text="No further response is taken.")
    can_respond = Truth(help_text="Whether a response may be sent now.")
    tries_left = Whole(allow_null=True, help_text="How many tries are left; null: any number.")
    needs_person = Truth(help_text="Whether a person grades it.")
    is_correct = Truth(
        allow_null=True, help_text="Whether the response is right; null: not graded, or not shown."
    )
    score = RoundedNumber(allow_null=True)
    scaled = RoundedNumber(allow_null=True)
    feedback = Text(help_text="Feedback on the response; Markdown.")
    hint = Text(help_text="A hint for the next try; Markdown.")
    comment = Text(help_text="What a person who graded it wrote; Markdown.")
    marks = CriterionMarkSerializer(
        many=True, help_text="The levels that a person chose in the rubric, once they are shown."
    )
    is_scored = Truth(help_text="False for a question without right and wrong, such as a vote.")
    move = MoveSerializer(allow_null=True, help_text="A cast second vote beside the first one.")


class RespondRequest(StrictSerializer):
    response = ResponseValue(
        required=False, help_text='By the type of the question, e.g. `{"choice": "b"}`.'
    )
    based_on = Whole(min_value=0, max_value=LARGEST, help_text="The `revision` you saw.")
    clear = Truth(default=False, help_text="Remove the stored response.")

    def validate_response(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise serializers.ValidationError(
                self.error_messages["invalid"].format(datatype=type(value).__name__)
            )
        return value


class FlagRequest(StrictSerializer):
    is_flagged = Truth()


class VisitRequest(StrictSerializer):
    position = Text(max_length=120, allow_blank=True, required=False)


class SavedSerializer(StrictSerializer):
    revision = Whole()
    received_at = UtcTime()
    is_new = Truth(help_text="False when the same was stored before.")
    seconds_left = Whole(allow_null=True)
    item = ItemSerializer(source="view")


class AttemptSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    course = Text(source="enrolment.course.key")
    quiz = Text(source="quiz.key")
    number = Whole(help_text="Which attempt of the learner at this quiz, from 1.")
    state = ChoiceField(
        Attempt.State.values, help_text="`open`, `submitted` (a person must grade) or `graded`"
    )
    started_at = UtcTime()
    deadline_at = UtcTime(allow_null=True)
    submitted_at = UtcTime(allow_null=True)
    closed_by = ChoiceField(["", *Attempt.ClosedBy.values])
    is_void = Truth(help_text="Whether it counts nowhere: a member of staff made it void.")


class AttemptDetailSerializer(StrictSerializer):
    attempt = AttemptSerializer()
    seconds_left = Whole(allow_null=True)
    is_open = Truth(help_text="Whether responses can still be sent.")
    one_item_per_page = Truth()
    items = ItemSerializer(many=True)


class StandingSerializer(StrictSerializer):
    """What counts for the learner in a quiz."""

    percent = RoundedNumber(allow_null=True)
    has_passed = Truth(allow_null=True)
    pass_mark = RoundedNumber(allow_null=True, help_text="The pass mark that applies, per cent.")
    is_overridden = Truth(help_text="Whether a person has set it.")
    is_excused = Truth(help_text="Whether the learner need not do it.")


class CountSerializer(StrictSerializer):
    right = Whole(help_text="How many responses were right.")
    asked = Whole(help_text="How many questions were asked.")


class GainSerializer(StrictSerializer):
    objective = Text(source="objective.key")
    before = CountSerializer()
    after = CountSerializer()


class GainsSerializer(StrictSerializer):
    """The first attempts at a pre-test and at the post-test to it, in questions right."""

    before = CountSerializer()
    after = CountSerializer()
    by_objective = GainSerializer(many=True)


class QuizStandingSerializer(StrictSerializer):
    """A quiz with the state of one learner in it."""

    quiz = Text(source="quiz.key")
    may_start = Truth()
    refusal = Text(help_text="Why the learner may not start, in words for them.")
    next_start_at = UtcTime(allow_null=True)
    attempts_left = Whole(
        allow_null=True, help_text="How many attempts are left; null: any number."
    )
    time_limit_s = Whole(source="time.total_s", allow_null=True, default=None)
    opens_at = UtcTime(allow_null=True)
    closes_at = UtcTime(allow_null=True)
    open_attempt = serializers.UUIDField(
        source="open_attempt.uuid",
        allow_null=True,
        default=None,
        help_text="The id of the attempt that is open; null: none.",
    )
    result = StandingSerializer(
        allow_null=True, help_text="What counts for the learner; null: nothing yet."
    )
    gains = GainsSerializer(allow_null=True, help_text="Of a post-test, once both tests are taken.")


class StoredResponseSerializer(StrictSerializer):
    revision = Whole()
    value = ResponseValue(allow_null=True, help_text="The response; null where it was cleared.")
    received_at = UtcTime()
    channel = Text()


class ObjectiveScoreSerializer(StrictSerializer):
    objective = Text(source="objective.key")
    count = Whole()
    percent = RoundedNumber()
    is_met = Truth(allow_null=True, help_text="null where nothing is judged: in practice.")
    lesson = Text(
        source="lesson.key", allow_null=True, default=None, help_text="The key of the lesson."
    )


class ReviewSerializer(StrictSerializer):
    attempt = AttemptSerializer()
    moment = ChoiceField(
        ("just_after", "later", "after_last_try", "after_close"),
        help_text="`just_after`, `later`, `after_last_try` or `after_close`",
    )
    reveal = serializers.DictField(
        source="reveal.as_dict", child=Truth(), help_text="What is shown now."
    )
    is_held = Truth(help_text="Whether marks are hidden until somebody releases them.")
    shows_more_later = Truth(help_text="Whether a later review will show more.")
    score = RoundedNumber(allow_null=True)
    score_maximum = RoundedNumber(allow_null=True)
    percent = RoundedNumber(allow_null=True, help_text="Per cent of the points of this attempt.")
    has_passed = Truth(allow_null=True, help_text="Whether what counts passes the quiz.")
    pass_mark = RoundedNumber(help_text="The pass mark that applies, per cent.")
    result = StandingSerializer(
        allow_null=True, help_text="What counts in the quiz, if it is shown."
    )
    is_waiting_for_person = Truth(help_text="Whether a person still has to grade something.")
    may_start = Truth()
    may_give_up = Truth(help_text="Whether the learner may give up the other attempts to see more.")
    by_objective = ObjectiveScoreSerializer(many=True)
    items = ItemSerializer(many=True)


class LessonStateSerializer(StrictSerializer):
    key = Text(source="lesson.key")
    title = Text(source="lesson.title")
    state = ChoiceField(
        ("new", "started", "completed"),
        source="state.state",
        help_text="`new`, `started` or `completed`",
    )
    position = Text(source="state.position", help_text="The heading last reached.")
    completion = ChoiceField(
        Lesson.Completion.values, source="lesson.completion", help_text="What completes the lesson."
    )
    checks_total = Whole(help_text="How many checks the lesson has.")
    checks_answered = Whole(help_text="How many checks the learner answered.")
    segments = SegmentSerializer(source="row.segments", many=True)
    checks = ItemSerializer(
        many=True, help_text="The questions of the lesson, as the learner may see them."
    )


class CheckResponseSerializer(StrictSerializer):
    is_new = Truth()
    is_lesson_completed = Truth(help_text="Whether this response completed the lesson.")
    item = ItemSerializer(source="view")


class CardSerializer(StrictSerializer):
    """A card of the daily review, or of what the learner got wrong."""

    lesson = Text(
        source="lesson.key",
        allow_null=True,
        default=None,
        help_text="The lesson that it belongs to.",
    )
    due_on = Day(
        allow_null=True,
        help_text="When the daily review asks it again; null before the first response.",
    )
    item = ItemSerializer(source="view")


class DailyReviewSerializer(StrictSerializer):
    """Today's set of cards. A set is over with the day: what was left is due again."""

    cards = CardSerializer(many=True, help_text="The cards of today's set, in their order.")
    left_count = Whole(help_text="Cards that this set still asks: what pages say is due today.")
    due_count = Whole(help_text="Cards beyond this set, for those who want another.")
    card_count = Whole(help_text="All cards of the learner in this course.")
    next_on = Day(allow_null=True, help_text="The first day after today.")


class CardResponseSerializer(StrictSerializer):
    is_new = Truth()
    is_done = Truth(help_text="Whether every card of the set is answered.")
    card = CardSerializer(help_text="The card as it is now.")


class MistakesSerializer(StrictSerializer):
    """What the learner got wrong, asked again today."""

    cards = CardSerializer(many=True, help_text="The cards of today's set, in their order.")
    left_count = Whole(help_text="Cards that this set still asks.")
    more_count = Whole(help_text="Mistakes beyond this set that may be asked today as well.")
    mistake_count = Whole(
        help_text="All mistakes; one leaves when it was answered right on two days."
    )


class ConfirmedSerializer(StrictSerializer):
    is_lesson_completed = Truth(help_text="True when it was not completed before.")

"""Item analysis of a quiz, of the platform's own learners: read what is stored, or ask for it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.gradebook import GradebookViewSet
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.domain.analysis import stored_figures, storing
from courses.domain.analysis.findings import ItemFinding
from courses.domain.analysis.quizzes import QuizFigures
from courses.errors import NotFound
from courses.models import QuestionVersion, Quiz, QuizAnalysis, Section

Text = serializers.CharField
Whole = serializers.IntegerField
Number = serializers.FloatField


class IntervalSerializer(StrictSerializer):
    """A figure and the range in which it lies with 95 % certainty."""

    value = Number(help_text="The figure.")
    low = Number(allow_null=True, help_text="The lower end; null: cannot be said.")
    high = Number(allow_null=True, help_text="The upper end; null: cannot be said.")


class OptionFiguresSerializer(StrictSerializer):
    key = Text(help_text='The option; "" for those who chose none.')
    thirds = serializers.ListField(
        child=Whole(), help_text="How many chose it of the weakest, middle and strongest third."
    )
    mean_rest = Number(allow_null=True, help_text="Mean share of the other questions' points.")
    discrimination = Number(allow_null=True, help_text="How choosing it goes with the rest.")


class QuestionFiguresSerializer(StrictSerializer):
    question = Text(source="of.question.key")
    version = Whole(source="of.number")
    type = Text(source="of.type")
    drawn = Whole(source="row.drawn", help_text="Attempts that held it.")
    answers = Whole(source="row.n", help_text="Responses that count in the figures.")
    facility = IntervalSerializer(
        source="row.facility", allow_null=True, help_text="Mean share of its points."
    )
    discrimination = IntervalSerializer(
        source="row.discrimination", allow_null=True, help_text="Item–rest correlation."
    )
    point_biserial = IntervalSerializer(
        source="row.point_biserial",
        allow_null=True,
        help_text="Correlation with the whole score, the question in it.",
    )
    alpha_without = Number(
        source="row.alpha_without", allow_null=True, help_text="Alpha of the quiz without it."
    )
    seconds = IntervalSerializer(source="row.seconds", allow_null=True, help_text="Median.")
    options = OptionFiguresSerializer(
        source="row.options", many=True, help_text="By option; empty for other types."
    )
    known_errors = serializers.ListField(
        child=Whole(), source="row.errors", help_text="How often each foreseen error was met."
    )
    finding = serializers.ChoiceField(
        [one.value for one in ItemFinding], source="row.finding", help_text="The figures in a word."
    )
    option = Text(source="row.option", help_text="The option that the finding is about, or empty.")
    suspicion = Number(
        source="row.suspicion", allow_null=True, help_text="A t value; the list is in its order."
    )


class QuizFiguresSerializer(StrictSerializer):
    attempts = Whole(help_text="Attempts that count.")
    mean_percent = Number(allow_null=True, help_text="Mean score.")
    median_percent = Number(allow_null=True, help_text="Median score.")
    deviation_percent = Number(allow_null=True, help_text="Standard deviation of the scores.")
    distribution = serializers.ListField(child=Whole(), help_text="By tenths of the scale.")
    passed = IntervalSerializer(allow_null=True, help_text="Share of attempts that passed.")
    seconds = IntervalSerializer(allow_null=True, help_text="Median of whole attempts.")
    alpha = IntervalSerializer(
        source="reliability.alpha", allow_null=True, default=None, help_text="Cronbach's alpha."
    )
    sem_points = Number(
        source="reliability.sem_points",
        allow_null=True,
        default=None,
        help_text="Standard error of a score, in points.",
    )
    sem_percent = Number(
        source="reliability.sem_percent",
        allow_null=True,
        default=None,
        help_text="Standard error of a score, in per cent.",
    )


class QuizAnalysisSerializer(StrictSerializer):
    quiz = Text()
    section = Text(allow_null=True, help_text="The key of the class; null: all.")
    attempts = serializers.ChoiceField(
        QuizAnalysis.Attempts.values, help_text="Which attempts count: `first` or `all`."
    )
    computed_at = UtcTime(allow_null=True, help_text="When the figures were worked out.")
    is_stale = serializers.BooleanField(help_text="Newer attempts are not counted yet.")
    figures = QuizFiguresSerializer(allow_null=True, help_text="null: not worked out yet.")
    questions = QuestionFiguresSerializer(many=True, help_text="The most suspicious first.")


class AnalysisQuery(StrictSerializer):
    section = serializers.RegexField(
        r"^[-\w]{1,80}\Z", required=False, help_text="Only the class with this key."
    )
    attempts = serializers.ChoiceField(
        QuizAnalysis.Attempts.values, required=False, help_text="`first`, the default, or `all`."
    )


class QuizAnalysisViewSet(GradebookViewSet):
    tag = "gradebook"
    queryset = QuizAnalysis.objects.none()
    pagination_class = None

    def get_queryset(self) -> QuerySet[QuizAnalysis]:
        return QuizAnalysis.objects.filter(client=self.client, quiz__course=self.course)

    def wanted(self) -> QuizAnalysis:
        """Return the row that the address names, of this platform's learners. Raises NotFound."""
        quizzes = Quiz.objects.offered().standalone().filter(course=self.course)
        quiz = quizzes.select_related("course").filter(key=self.kwargs["quiz"]).first()
        if quiz is None:
            raise NotFound
        key, section = self.query.get("section"), None
        if key:
            seen = Section.objects.filter(Q(client=None) | Q(client=self.client))
            section = seen.filter(course=self.course, key=key).first()
            if section is None:
                raise NotFound
        attempts = self.query.get("attempts") or QuizAnalysis.Attempts.FIRST
        return storing.find(quiz=quiz, section=section, client=self.client, attempts=attempts)

    @extend_schema("get_quiz_analysis", query=AnalysisQuery, responses=QuizAnalysisSerializer)
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what attempts of this platform's learners say about the quiz and its questions.

        Of up to 300 attempts the figures are as new as can be; of more they are those that were
        stored last, and null until somebody asked for them.
        """
        row = storing.current(analysis=self.wanted(), now=timezone.now())
        return Response(QuizAnalysisSerializer.serialize(_shown(row)))

    @extend_schema(
        "ask_quiz_analysis", query=AnalysisQuery, responses={202: QuizAnalysisSerializer}
    )
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Have the figures worked out in the background. Safe to repeat."""
        row = storing.ask(analysis=self.wanted(), now=timezone.now())
        return Response(QuizAnalysisSerializer.serialize(_shown(row)), status=202)


def _shown(row: QuizAnalysis) -> dict[str, Any]:
    figures = stored_figures.load(row.data)
    return {
        "quiz": row.quiz.key,
        "section": row.section.key if row.section is not None else None,
        "attempts": row.attempts,
        "computed_at": row.computed_at,
        "is_stale": row.is_stale,
        "figures": figures,
        "questions": _questions(figures),
    }


def _questions(figures: QuizFigures | None) -> list[dict[str, Any]]:
    if figures is None:
        return []
    rows = QuestionVersion.objects.select_related("question").defer("data")
    versions = rows.in_bulk([one.version for one in figures.questions])
    return [
        {"row": one, "of": versions[one.version]}
        for one in figures.questions
        if one.version in versions
    ]

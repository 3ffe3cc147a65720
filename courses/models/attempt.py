"""One sitting of a quiz, and the append-only rows it is a fold of."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment
from courses.models.fields import FractionField
from courses.models.held import HoldsMarks
from courses.models.pinned import PinnedContent
from courses.models.question import QuestionVersion
from courses.models.quiz import Quiz


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> "AttemptQuerySet":
        return self.filter(state=Attempt.State.OPEN)

    def finished(self) -> "AttemptQuerySet":
        """Return those that count: handed in and not void."""
        return self.closed().filter(voided_at=None)

    def closed(self) -> "AttemptQuerySet":
        """Return those that were handed in, void or not."""
        return self.exclude(state=Attempt.State.OPEN)

    def without_trials(self) -> "AttemptQuerySet":
        """Return those of learners, and those that instructors made in their own name."""
        return self.exclude(enrolment__state=Enrolment.TRIAL)

    def standalone(self) -> "AttemptQuerySet":
        """Return attempts at quizzes that are taken as such, see `QuizQuerySet.standalone`."""
        return self.filter(quiz__lesson=None, quiz__is_review=False)


class Attempt(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Waiting for a person's grading")
        GRADED = "graded", _("Graded")

    class ClosedBy(models.TextChoices):
        LEARNER = "learner", _("the learner")
        DEADLINE = "deadline", _("the deadline")
        STAFF = "staff", _("a member of staff")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        related_name="attempts",
        verbose_name=_("enrolment"),
        db_index=False,
    )
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    policy = models.JSONField(_("rules frozen at the start"), default=dict)
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=8, choices=ClosedBy.choices, blank=True)
    score = FractionField(_("score"), null=True, blank=True)
    score_maximum = FractionField(_("maximum score"), null=True, blank=True)
    percent = models.DecimalField(
        _("per cent"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("The score rounded for sorting; what counts is decided on the exact score."),
    )
    has_passed = models.BooleanField(_("passed"), null=True, blank=True)
    released_at = models.DateTimeField(
        _("marks released at"),
        null=True,
        blank=True,
        help_text=_("Of a quiz that holds marks: from then on the learner sees them."),
    )

    reopened_at = models.DateTimeField(
        _("reopened at"), null=True, blank=True, help_text=_("The last time.")
    )
    voided_at = models.DateTimeField(
        _("void since"), null=True, blank=True, help_text=_("It counts nowhere, and is kept.")
    )
    gave_up_at = models.DateTimeField(
        _("other attempts given up at"),
        null=True,
        blank=True,
        help_text=_("The learner may begin no further attempt at the quiz."),
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"],
                name="cx_courses_attempt_number",
                violation_error_message=_("The person has an attempt with this number."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(state="open"),
                name="cx_courses_attempt_one_open",
                violation_error_message=_("An attempt at this quiz is open already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="cx_courses_attempt_from_1",
                violation_error_message=_("Numbers begin at 1."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None)
                | (~Q(state="open") & Q(submitted_at__isnull=False)),
                name="cx_courses_attempt_submitted_when_closed",
                violation_error_message=_(
                    "A closed attempt has a time of submission, an open one has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(state="open"),
                name="cx_courses_attempt_void_when_closed",
                violation_error_message=_("An open attempt is not void."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("started_at")),
                name="cx_courses_attempt_starts_before_it_ends",
                violation_error_message=_("An attempt ends after it starts."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline_at"],
                condition=Q(state="open", deadline_at__isnull=False),
                name="cx_courses_attempt_due",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state="submitted"),
                name="cx_courses_attempt_waiting",
            ),
            models.Index(
                fields=["quiz"],
                condition=Q(HoldsMarks("policy"), released_at=None),
                name="cx_courses_attempt_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.quiz} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_trial(self) -> bool:
        """Whether an instructor tried the quiz: it counts nowhere, even if their role changes."""
        return bool(self.policy.get("is_trial"))


class AttemptItem(models.Model):
    """One question drawn into an attempt, with the current state of its log."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="items", verbose_name=_("attempt"), db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"))
    version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        related_name="attempt_items",
        verbose_name=_("version"),
        db_constraint=False,
    )
    """No code deletes versions; Django still protects them, and `verify_records` looks for rows
    whose version is gone. PostgreSQL would check it once for each question at every start."""
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=3)
    new_points = models.DecimalField(
        _("points since a regrade"),
        max_digits=7,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("Empty: as it was drawn. 0: the question does not count."),
    )
    params = models.JSONField(_("random draws"), default=dict)
    stimulus = models.ForeignKey(
        PinnedContent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stimulus as it was"),
        db_index=False,
    )
    pinned = models.JSONField(
        _("files and terms as they were"),
        default=list,
        help_text=_("Kind, key and content hash of each that the question's texts name."),
    )
    is_flagged = models.BooleanField(_("flagged"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    value = models.JSONField(_("current response"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("graded tries"), default=0)
    scaled = FractionField(_("scaled"), null=True, blank=True)
    score = FractionField(_("score"), null=True, blank=True)
    is_closed = models.BooleanField(
        _("closed"), default=False, help_text=_("No further try: right, or no credit left.")
    )

    class Meta:
        verbose_name = _("attempt item")
        verbose_name_plural = _("attempt items")
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"],
                name="cx_courses_attemptitem_position",
                violation_error_message=_("Another question stands at this position."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0),
                name="cx_courses_attemptitem_points",
                violation_error_message=_("Points are more than 0."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["stimulus"],
                condition=Q(stimulus__isnull=False),
                name="cx_courses_attemptitem_stim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} item {self.position}"

    @property
    def worth(self) -> Decimal:
        """The points that it counts now. `points` stays what was drawn."""
        return self.points if self.new_points is None else self.new_points


class AppendOnly(models.QuerySet):  # type: ignore[type-arg]
    """Rows that are written once. The log of what happened is never rewritten."""

    def update(self, **_values: object) -> int:
        raise TypeError(f"{self.model.__name__} rows are never updated.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__} rows are never deleted.")

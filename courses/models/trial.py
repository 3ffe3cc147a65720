"""A trial: a course taken as a learner would, by somebody who may read it. Nothing of it stays."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import limits
from courses.models.enrolment import Enrolment
from courses.models.lesson import Lesson
from courses.models.quiz import Quiz


class Trial(models.Model):
    """What a trial is besides its enrolment, on which attempts and progress hang as always."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="trial")
    acts_as = models.ForeignKey(
        Enrolment,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("as this learner"),
    )
    """Whose class, extra time and dates hold in it; nothing is written there."""
    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="+", null=True, blank=True)
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="+", null=True, blank=True)
    """What is tried; neither for the whole course."""
    place = models.CharField(max_length=limits.LONGEST_PATH)
    """Where it begins: a path below the trial's own address."""
    back = models.CharField(max_length=limits.LONGEST_PATH)
    """Where its person came from."""
    clock_s = models.BigIntegerField(default=0)
    """How far the trial's clock is ahead of the real one, in seconds."""
    used_at = models.DateTimeField()
    is_guest = models.BooleanField(default=False)
    """Whether a platform sent somebody without saying who it is: see `trials.begin_for_guest`."""

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.uuid)

    def time_at(self, now: datetime) -> datetime:
        """Return what the trial's clock shows at this moment."""
        return now + timedelta(seconds=self.clock_s)

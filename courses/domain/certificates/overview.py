"""What staff see of the certificates of a course: a sample, who earns one, and the issued ones."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.domain.certificates import issuing, numbers
from courses.domain.certificates.standings import Basis
from courses.models import Certificate, CertificateRule, Course, Result
from courses.models.certificate import CertificateQuerySet
from courses.models.enrolment import EnrolmentQuerySet

SHOWN_STATES = VALID, EXPIRED, REVOKED, REPLACED = "valid", "expired", "revoked", "replaced"
SAMPLE_PERCENT = Decimal(92)


@dataclass(frozen=True)
class Reach:
    """How many learners have done what a rule asks, and how many hold a certificate by it."""

    earned: int
    held: int


def sample(*, rule: CertificateRule, course: Course, now: datetime) -> Certificate:
    """Return a certificate of nobody, as the rule would issue it now; its number is no number."""
    percent = SAMPLE_PERCENT if rule.shows_score and rule.quiz is not None else None
    row = issuing.drawn_up(rule=rule, course=course, percent=percent, now=now)
    row.number, row.name = _("SAMPLE"), _("Alex Example")
    return row


def reach(*, rule: CertificateRule, enrolments: EnrolmentQuerySet, now: datetime) -> Reach:
    """Return the figures of a rule among these enrolments of its course. Two queries at most.

    Who passed counts, also while the result is hidden from them.
    """
    learners = enrolments.learners().filter(course=rule.course_id)
    if rule.basis == Basis.COMPLETION:
        earned = learners.exclude(completed_at=None)
    else:
        passed = Result.objects.filter(
            line_item__quiz=rule.quiz_id, has_passed=True, is_excused=False
        )
        earned = learners.filter(pk__in=passed.values("enrolment"))
    held = Certificate.objects.none()
    if rule.pk is not None:
        held = in_state(rows=Certificate.objects.filter(rule=rule), state=VALID, now=now)
        held = held.filter(enrolment__in=learners)
    return Reach(_people(earned), held.values("enrolment__user").distinct().count())


def in_state(*, rows: CertificateQuerySet, state: str, now: datetime) -> CertificateQuerySet:
    """Return those in one of SHOWN_STATES; all of them for another text."""
    conditions = {
        VALID: Q(superseded_by=None, revoked_at=None)
        & (Q(valid_until=None) | Q(valid_until__gt=now)),
        EXPIRED: Q(superseded_by=None, revoked_at=None, valid_until__lte=now),
        REVOKED: Q(superseded_by=None, revoked_at__isnull=False),
        REPLACED: Q(superseded_by__isnull=False),
    }
    return rows.filter(conditions[state]) if state in conditions else rows


def named(*, rows: CertificateQuerySet, text: str) -> CertificateQuerySet:
    """Return those with this number, or whose name holds the text; all without a text."""
    words = " ".join(text.split())
    if not words:
        return rows
    found = Q(name__icontains=words)
    number = numbers.normalise(words)
    return rows.filter(found | Q(number=number)) if number else rows.filter(found)


def _people(rows: EnrolmentQuerySet) -> int:
    return rows.values("user").distinct().count()

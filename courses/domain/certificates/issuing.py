"""When a certificate is issued, replaced and taken back. Each in the transaction of its cause.

Once per enrolment (which is one cycle) and rule: `edition` makes it a unique constraint. What
learners do never takes a certificate back; corrections of results and staff do.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses import users
from courses.domain import events, locks
from courses.domain.certificates import numbers, rules
from courses.domain.certificates.standings import Basis, RuleStanding, standings
from courses.domain.outline import outline
from courses.domain.plain import plain
from courses.errors import NotFound
from courses.models import Certificate, CertificateRule, Course, Enrolment, Result

Cause = Certificate.Cause
_DRAWS = 3
"""A number that is taken already is drawn again; with 60 bits that hardly happens once."""


def issue(*, enrolment: Enrolment, is_completed_now: bool, now: datetime) -> list[events.Entry]:
    """Issue what the learner has just earned; return the events to record.

    Must run inside the transaction that holds the lock on the enrolment. No query in a course
    without rules, and none for a rule of completion unless the course is completed by this step.
    """
    entries: list[events.Entry] = []
    if not enrolment.is_learner:
        return entries
    for rule in rules.of_course(course=enrolment.course):
        if not rule.is_active or (rule.basis == Basis.COMPLETION and not is_completed_now):
            continue
        completed = [enrolment.pk] if is_completed_now else []
        standing = standings(rule=rule, enrolments=[enrolment], completed=completed, now=now)[
            enrolment.pk
        ]
        if standing.is_met and standing.is_known:
            entries += _issue_unless_there(rule, enrolment, standing, now)
    return entries


def settle(
    *, enrolments: Sequence[Enrolment], now: datetime
) -> list[tuple[Enrolment, events.Entry]]:
    """Issue, replace or revoke after results of learners of one course were corrected.

    Must run inside the transaction that holds the locks on the enrolments, after their completion
    is settled. Returns each with its event.
    """
    found: list[tuple[Enrolment, events.Entry]] = []
    learners = [one for one in enrolments if one.is_learner]
    if not learners or not rules.of_course(course=learners[0].course):
        return found
    ids = [one.pk for one in learners]
    completed = set(
        Enrolment.objects.filter(pk__in=ids, completed_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    for rule in rules.of_course(course=learners[0].course):
        current = {one.enrolment_id: one for one in _current(rule, ids)}
        found_now = standings(rule=rule, enrolments=learners, completed=completed, now=now)
        for one in learners:
            entries = _settled(rule, one, current.get(one.pk), found_now[one.pk], now)
            found += [(one, entry) for entry in entries]
    return found


@transaction.atomic
def issue_late(*, enrolment: Enrolment, now: datetime) -> bool:
    """Issue what a rule that is newer than the learner's success gives; True when that is new."""
    try:
        row = locks.enrolment(pk=enrolment.pk)
    except NotFound:
        return False  # Erased since.
    is_completed = row.completed_at is not None
    entries = issue(enrolment=row, is_completed_now=is_completed, now=now)
    events.record(entries=entries, now=now, by=None, enrolment=row, course=row.course)
    return bool(entries)


def waiting(*, enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """Return those learners of a course for whom a rule in use has no certificate yet.

    Two queries a rule at most; whether they have earned one is for `issue_late` to find.
    """
    rows = [one for one in enrolments if one.is_learner]
    found: dict[int, Enrolment] = {}
    for rule in rules.of_course(course=rows[0].course) if rows else ():
        if not rule.is_active:
            continue
        able = _able(rule, rows)
        have = set(
            Certificate.objects.filter(rule=rule, enrolment__in=able).values_list(
                "enrolment", flat=True
            )
        )
        found |= {one.pk: one for one in able if one.pk not in have}
    return list(found.values())


def _able(rule: CertificateRule, rows: Sequence[Enrolment]) -> list[Enrolment]:
    if rule.basis == Basis.COMPLETION:
        return [one for one in rows if one.completed_at is not None]
    passed = Result.objects.filter(
        line_item__quiz=rule.quiz_id, enrolment__in=rows, has_passed=True
    )
    ids = set(passed.values_list("enrolment", flat=True))
    return [one for one in rows if one.pk in ids]


def revoke(*, certificate: Certificate, cause: str, reason: str, by: Any, now: datetime) -> None:
    """Mark it revoked, in memory and in the database."""
    certificate.revoked_at, certificate.cause = now, cause
    certificate.reason, certificate.revoked_by = reason, by
    certificate.save(update_fields=["revoked_at", "cause", "reason", "revoked_by"])


def replace(
    *, certificate: Certificate, enrolment: Enrolment, percent: Decimal | None, now: datetime
) -> list[events.Entry]:
    """Issue the next edition, with the holder's name and the same end, and return the event."""
    is_out = certificate.valid_until is not None and certificate.valid_until <= now
    row = _new(certificate.rule, enrolment, percent, now)
    row.edition = certificate.edition + 1
    row.name, row.is_public = certificate.name, certificate.is_public
    if certificate.revoked_at is None or is_out:
        row.valid_until = certificate.valid_until
    if not _insert(row):
        return []
    certificate.superseded_by = row
    certificate.save(update_fields=["superseded_by"])
    return [_issued(row, replaces=certificate)]


def revoked_entry(certificate: Certificate) -> events.Entry:
    """Return the event of a certificate that is no longer valid."""
    data = {"certificate": str(certificate.uuid), "number": certificate.number}
    return events.CERTIFICATE_REVOKED, {**data, "cause": certificate.cause}


def score(*, rule: CertificateRule, enrolment: Enrolment, now: datetime) -> Decimal | None:
    """Return what a certificate by this rule would show as the score now."""
    found = standings(rule=rule, enrolments=[enrolment], completed=[enrolment.pk], now=now)
    return found[enrolment.pk].percent


def drawn_up(
    *, rule: CertificateRule, course: Course, percent: Decimal | None, now: datetime
) -> Certificate:
    """Return what a certificate by this rule says now, of nobody and without a number."""
    quiz = rule.quiz if rule.basis == Basis.EXAM or rule.shows_score else None
    return Certificate(
        course=course,
        rule=rule,
        course_title=course.title,
        description=rule.description or course.summary,
        language=course.language,
        exam_title=quiz.title if quiz is not None else "",
        percent=percent,
        minutes=outline(course).minutes,
        issued_at=now,
        changed_at=now,
        valid_until=_months_later(now, rule.valid_months),
    )


def _settled(
    rule: CertificateRule,
    enrolment: Enrolment,
    current: Certificate | None,
    standing: RuleStanding,
    now: datetime,
) -> list[events.Entry]:
    """Bring the certificate by one rule in line with a corrected result."""
    if current is None or current.cause == Cause.RESULT:
        if not (rule.is_active and standing.is_met and standing.is_known):
            return []
        return _issue_unless_there(rule, enrolment, standing, now)
    if current.revoked_at is not None:
        return []  # What staff revoked stays revoked.
    if not standing.is_met:
        revoke(certificate=current, cause=Cause.RESULT, reason="", by=None, now=now)
        return [revoked_entry(current)]
    is_other = standing.percent is not None and plain(standing.percent) != plain(current.percent)
    if rule.shows_score and is_other:
        return replace(certificate=current, enrolment=enrolment, percent=standing.percent, now=now)
    return []


def _issue_unless_there(
    rule: CertificateRule, enrolment: Enrolment, standing: RuleStanding, now: datetime
) -> list[events.Entry]:
    """Issue the first, or the next where a correction revoked the last one."""
    last = _current(rule, [enrolment.pk]).first()
    if last is not None:
        if last.cause != Cause.RESULT:
            return []
        return replace(certificate=last, enrolment=enrolment, percent=standing.percent, now=now)
    row = _new(rule, enrolment, standing.percent, now)
    return [_issued(row, replaces=None)] if _insert(row) else []


def _current(rule: CertificateRule, enrolments: Sequence[int]) -> Any:
    rows = Certificate.objects.current().filter(rule=rule, enrolment__in=enrolments)
    return rows.select_related("rule__quiz").order_by("-edition")


def _new(
    rule: CertificateRule, enrolment: Enrolment, percent: Decimal | None, now: datetime
) -> Certificate:
    row = drawn_up(rule=rule, course=enrolment.course, percent=percent, now=now)
    row.number, row.enrolment, row.cycle = numbers.draw(), enrolment, enrolment.cycle
    row.name = users.names(enrolment.user).full_name[:120]
    return row


def _insert(row: Certificate) -> bool:
    """Store it; False when another process issued the same edition first."""
    same = Certificate.objects.filter(rule=row.rule, enrolment=row.enrolment, edition=row.edition)
    for _draw in range(_DRAWS):
        Certificate.objects.bulk_create([row], ignore_conflicts=True)
        stored = same.values_list("pk", "uuid").first()
        if stored is not None:
            row.pk, is_ours = stored[0], stored[1] == row.uuid
            return is_ours
        row.number = numbers.draw()
    raise RuntimeError("No free number was drawn.")


def _issued(row: Certificate, *, replaces: Certificate | None) -> events.Entry:
    return events.CERTIFICATE_ISSUED, {
        "certificate": str(row.uuid),
        "number": row.number,
        "valid_until": plain(row.valid_until),
        "replaces": str(replaces.uuid) if replaces is not None else None,
    }


def _months_later(moment: datetime, months: int | None) -> datetime | None:
    """Return the same day so many months later, or the last one of a shorter month."""
    if months is None:
        return None
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)

"""What was sent of a class's scores, for those who look after it, and sending them once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import platform_gradebooks as pages
from courses.domain.platform_gradebooks import GradebookComparison, PlatformGradebook, SentScore
from courses.lti import further_columns, score_comparing, score_sending
from courses.lti.models import LtiClass, LtiLink, LtiRegistration
from courses.lti.score_cells import scored_links
from courses.lti.score_models import LtiScore
from courses.lti.score_values import ColumnValues, Value
from courses.models import Enrolment, ExternalIdentity, Launch, Section, WebhookEndpoint

_States = LtiScore.State
_NOT_FOUND, _SERVER_ERROR = 404, 500
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_TOO_MANY = 429


class SentScores:
    """The gradebooks of platforms, as the pages of classes ask for them."""

    def gradebook(self, *, section: Section) -> PlatformGradebook | None:
        found = _class_of(section)
        if found is None:
            return None
        links = _links(found)
        refused = further_columns.refused(lti_class=found).order_by("pk")
        missing = tuple((str(one), str(one.get_problem_display())) for one in refused)
        if not links and not missing:
            return None
        endpoint = _endpoint(found)
        return PlatformGradebook(
            name=_registration(found).name,
            columns=len(links),
            is_on=endpoint is not None and endpoint.is_enabled,
            is_readable=any(map(score_comparing.can_read, links)),
            missing=missing,
        )

    def cells(
        self, *, section: Section, enrolments: Sequence[Enrolment], now: datetime
    ) -> dict[int, list[SentScore]]:
        found = _class_of(section)
        if found is None:
            return {}
        registration = _registration(found)
        links = _links(found)
        identities = _identities(registration, enrolments)
        people = [one.pk for one in identities.values()]
        rows = LtiScore.objects.filter(link__in=links, identity__in=people)
        known = {(row.link_id, row.identity_id): row for row in rows}
        values = ColumnValues(
            course=found.course,
            enrolments=enrolments,
            links=links,
            sees_hidden=registration.gets_hidden_scores,
            now=now,
        )
        return {
            one.pk: [
                _cell(
                    link,
                    known.get((link.pk, identities[one.user_id].pk)),
                    values.of(enrolment=one, link=link),
                )
                for link in links
            ]
            for one in enrolments
            if one.user_id in identities
        }

    @transaction.atomic
    def send_again(
        self, *, section: Section, enrolments: Sequence[Enrolment], now: datetime
    ) -> int:
        found = _class_of(section)
        endpoint = None if found is None else _endpoint(found)
        if found is None or endpoint is None or not endpoint.is_enabled:
            return 0
        people = _identities(_registration(found), enrolments).values()
        rows = LtiScore.objects.filter(link__lti_class=found, identity__in=[p.pk for p in people])
        rows.exclude(state=_States.WAITING).update(state=_States.WAITING)
        return score_sending.send_again(
            endpoint=endpoint, classes=[found], people={one.user_id for one in people}, now=now
        )

    def compare(self, *, section: Section, enrolments: Sequence[Enrolment]) -> GradebookComparison:
        found = _class_of(section)
        if found is None:
            return GradebookComparison(0, [], [])
        registration = _registration(found)
        return score_comparing.compare(
            registration=registration,
            links=[one for one in _links(found) if score_comparing.can_read(one)],
            enrolments=enrolments,
            identities=_identities(registration, enrolments),
        )


def send_whole_class(*, lti_class: LtiClass, now: datetime) -> int:
    """Have the scores of all learners of the class sent once more; return how many have some.

    Columns that the platform refused are asked for again.
    """
    further_columns.ask_again(lti_class=lti_class)
    rows = Enrolment.objects.learners().filter(section=lti_class.section_id)
    return SentScores().send_again(section=lti_class.section, enrolments=list(rows), now=now)


def _class_of(section: Section) -> LtiClass | None:
    rows = LtiClass.objects.select_related("course", "context__deployment__registration__platform")
    return rows.filter(section=section.pk).first()


def _registration(lti_class: LtiClass) -> LtiRegistration:
    found: LtiRegistration = lti_class.context.deployment.registration
    return found


def _endpoint(lti_class: LtiClass) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.filter(
        uuid=_registration(lti_class).uuid, sender=score_sending.SENDER
    ).first()


def _links(lti_class: LtiClass) -> list[LtiLink]:
    return list(scored_links().filter(lti_class=lti_class).order_by("pk"))


def _identities(
    registration: LtiRegistration, enrolments: Sequence[Enrolment]
) -> dict[int, ExternalIdentity]:
    rows = ExternalIdentity.objects.filter(
        client=registration.platform.client_id,
        user__in=[one.user_id for one in enrolments],
        deactivated_at=None,
    )
    return {row.user_id: row for row in rows}


def _cell(link: LtiLink, row: LtiScore | None, value: Value | None) -> SentScore:
    """Return what is known of a cell: `value` is what the column should have now."""
    sent: dict[str, Any] = {}
    if row is not None and row.sent_at is not None:
        sent = {
            "given": row.data.get("scoreGiven"),
            "most": row.data.get("scoreMaximum"),
            "sent_at": row.sent_at,
        }
    if value is None:
        is_quiz = link.target == Launch.Target.QUIZ
        return SentScore(str(link), pages.HELD_BACK if is_quiz else pages.NOTHING, **sent)
    if row is None:
        is_empty = "scoreGiven" not in value and value["activityProgress"] == "Initialized"
        return SentScore(str(link), pages.NOTHING if is_empty else pages.WAITING)
    if row.state != _States.WAITING and row.data == value:
        is_refused = row.state == _States.REFUSED
        why: dict[str, Any] = (
            {"reason": _refusal(row.answer), "answer": row.answer} if is_refused else {}
        )
        return SentScore(str(link), pages.REFUSED if is_refused else pages.SENT, **sent, **why)
    is_tried = row.state == _States.WAITING and bool(row.answer) and not _was_taken(row.answer)
    why = {"reason": _failure(row.answer), "answer": row.answer} if is_tried else {}
    return SentScore(str(link), pages.WAITING, **sent, **why)


def _refusal(answer: str) -> str:
    if _status(answer) == _NOT_FOUND:
        return _("The platform does not have this column any more.")
    return _(
        "The platform grades nobody of this id there: often somebody who teaches, or who is not in "
        "its course any more."
    )


def _failure(answer: str) -> str:
    status = _status(answer)
    if status is None:
        return _("The platform could not be reached. It is tried again.")
    if status in (_UNAUTHORIZED, _FORBIDDEN):
        return _("The platform does not let this site send scores. It is tried again.")
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        return _("The platform is busy or out of order. It is tried again.")
    return _("The platform did not take the score. It is tried again.")


def _was_taken(answer: str) -> bool:
    status = _status(answer)
    return status is not None and status < 300  # noqa: PLR2004 (HTTP's own number)


def _status(answer: str) -> int | None:
    """Return the status with which a stored answer begins."""
    first = answer.partition(" ")[0]
    is_status = len(first) == 3 and first.isascii() and first.isdecimal()  # noqa: PLR2004
    return int(first) if is_status else None

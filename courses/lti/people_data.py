"""What these tables hold about people, for exports, and how it is forgotten."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.domain.personal_data import erase
from courses.domain.plain import values
from courses.lti.invitation_model import LtiInvitation
from courses.lti.launch_models import LtiLaunchRecord
from courses.lti.models import LtiDeployment, LtiLink, LtiPlatform, LtiRegistration
from courses.lti.score_models import LtiScore
from courses.lti.score_values import ColumnValues
from courses.models import ApiClient, Enrolment, ExternalIdentity, Launch, Section

AT_ONCE = 500


class LtiAnnex:
    """Registered with `personal_data`."""

    def of_identity(self, *, identity: ExternalIdentity, now: datetime) -> dict[str, Any]:
        """Return the scores that the platform was sent, as far as the person may see them."""
        rows = LtiScore.objects.filter(identity=identity).order_by("pk")
        rows = rows.select_related("link__lti_class__course", "link__lti_class__section")
        found = [_score(row, identity, now) for row in rows]
        return {"lti_scores": found} if found else {}

    def forget(self, *, user: Any) -> None:
        """Take the person out of the invitations that they made."""
        LtiInvitation.objects.filter(created_by=user).update(created_by=None)

    def of_platform(self, *, client: ApiClient, collect: Callable[..., Any]) -> dict[str, Any]:
        """Return the platform's registrations, courses and links, without keys."""
        platform = LtiPlatform.objects.filter(client=client).first()
        if platform is None:
            return {}
        links = LtiLink.objects.filter(
            lti_class__context__deployment__registration__platform=platform
        )
        names = ("name", "client_id", "privacy", "is_active", "created_at")
        return {
            "issuer": platform.issuer,
            "registrations": [values(row, *names) for row in platform.registrations.order_by("pk")],
            "links": collect(_links(links)),
        }

    def forget_platform(self, *, client: ApiClient, now: datetime) -> bool:
        """Delete the log first, then deployments with their classes and links, then the rest."""
        platform = LtiPlatform.objects.filter(client=client).first()
        if platform is None:
            return False
        registrations = LtiRegistration.objects.filter(platform=platform)
        for rows in (
            LtiLaunchRecord.objects.filter(registration__in=registrations),
            LtiDeployment.objects.filter(registration__in=registrations, contexts=None),
        ):
            some = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            if some:
                rows.model._default_manager.filter(pk__in=some).delete()
                return True
        place = LtiDeployment.objects.filter(registration__in=registrations).first()
        if place is not None:
            some = list(place.contexts.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            sections = Section.objects.filter(lti_class__context__in=some)
            sections.update(is_archived=True, title="")
            place.contexts.filter(pk__in=some).delete()
            return True
        registrations.delete()
        guest = platform.guest
        platform.delete()
        if guest is not None:
            # The account of those whom the platform did not name, with what they still have open.
            erase(user=guest, now=now)
        return False


def _links(links: QuerySet[LtiLink]) -> Iterator[dict[str, Any]]:
    rows = links.select_related("lti_class__context", "lti_class__course").order_by("pk")
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield {
            "course": row.lti_class.course.key,
            "context": row.lti_class.context.context_id,
            "context_title": row.lti_class.context.title,
            **values(row, "link_id", "title", "target", "target_key", "line_item", "created_at"),
        }


def _score(row: LtiScore, identity: ExternalIdentity, now: datetime) -> dict[str, Any]:
    link = row.link
    found = {
        "link": link.title or link.link_id,
        "course": link.lti_class.course.key,
        "class": link.lti_class.section.title,
        **values(row, "state", "timestamp", "sent_at"),
    }
    # The answer of the platform and the number follow what the quiz shows the person.
    return {**found, **values(row, "data", "answer")} if _is_shown(row, identity, now) else found


def _is_shown(row: LtiScore, identity: ExternalIdentity, now: datetime) -> bool:
    link = row.link
    is_of_quizzes = link.target != Launch.Target.LESSON and link.rule == LtiLink.Rule.QUIZZES
    if link.target != Launch.Target.QUIZ and not is_of_quizzes:
        return True
    enrolments = list(
        Enrolment.objects.filter(user=identity.user_id, section=link.lti_class.section_id)
        .select_related("course")
        .order_by("-cycle", "-pk")[:1]
    )
    shown = ColumnValues(
        course=link.lti_class.course,
        enrolments=enrolments,
        links=[link],
        sees_hidden=False,
        now=now,
    )
    return bool(enrolments) and shown.of(enrolment=enrolments[0], link=link) is not None

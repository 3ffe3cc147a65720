"""Submission review: a platform's gradebook opens what one learner did at a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import get_script_prefix, reverse

from courses.domain import launches
from courses.domain.rights import looks_after_class
from courses.lti import classes
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiDeployment, LtiLink
from courses.lti.reasons import LaunchDenied
from courses.models import Attempt, Enrolment, Launch, Result


@dataclass(frozen=True)
class OpenedReview:
    """A session that was opened for a review, and the page in it that shows the work."""

    opened: launches.Opened
    place: str


def known_link(*, deployment: LtiDeployment, claims: Mapping[str, Any]) -> LtiLink | None:
    """Return the link of the review as an earlier launch made it known, newest first.

    The message may name its own address and parameters instead of the link's. A column that belongs
    to no link is named by its line item.
    """
    place = classes.place(claims)
    rows = LtiLink.objects.select_related("lti_class__course", "lti_class__section").filter(
        lti_class__context__deployment=deployment,
        lti_class__context__context_id=place.context_id,
        lti_class__context__is_link=place.is_link,
    )
    link = claims.get(words.RESOURCE_LINK)
    if link is not None:
        return rows.filter(link_id=link["id"]).first()
    column = (claims.get(words.GRADES) or {}).get("lineitem")
    return rows.filter(line_item=column).first() if column and isinstance(column, str) else None


def learner(*, lti_class: LtiClass, enrolment: Enrolment, claims: Mapping[str, Any]) -> Enrolment:
    """Return whose work may be shown to the person of the launch. Raises LaunchDenied.

    Those who look after the class see its learners, everybody else themselves.
    """
    subject = claims[words.FOR_USER]["user_id"]
    if subject == claims["sub"] and not looks_after_class(enrolment):
        return enrolment
    if not looks_after_class(enrolment):
        raise LaunchDenied("review_not_allowed", "for_user is somebody else")
    client = lti_class.context.deployment.registration.platform.client_id
    rows = Enrolment.objects.learners().filter(
        section=lti_class.section_id,
        user__course_identities__client=client,
        user__course_identities__subject=subject,
    )
    found = rows.order_by("cycle", "pk").last()
    if found is None:
        raise LaunchDenied("review_person_unknown", "for_user has no enrolment in the class")
    return found


def place(*, learner: Enrolment, target: launches.Target, is_own: bool) -> str:
    """Return the page that shows the work, as a path in the session; "" for the link's own page."""
    attempt = _attempt(learner, target.key) if target.kind == Launch.Target.QUIZ else None
    if attempt is not None:
        return _path("review", attempt.uuid)
    return "" if is_own else _path("class-learner", learner.course.key, learner.uuid)


def _attempt(learner: Enrolment, quiz: str) -> Attempt | None:
    """Return the attempt that counts, else the last one that was handed in."""
    results = Result.objects.filter(enrolment=learner, line_item__quiz__key=quiz)
    row = results.exclude(attempt=None).select_related("attempt").first()
    if row is not None and row.attempt is not None:
        return row.attempt
    done: Attempt | None = learner.attempts.finished().filter(quiz__key=quiz).order_by("pk").last()
    return done


def _path(name: str, *args: object) -> str:
    return reverse(f"cx_courses:{name}", args=args).removeprefix(get_script_prefix())

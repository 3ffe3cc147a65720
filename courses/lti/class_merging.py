"""Two contexts that are one course of the platform, known by an old and by a new registration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.domain import enrolments, sections
from courses.lti import score_sending
from courses.lti.models import LtiClass, LtiContext, LtiLink
from courses.models import Enrolment

Pair = tuple[LtiClass, LtiClass]
"""A class and the one of the successor for the same course of ours."""


def pairs(*, contexts: QuerySet[LtiContext], target: int) -> list[Pair]:
    """Return the classes of these contexts that meet one of the target's deployment."""
    old = LtiClass.objects.filter(context__in=contexts).select_related("context", "section")
    new = LtiClass.objects.filter(
        context__deployment=target, context__context_id__in=contexts.values("context_id")
    ).select_related("context", "section")
    known = {(one.context.context_id, one.context.is_link, one.course_id): one for one in new}
    found = [
        (one, known.get((one.context.context_id, one.context.is_link, one.course_id)))
        for one in old.order_by("pk")
    ]
    return [(one, other) for one, other in found if other is not None]


def people_in_both(*, pairs: Sequence[Pair]) -> int:
    """Return how many places people have in both classes of a pair."""
    ids = {one.section_id for pair in pairs for one in pair}
    rows = Enrolment.objects.filter(section__in=ids).values_list("section", "user").distinct()
    people: dict[int, set[int]] = {}
    for section, user in rows:
        people.setdefault(section, set()).add(user)
    return sum(
        len(people.get(old.section_id, set()) & people.get(new.section_id, set()))
        for old, new in pairs
    )


def merge(*, former: LtiContext, successor: LtiContext, by: Any, now: datetime) -> None:
    """Put the former context's classes into the other one, which stays.

    Who is in both classes goes on in the old one; what they did in the new one stays in it, and it
    is archived.
    """
    # Launches that add a person or a link wait for this, see `classes.hold`.
    locked = LtiClass.objects.select_for_update().filter(context__in=[former, successor])
    classes = list(locked.order_by("pk"))
    theirs = {one.course_id: one for one in classes if one.context_id == successor.pk}
    for row in classes:
        if row.context_id != former.pk:
            continue
        # These line items are of the former tool; a launch of the new one asks for its own.
        LtiLink.objects.filter(lti_class=row, is_further=True).delete()
        other = theirs.get(row.course_id)
        if other is not None:
            _merge_class(row, other, by, now)
        row.context = successor
        row.save(update_fields=["context"])
        for link in LtiLink.objects.filter(lti_class=row, has_scores=True):
            registration = successor.deployment.registration
            score_sending.open_gradebook(link=link, registration=registration, now=now)
    former.delete()


def _merge_class(keeps: LtiClass, gives: LtiClass, by: Any, now: datetime) -> None:
    newest = LtiLink.objects.filter(lti_class=gives)
    LtiLink.objects.filter(lti_class=keeps, link_id__in=newest.values("link_id")).delete()
    newest.update(lti_class=keeps)
    section, old = keeps.section, gives.section
    gives.delete()
    there = Enrolment.objects.filter(section=section).values("user")
    rows = Enrolment.objects.filter(section=old).exclude(user__in=there)
    for enrolment in rows.latest_cycle().order_by("pk"):
        enrolments.move(enrolment=enrolment, section=section, by=by, now=now)
    sections.change(section=old, title=old.title, is_archived=True)

"""Copies of a platform's courses: what they come from, by the ids that the platform names.

A copy keeps its links with their parameters. It is another context with a class of its own, which
begins with the settings of the class that it was copied from and without anybody's records.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet

from courses.domain import sections
from courses.lti import addresses
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiDeployment, LtiLink
from courses.models import Section

CONTEXTS, LINKS = "cx_context_history", "cx_link_history"
ASKED = {CONTEXTS: "$Context.id.history", LINKS: "$ResourceLink.id.history"}
"""Custom parameters that every link asks for; the platform fills them in where it can."""
MOST = 20
_LONGEST = 4000


def former_ids(*, claims: Mapping[str, Any], name: str) -> list[str]:
    """Return the ids that a copy comes from, the latest first; none where none are named."""
    custom = claims.get(words.CUSTOM) or {}
    text = custom.get(name)
    # What a platform could not fill in comes as it was typed.
    if not isinstance(text, str) or text.startswith("$") or len(text) > _LONGEST:
        return []
    parts = (unquote(one).strip().replace("\0", "") for one in text.split(",")[:MOST])
    return [one for one in parts if one]


def named_by_former_link(
    *, claims: Mapping[str, Any], deployment: LtiDeployment
) -> addresses.Named | None:
    """Return what the link opened from which this one was copied; None where none is known."""
    ids = former_ids(claims=claims, name=LINKS)
    rows = LtiLink.objects.select_related("lti_class__course")
    rows = rows.filter(link_id__in=ids, lti_class__in=_classes(deployment)) if ids else rows.none()
    found = {row.link_id: row for row in rows.order_by("-pk")}
    row = next((found[one] for one in ids if one in found), None)
    if row is None:
        return None
    part = {} if row.target == "course" else {row.target: row.target_key}
    return addresses.Named(course=row.lti_class.course.key, **part)


def copy_settings(
    *, former: Sequence[str], deployment: LtiDeployment, context_id: str, section: Section
) -> None:
    """Give a new class the settings of the class that its context was copied from."""
    rows = _classes(deployment).filter(
        context__context_id__in=[one for one in former if one != context_id],
        context__is_link=False,
        course=section.course_id,
    )
    found = {row.context.context_id: row for row in _own_last(rows, deployment)}
    source = next((found[one] for one in former if one in found), None)
    if source is not None:
        sections.copy_dates(source=source.section, target=section)


def _classes(deployment: LtiDeployment) -> QuerySet[LtiClass]:
    """Return the classes of the registration."""
    return LtiClass.objects.filter(
        context__deployment__registration=deployment.registration_id
    ).select_related("context", "section")


def _own_last(rows: QuerySet[LtiClass], deployment: LtiDeployment) -> list[LtiClass]:
    """Return the rows with those of the same deployment at the end."""
    return sorted(rows, key=lambda row: (row.context.deployment_id == deployment.pk, row.pk))

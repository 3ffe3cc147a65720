"""Warnings on the admin's front page."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.domain import relay

register = template.Library()

LATE_S = 300
"""Seconds after which a waiting delivery is no longer just under way."""


@register.inclusion_tag("admin/cx_courses/parts/relay_backlog.html", takes_context=True)
def relay_backlog(context: template.Context) -> dict[str, Any]:
    """Return warnings about an overdue relay, for those who may see deliveries."""
    request = context.get("request")
    if request is None or not request.user.has_perm("cx_courses.view_delivery"):
        return {"lines": []}
    return {"lines": list(_sentences(relay.backlog(now=timezone.now())))}


def _sentences(backlog: relay.Backlog) -> list[str]:
    lines = []
    oldest_seconds = backlog.oldest_seconds or 0
    if oldest_seconds > LATE_S:
        minutes = int(oldest_seconds // 60)
        text = _(
            "The relay is behind: %(due)d deliveries are waiting, the oldest for %(minutes)d "
            "minutes. Is “manage.py relay” running?"
        )
        lines.append(text % {"due": backlog.due, "minutes": minutes})
    if backlog.expired_attempts:
        text = ngettext(
            "%(count)d attempt should have been closed by the relay.",
            "%(count)d attempts should have been closed by the relay.",
            backlog.expired_attempts,
        )
        lines.append(text % {"count": backlog.expired_attempts})
    if backlog.dead:
        text = ngettext(
            "The relay gave up %(count)d delivery; see its last answer.",
            "The relay gave up %(count)d deliveries; see their last answers.",
            backlog.dead,
        )
        lines.append(text % {"count": backlog.dead})
    if backlog.disabled:
        text = ngettext(
            "%(count)d webhook endpoint did not answer and is switched off.",
            "%(count)d webhook endpoints did not answer and are switched off.",
            backlog.disabled,
        )
        lines.append(text % {"count": backlog.disabled})
    return lines

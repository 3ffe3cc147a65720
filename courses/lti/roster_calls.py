"""One page of a platform's list of people: the call, and what is read of the answer.

Changes nothing and uses no database.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from courses.domain import outgoing, webhooks
from courses.errors import CoursesError
from courses.lti import access_tokens, service_calls
from courses.lti import vocabulary as words

MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE = 200
"""People of a page, where the platform takes the wish: an answer may have a megabyte."""
_OK, _UNAUTHORIZED, _TOO_MANY, _FAULT = 200, 401, 429, 500
_NOT_ALLOWED = (_UNAUTHORIZED, 403)
_BUSY = (408, 425, 503)
_LONGEST_PAUSE_S = 900
_PAUSE_S = 30
_NO_ACCESS = _(
    "The platform gives this tool no access to its lists of people (status %(status)d). Allow "
    "“Names and Role Provisioning” for the tool there."
)
_NEXT = re.compile(r"rel\s*=\W*next", re.IGNORECASE)


class RosterFailed(CoursesError):
    """The list could not be read now; a later try may be better."""

    code = "roster_failed"


class RosterRefused(CoursesError):
    """The list cannot be read, however often it is tried."""

    code = "roster_refused"


@dataclass(frozen=True)
class RosterPause:
    """The platform asks to wait."""

    seconds: int


@dataclass(frozen=True)
class RosterPage:
    """The people of a page as they came, and where the list goes on."""

    members: tuple[Any, ...]
    context_id: str
    next_url: str
    changes_url: str


def first_url(url: str) -> str:
    """Return the address of the first page, with a wish for its size."""
    parts = urlsplit(url)
    joint = "&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{parts.query}{joint}{urlencode({'limit': PAGE})}"))


def read(*, key: access_tokens.AccessKey, url: str, now: datetime) -> RosterPage | RosterPause:
    """Return the page at this address.

    Opens no transaction. Raises RosterFailed and RosterRefused.
    """
    try:
        answer = service_calls.get(key=key, scope=words.PEOPLE_SCOPE, url=url, accept=MEDIA_TYPE)
    except access_tokens.TokenRefused as error:
        raise _token_refused(error) from error
    except outgoing.CallRefused as error:
        text = _("The address of the list may not be called: %(reason)s")
        raise RosterRefused(text % {"reason": error}) from error
    except outgoing.CallFailed as error:
        text = _("The platform did not answer: %(reason)s")
        raise RosterFailed(text % {"reason": error}) from error
    pause = _pause(answer, now)
    return pause or _page(_container(answer), answer, url)


def _token_refused(error: access_tokens.TokenRefused) -> CoursesError:
    status = error.answer.status if error.answer else 0
    is_busy = not status or status >= _FAULT or status in (*_BUSY, _TOO_MANY, _OK)
    if is_busy:
        text = _("The platform gave no access token (status %(status)d).")
        return RosterFailed(text % {"status": status})
    return RosterRefused(_NO_ACCESS % {"status": status})


def _pause(answer: outgoing.Answer, now: datetime) -> RosterPause | None:
    """Return how long the platform wants us to wait; None where it gave an answer."""
    asked = webhooks.retry_after(answer.headers.get("retry-after", ""), now=now)
    if answer.status != _TOO_MANY and not (answer.status in _BUSY and asked is not None):
        return None
    return RosterPause(min(max(_PAUSE_S if asked is None else asked, 1), _LONGEST_PAUSE_S))


def _container(answer: outgoing.Answer) -> Mapping[str, Any]:
    status = answer.status
    if status >= _FAULT or status in _BUSY:
        text = _("The platform answered with an error (status %(status)d).")
        raise RosterFailed(text % {"status": status})
    if status in _NOT_ALLOWED:
        raise RosterRefused(_NO_ACCESS % {"status": status})
    if status != _OK:
        text = _("The platform does not give the list to this tool (status %(status)d).")
        raise RosterRefused(text % {"status": status})
    length = answer.headers.get("content-length", "")
    is_short = length.isascii() and length.isdigit() and len(answer.body) < int(length[:9])
    if is_short:
        raise RosterFailed(_("The answer was cut off."))
    if answer.is_cut:
        raise RosterRefused(_("A page of the list is longer than a megabyte."))
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise RosterFailed(_("The platform answered with something that is no list.")) from error
    if not isinstance(found, dict) or not isinstance(found.get("members"), list):
        raise RosterRefused(_("The platform's answer has no list of members."))
    return found


def _page(found: Mapping[str, Any], answer: outgoing.Answer, url: str) -> RosterPage:
    header = answer.headers.get("link", "")
    named = service_calls.links(header=header, url=url)
    following, changes = named.get("next", ""), named.get("differences", "")
    if not following and _NEXT.search(header):
        raise RosterRefused(_("The address of the next page of the list cannot be read."))
    if following and not service_calls.is_beside(following, url):
        text = _("The list goes on at another site, which gets no access from here: %(url)s")
        raise RosterRefused(text % {"url": following[:200]})
    context = found.get("context")
    given = context.get("id") if isinstance(context, dict) else None
    return RosterPage(
        members=tuple(found["members"]),
        context_id="" if given is None else str(given),
        next_url=following,
        changes_url=changes if changes and service_calls.is_beside(changes, url) else "",
    )

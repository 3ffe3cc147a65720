"""The page on which a platform's administrator agrees to what this tool asks for."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses import rates
from courses.addresses import client_address
from courses.errors import CoursesError, NotFound
from courses.lti import asking, inviting, joining
from courses.lti.invitation_model import LtiInvitation
from courses.lti.openid import PlatformFacts
from courses.web.embed import framing, inner
from courses.web.embed.refusals import shown_in_outages

RATE = "20/min"
"""Calls to a platform that one address may cause."""
_LONGEST_TOKEN = 8000
_FAULT = 400
_GONE = 404


@framing.open_to_all
@csrf_exempt  # The code in the address is the permission; no cookie is read.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.non_atomic_requests  # Calls the platform.
@shown_in_outages
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Show what would be registered and why, or register it."""
    now = timezone.now()
    try:
        invitation = inviting.find(code=code, now=now)
        if not rates.spend(f"lti-register.{client_address(request)}", RATE):
            return _page(
                request, "register_refused", {"message": _("Please try again in a minute.")}, 429
            )
        if request.method == "POST":
            facts, token = joining.unseal(text=request.POST.get("shown", ""), invitation=invitation)
            privacy = request.POST.get("privacy", "")
            row = joining.register(
                invitation=invitation, facts=facts, token=token, privacy=privacy, now=now
            )
            return _page(request, "registered", {"registration": row, "facts": facts})
        url = request.GET.get("openid_configuration", "")
        if not url:
            return _page(request, "register_here", {"invitation": invitation})
        token = request.GET.get("registration_token", "")[:_LONGEST_TOKEN]
        facts = joining.look(invitation=invitation, url=url, token=token)
        return _page(request, "register", _shown(invitation, facts, token))
    except NotFound:
        message = _("This invitation was used already, has expired, or never was one.")
        return _page(request, "register_refused", {"message": message}, _GONE)
    except CoursesError as error:
        return _page(request, "register_refused", {"message": error.message}, _FAULT)


def _shown(invitation: LtiInvitation, facts: PlatformFacts, token: str) -> dict[str, object]:
    levels = [
        {"value": one.value, "label": one.label, "is_chosen": one == asking.Privacy.NAME}
        for one in asking.LEVELS
    ]
    return {
        "facts": facts,
        "messages_asked": asking.messages(facts=facts),
        "claims_asked": asking.claims(privacy=asking.Privacy.MAIL),
        "levels": levels,
        "shown": joining.seal(facts=facts, token=token, invitation=invitation),
    }


def _page(
    request: HttpRequest, name: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """Return a page that every platform may frame: who sees it has the code."""
    anonymous = inner.for_anonymous(request, None)
    response = render(anonymous, f"cx_courses_lti/{name}.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return framing.allow(request, response, framing.EVERYBODY)

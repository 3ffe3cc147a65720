"""What platforms and the browsers of their people ask for: login, launch, our keys."""

import logging
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import rates
from courses.addresses import client_address
from courses.lti import (
    addresses,
    asking,
    launching,
    own_keys,
    picker_views,
    platform_storage,
    refusals,
    registrations,
    states,
    succession,
)
from courses.lti.deep_links import LinkChoice
from courses.lti.models import LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.lti.reviewing import OpenedReview
from courses.web.embed import cookie, framing, opening
from courses.web.embed.refusals import shown_in_outages

logger = logging.getLogger(__name__)

LOGIN_NAMES = ("iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint")
_LOGGED_RATE = "60/min"
"""Records of launches that were refused before a platform signed them, from one address."""


@framing.open_to_all
@csrf_exempt  # A platform begins it; what comes back is bound to this browser by its state.
@never_cache
@require_http_methods(["GET", "POST"])
@shown_in_outages
def login(request: HttpRequest, registration: UUID | None = None) -> HttpResponse:
    """Send the browser to the platform, which says who it is; the first half of a launch."""
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    sent = {name: given[name] for name in LOGIN_NAMES if given.get(name)}
    try:
        found = registrations.find(
            uuid=registration, issuer=sent.get("iss", ""), client_id=sent.get("client_id", "")
        )
        if found is None:
            replaced = succession.refusal(
                uuid=registration,
                issuer=sent.get("iss", ""),
                client_id=sent.get("client_id", ""),
            )
            raise replaced or LaunchDenied("registration_unknown", f"iss {sent.get('iss')!r}")
        if "login_hint" not in sent or "target_link_uri" not in sent:
            raise LaunchDenied("login_incomplete", ", ".join(sorted(sent)))
        if addresses.named_by(sent["target_link_uri"]) is None:
            raise LaunchDenied("target_elsewhere", sent["target_link_uri"])
    except LaunchDenied as denied:
        return _refused(request, launching.Arrival(now), denied)
    storage = given.get("lti_storage_target", "")
    begun = states.begin(registration=found.uuid, again=sent, now=now, storage=storage)
    url = _sign_in_url(found, begun, sent)
    response = platform_storage.put(request, begun, url) if begun.storage else _Redirect(url)
    cookie.give(
        response,
        name=states.cookie_name(begun.state),
        value=begun.secret,
        path=urlsplit(addresses.launch()).path,
        max_age=int(states.LIVES.total_seconds()),
    )
    return framing.allow(request, response, framing.EVERYBODY)


@framing.open_to_all
@csrf_exempt  # The platform posts it; its state belongs to one browser.
@never_cache
@require_POST
@transaction.non_atomic_requests  # Reads the platform's keys, and keeps what it notes of refusals.
@shown_in_outages
def launch(request: HttpRequest, path: str = "") -> HttpResponse:  # noqa: ARG001
    """Open the session of somebody whom the platform vouches for, or show why there is none."""
    arrival = launching.Arrival(timezone.now())
    form = {name: str(value) for name, value in request.POST.items()}
    stored = platform_storage.stored(request)
    try:
        opened = launching.receive(
            arrival=arrival, form=form, cookies=request.COOKIES, stored=stored or ""
        )
    except LaunchDenied as denied:
        if platform_storage.may_be_asked(arrival=arrival, denied=denied, form=form, stored=stored):
            return platform_storage.get(request, arrival, form)
        return _refused(request, arrival, denied)
    launching.record(arrival=arrival)
    if isinstance(opened, LinkChoice):
        return picker_views.first(request, opened)
    if isinstance(opened, OpenedReview):
        return opening.enter(request, opened.opened, place=opened.place)
    return opening.enter(request, opened)


@framing.open_to_all
@require_safe
def keys(request: HttpRequest, registration: UUID) -> HttpResponse:  # noqa: ARG001
    """Return the public keys with which this registration's messages are signed."""
    found = LtiRegistration.objects.filter(uuid=registration).first()
    if found is None:
        raise Http404
    response = JsonResponse(own_keys.published(registration=found, now=timezone.now()))
    response.headers["Cache-Control"] = "max-age=300"
    return response


@framing.open_to_all
@require_safe
def canvas(request: HttpRequest, registration: UUID) -> HttpResponse:  # noqa: ARG001
    """Return the configuration that a Canvas reads from an address; it holds nothing secret."""
    found = LtiRegistration.objects.filter(uuid=registration).first()
    if found is None:
        raise Http404
    return JsonResponse(asking.canvas_configuration(registration=found))


class _Redirect(HttpResponseRedirect):
    """A redirect to a platform; only those that an administrator registered are gone to."""

    allowed_schemes = ["https", "http"]


def _sign_in_url(found: LtiRegistration, begun: states.Begun, sent: dict[str, str]) -> str:
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": found.client_id,
        "redirect_uri": addresses.launch(),
        "state": begun.state,
        "nonce": begun.nonce,
        "login_hint": sent["login_hint"],
    }
    if "lti_message_hint" in sent:
        query["lti_message_hint"] = sent["lti_message_hint"]
    joint = "&" if urlsplit(found.auth_url).query else "?"
    return f"{found.auth_url}{joint}{urlencode(query)}"


def _refused(
    request: HttpRequest, arrival: launching.Arrival, denied: LaunchDenied
) -> HttpResponse:
    # Anybody can send what no platform signed: the log must not be theirs to fill. What is only
    # asked for stores nothing.
    if arrival.claims or (
        request.method == "POST" and rates.spend(f"lti.{client_address(request)}", _LOGGED_RATE)
    ):
        launching.record(arrival=arrival, denied=denied)
    else:
        logger.info("LTI: %s (%s)", denied.reason, denied.detail)
    return refusals.page(request, arrival, denied)

"""A launch's address is opened: the code becomes a session, and the session a cookie."""

from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from courses.domain import launches
from courses.errors import NotFound
from courses.web.embed import cookie, framing, refusals

PLACE = "at"
FIRST = "first"
"""In the address of the first page only: proof that it comes from the opening of this launch."""
_SALT = "courses.web.embed.first"


@framing.open_to_all
@never_cache
@require_GET
@refusals.shown_in_outages
def open_launch(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect into the session's own pages, once; show the reason if it is too late or used."""
    if not framing.is_navigation(request):
        return refusals.lost(request)
    try:
        opened = launches.open_launch(
            code=code,
            origin=framing.framing_origin(request),
            theme=request.GET.get("theme", ""),
            locale=request.GET.get("locale", ""),
            now=timezone.now(),
        )
    except launches.LaunchRefused as refusal:
        return refusals.refused(request, refusal)
    except NotFound:
        return refusals.lost(request)
    return enter(request, opened, place=request.GET.get(PLACE, ""))


def enter(request: HttpRequest, opened: launches.Opened, *, place: str = "") -> HttpResponse:
    """Return the redirect into a session that was just opened, with its cookie."""
    query = {FIRST: signing.dumps(str(opened.launch.uuid), salt=_SALT)}
    if place:
        query[PLACE] = place
    response = redirect(f"{cookie.base_of(opened.launch)}?{urlencode(query)}")
    cookie.put(response, opened.launch, opened.secret)
    return framing.allow(request, response, *opened.launch.origins)


@framing.open_to_all
@csrf_exempt  # the token is known to one page alone, and good once
@never_cache
@require_POST
def move_into_window(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open the target in a window, for browsers that keep no cookie in a frame."""
    if not is_first(request.POST.get("token", ""), uuid):
        return refusals.lost(request)
    try:
        made = launches.move_into_window(uuid=uuid, now=timezone.now())
    except NotFound:
        return refusals.lost(request)
    address, place = reverse("cx_courses:launch", args=[made.code]), request.POST.get(PLACE, "")
    return redirect(f"{address}?{urlencode({PLACE: place})}" if place else address)


def is_first(token: str, uuid: UUID) -> bool:
    """Return whether this token was issued when that launch was opened, some minutes ago."""
    try:
        return bool(signing.loads(token, salt=_SALT, max_age=600) == str(uuid))
    except signing.BadSignature:
        return False

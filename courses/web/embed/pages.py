"""Everything under a session's address: its first page, the learner pages, and what scripts ask."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from courses.domain import launches
from courses.domain.rights import looks_after_class
from courses.errors import NotFound
from courses.models import Attempt, Launch, Trial
from courses.storable import judges_texts
from courses.web import preferences, trials
from courses.web.below import inside, page_at
from courses.web.embed import cookie, framing, inner, refusals
from courses.web.embed.opening import FIRST, PLACE, is_first
from courses.web.errors import page_not_found

READABLE = frozenset(
    {
        "course",
        "course-complete",
        "course-search",
        "module-complete",
        "daily-review",
        "glossary",
        "lesson",
        "lesson-note",
        "lesson-note-delete",
        "my-learning",
        "notes",
        "mistakes",
        "quiz",
        "attempt",
        "attempt-submit",
        "attempt-give-up",
        "attempt-report",
        "review",
        "my-data",
        "class-results",
        "class-learner",
        "class-scores",
        "class-marking",
        "class-mark",
    }
)
"""Pages to which a learner may return."""
PAGES = READABLE | {
    "asset",
    "cover",
    "picture",
    "lesson-visit",
    "lesson-check",
    "lesson-confirm",
    "lesson-again",
    "daily-review-card",
    "daily-review-next",
    "daily-review-snooze",
    "mistake-card",
    "mistakes-next",
    "journal",
    "notes-file",
    "quiz-start",
    "attempt-save",
    "attempt-flag",
    "my-data-export",
    "my-data-erase",
    "notice-read",
    "class-compare",
    "class-send-again",
    "class-trial",
    "trial",
    "trial-clock",
    "trial-end",
    "trial-page",
}
"""What makes sense in a frame: one course; no accounts, no other courses, nothing of the site."""
OF_GUESTS = PAGES & trials.PAGES
"""What keeps nothing of a person."""

View = Callable[..., HttpResponse]


def in_session(view: View) -> View:
    """Find the session of the address, or show why there is none; only its origin may frame it."""

    @framing.open_to_all
    @csrf_exempt  # the session's own token is checked inside, by Django's own rules
    @judges_texts  # so is what was typed
    @refusals.shown_in_outages
    @wraps(view)
    def outer(request: HttpRequest, uuid: UUID, **kwargs: Any) -> HttpResponse:
        try:
            launch = _session(request, uuid)
        except launches.NoSession as refusal:
            return _first_or_refused(request, refusal)
        except launches.LaunchRefused as refusal:
            return refusals.refused(request, refusal)
        except NotFound:
            return refusals.lost(request)
        embed = inner.Embed(launch, cookie.base_of(launch))
        try:
            response = view(request, embed, **kwargs)
        except Exception as fault:
            response = response_for_exception(request, fault)
            if not settings.DEBUG:
                response = refusals.broken(request, launch, response.status_code)
                response._has_been_logged = True  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return framing.allow(request, response, *launch.origins)

    return outer


@in_session
@require_safe
def home(request: HttpRequest, embed: inner.Embed) -> HttpResponse:
    """Redirect to the target, or to where the learner was, now that the cookie has arrived."""
    launches.confirm(launch=embed.launch, now=timezone.now())
    place = request.GET.get(PLACE, "")
    with inside(embed.base):
        if place and _is_place(request, place, embed.launch):
            return redirect(embed.base + place.lstrip("/"))
        return redirect(inner.target_url(embed.launch))


@in_session
def page(request: HttpRequest, embed: inner.Embed, path: str) -> HttpResponse:
    """Show a learner page to this session's learner, if the page belongs into this frame."""
    path = f"/{path}"
    match = page_at(request, path, OF_GUESTS if embed.is_guest else PAGES)
    if match is None or not _is_of_course(match, embed.launch):
        match = ResolverMatch(_missing, (), {})
    return inner.serve(request, embed, match, path)


@in_session
def standing(request: HttpRequest, embed: inner.Embed) -> HttpResponse:
    """Return the learner's standing, for the script that reports it to the surrounding page."""
    return inner.serve(request, embed, ResolverMatch(_standing, (), {"embed": embed}))


@in_session
def display(request: HttpRequest, embed: inner.Embed) -> HttpResponse:
    """Store the colours or language of the surrounding page."""
    return inner.serve(request, embed, ResolverMatch(_display, (), {"embed": embed}))


@never_cache
@require_safe
def _standing(request: HttpRequest, embed: inner.Embed) -> HttpResponse:  # noqa: ARG001
    return JsonResponse(asdict(launches.standing(launch=embed.launch, now=timezone.now())))


@require_POST
def _display(request: HttpRequest, embed: inner.Embed) -> HttpResponse:
    launches.show(
        launch=embed.launch,
        theme=request.POST.get("theme", ""),
        locale=request.POST.get("locale", ""),
    )
    # All guests share one account, whose time zone is nobody's.
    return HttpResponse(status=204) if embed.is_guest else preferences.noted(request)


def _missing(request: HttpRequest) -> HttpResponse:
    return page_not_found(request, Http404())


def _session(request: HttpRequest, uuid: UUID) -> Launch:
    launch = launches.session(uuid=uuid, secret=cookie.secret_of(request), now=timezone.now())
    around = framing.framing_origin(request)
    # The first page was opened by a launch that looked where it came from: a platform may send
    # people from an address beside the page that frames them.
    is_first_page = is_first(request.GET.get(FIRST, ""), uuid)
    if around is not None and around not in launch.origins and not is_first_page:
        raise launches.WrongOrigin(launch)
    return launch


def _first_or_refused(request: HttpRequest, refusal: launches.NoSession) -> HttpResponse:
    """Handle a missing cookie: right after the opening, the browser keeps none in this frame."""
    token = request.GET.get(FIRST, "")
    if token and not cookie.secret_of(request) and is_first(token, refusal.launch.uuid):
        place = request.GET.get(PLACE, "")
        return refusals.without_cookies(request, refusal.launch, token, place=place)
    return refusals.refused(request, refusal)


def _is_of_course(match: ResolverMatch, launch: Launch) -> bool:
    """Return whether the page is of the course.

    Attempts have none in their address; the page checks them.
    """
    enrolment = launches.enrolment_of(launch=launch)
    if (match.url_name or "").startswith("trial"):
        # Whose trial it is the page checks.
        own = Trial.objects.filter(uuid=match.kwargs["uuid"], acts_as=enrolment.pk)
        return looks_after_class(enrolment) and own.exists()
    if "uuid" in match.kwargs:
        if enrolment.is_trial:
            mine = Attempt.objects.filter(enrolment=enrolment)
            return mine.filter(uuid=match.kwargs["uuid"]).exists()
        mine = Attempt.objects.filter(
            enrolment__course=enrolment.course_id, enrolment__section=enrolment.section_id
        )
        if match.url_name != "review" or not looks_after_class(enrolment):
            mine = mine.filter(enrolment__user=enrolment.user_id)
        return mine.filter(uuid=match.kwargs["uuid"]).exists()
    return match.kwargs.get("course") == enrolment.course.key


def _is_place(request: HttpRequest, place: str, launch: Launch) -> bool:
    """Return whether this is an address inside the session to which its learner may return."""
    parts = urlsplit(place)
    if parts.scheme or parts.netloc:
        return False
    match = page_at(request, "/" + parts.path.lstrip("/"), READABLE)
    return match is not None and _is_of_course(match, launch)

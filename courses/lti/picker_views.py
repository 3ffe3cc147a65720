"""The pages on which a teacher picks what a link in the platform opens. They need no script."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from courses.errors import Invalid
from courses.lti import deep_links, further_columns, launching, picking, refusals
from courses.lti.deep_links import LinkChoice
from courses.lti.reasons import LaunchDenied
from courses.middleware import set_policy
from courses.web.embed import framing, inner
from courses.web.embed.refusals import shown_in_outages

_LONGEST_WORDS = 100
_BAD = 400


def first(request: HttpRequest, choice: LinkChoice) -> HttpResponse:
    """Show what can be picked, with what the edited link opens picked already."""
    form = QueryDict(mutable=True)
    form["column"] = choice.column
    if choice.has_further:
        form["columns"] = further_columns.QUIZZES
    return _picker(request, choice, form, choice.picked)


@framing.open_to_all
@csrf_exempt  # The sealed choice in the form is the permission; no cookie is read.
@never_cache
@require_POST
@shown_in_outages
def pick(request: HttpRequest) -> HttpResponse:
    """Search in what can be picked, or send the links back to the platform."""
    now = timezone.now()
    try:
        choice = deep_links.unseal(text=request.POST.get("choice", ""))
        deep_links.registration_of(choice=choice)
        values = request.POST.getlist("pick")
        if "search" in request.POST:
            return _picker(request, choice, request.POST, values)
        values = [] if "cancel" in request.POST else values
        if not values and "cancel" not in request.POST:
            text = translation.gettext("Pick something first.")
            return _picker(request, choice, request.POST, values, text)
        picked = picking.read(entries=picking.offered(), values=values)
        if not choice.is_multiple:
            picked = picked[:1]
        columns = further_columns.choice(
            own=request.POST.get("column", ""), further=request.POST.get("columns", "")
        )
        token = deep_links.answer(choice=choice, picked=picked, now=now, columns=columns)
    except Invalid as error:
        return _picker(request, choice, request.POST, [], str(error.problems[0].message))
    except LaunchDenied as denied:
        return refusals.page(request, launching.Arrival(now), denied)
    context = {"choice": choice, "token": token, "picked": picked}
    response = _page(request, choice, "send_links", context)
    return set_policy(
        request,
        response,
        {"frame-ancestors": choice.origins, "form-action": ["'self'", choice.return_origin]},
    )


def _picker(
    request: HttpRequest, choice: LinkChoice, form: QueryDict, values: list[str], problem: str = ""
) -> HttpResponse:
    entries = picking.offered()
    words = form.get("words", "")[:_LONGEST_WORDS]
    shown = picking.matching(entries=entries, words=words)
    on_page = {entry.value for course in shown for entry in course.all}
    context = {
        "courses": shown,
        "choice": choice,
        "sealed": deep_links.seal(choice=choice),
        "words": words,
        "picked": values,
        # Picked before the search that does not show them: they stay picked.
        "kept": [value for value in values if value not in on_page] if choice.is_multiple else [],
        "column": form.get("column", ""),
        "has_further": form.get("columns", "") == further_columns.QUIZZES,
        "problem": problem,
        "is_open": bool(words.strip() or values),
    }
    return _page(request, choice, "pick", context, _BAD if problem else 200)


def _page(
    request: HttpRequest,
    choice: LinkChoice,
    name: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    language = choice.locale or translation.get_language()
    with translation.override(language):
        anonymous = inner.for_anonymous(request, None)
        response = render(anonymous, f"cx_courses_lti/{name}.html", context, status=status)
        response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return framing.allow(request, response, *choice.origins)

"""A set of cards as pages: one card at a time, judged in place, and a finish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from courses.domain import access
from courses.domain.card_views import CardResponse, CardSet
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import outline
from courses.errors import Conflict, Invalid, TooMuch
from courses.web import fragments, unsent
from courses.web.card_rows import answered_row, chosen_row
from courses.web.errors import status_of
from courses.web.fragments import RefusedResponse
from courses.web.raw import based_on, raw_response
from courses.web.readers import reader_of
from courses.web.up_next import NextStep, progress_of


def _nothing_more(_reader: access.Reader, _now: datetime) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class CardPages:
    """The pages of one kind of set: the daily review, or the learner's mistakes."""

    url_name: str
    """Of the page, which takes the course's key."""
    template: str
    card_template: str
    """Of one card alone, for a script that swaps it in place."""
    open: Callable[..., CardSet]
    """Returns today's set, given `reader` and `now`."""
    judge: Callable[..., CardResponse]
    finish_context: Callable[[access.Reader, datetime], Mapping[str, Any]] = _nothing_more
    """Returns what the template needs besides, once no card is left."""

    def first(self, request: HttpRequest, course: str) -> HttpResponse:
        """Show the card that is asked now, or the finish."""
        reader = reader_of(request, course)
        place = reverse(self.url_name, args=[course])
        return self._shown(request, reader, unsent.taken(request, place))

    def respond(self, request: HttpRequest, course: str, question: str) -> HttpResponse:
        """Judge a response: the card again as a fragment, or the page at that place."""
        reader = reader_of(request, course)
        prefix = field_prefix(question)
        raw = raw_response(request.POST, prefix)
        try:
            result = self.judge(
                reader=reader,
                question_key=question,
                raw=raw,
                based_on=based_on(request.POST, prefix),
                by=request.user,
                now=timezone.now(),
            )
        except (Conflict, Invalid, TooMuch) as error:
            if fragments.is_asked_for(request):
                return fragments.refused(request, error)
            return self._shown(request, reader, RefusedResponse(question, error, raw))
        if fragments.is_asked_for(request):
            return self._card(request, reader, result)
        place = reverse(self.url_name, args=[course])
        return redirect(f"{place}?{urlencode({'card': question})}#check-{question}")

    def _shown(
        self, request: HttpRequest, reader: access.Reader, refused: RefusedResponse | None
    ) -> HttpResponse:
        now = timezone.now()
        shown = self.open(reader=reader, now=now)
        row = chosen_row(shown, chosen=request.GET.get("card", ""), refused=refused)
        context = {
            "page": shown,
            "course": shown.course,
            "course_key": shown.course.key,
            "row": row,
            "is_set_done": shown.is_done,
        }
        if row is None:
            own = progress_of(reader.enrolled(), outline(reader.course), now)
            context["up_next"] = NextStep(own) if own else None
            context |= self.finish_context(reader, now)
        status = status_of(refused.error) if refused and request.method == "POST" else None
        return render(request, self.template, context, status=status)

    def _card(
        self, request: HttpRequest, reader: access.Reader, result: CardResponse
    ) -> HttpResponse:
        context = {
            "row": answered_row(result, course_key=reader.course.key),
            "course": reader.course,
            "course_key": reader.course.key,
            "is_set_done": result.is_done,
        }
        return fragments.rendered(request, self.card_template, context)

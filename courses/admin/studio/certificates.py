"""The certificates of a course: its rules with their figures, and the issued ones."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.own import rights_of
from courses.admin.studio.certificate_rule import (
    TITLES,
    Basis,
    course_of,
    may_change_rules,
    rule_of,
    rule_url,
)
from courses.admin.studio.class_frame import TEMPLATES
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.posted import row_number
from courses.domain import certificates
from courses.domain.certificates import overview
from courses.domain.certificates.holding import LONGEST_REASON
from courses.domain.certificates.overview import Reach
from courses.domain.rights import Can
from courses.errors import Conflict, Invalid, NotFound
from courses.models import Certificate, CertificateRule, Course
from courses.models.certificate import CertificateQuerySet

PER_PAGE = 25
REVOKE, REISSUE = "revoke", "reissue"


@dataclass(frozen=True)
class RuleCard:
    """A rule, or the place of one that the course has not got."""

    rule: CertificateRule
    title: str
    url: str
    reach: Reach | None

    @property
    def is_stored(self) -> bool:
        return self.rule.pk is not None


@dataclass(frozen=True)
class IssuedRow:
    certificate: Certificate
    may_decide: bool
    state: str
    is_ticked: bool


def page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rules and the issued certificates; revoke some of them, or issue them again."""
    course, error = course_of(admin, request, pk), ""
    if request.method == "POST":
        answer = _decide(request, course)
        if isinstance(answer, HttpResponse):
            return answer
        error = answer
    context = frame(
        admin,
        request,
        title=_("Certificates"),
        course=course,
        here="certificates",
        crumbs=[course_step(request, course)],
        cards=_cards(request, course),
        may_change=may_change_rules(request, course),
        sees_issued=_sees_issued(request, course),
        reason=request.POST.get("reason", "") if error else "",
        error=error,
        longest=LONGEST_REASON,
        **(_issued(request, course) if _sees_issued(request, course) else {}),
    )
    status = 422 if error else 200
    return TemplateResponse(request, f"{TEMPLATES}certificates.html", context, status=status)


def _sees_issued(request: HttpRequest, course: Course) -> bool:
    has_permission = request.user.has_perm("cx_courses.view_certificate")
    return has_permission and rights_of(request).may(Can.PEOPLE, course=course)


def _cards(request: HttpRequest, course: Course) -> list[RuleCard]:
    granted, now = rights_of(request), timezone.now()
    is_counted = granted.may(Can.PEOPLE, course=course)
    people = granted.enrolments(Can.PEOPLE)
    found = []
    for basis in Basis.values:
        rule, reach = rule_of(course, basis), None
        if is_counted and rule.pk is not None:
            reach = overview.reach(rule=rule, enrolments=people, now=now)
        found.append(RuleCard(rule, TITLES[basis](), rule_url(course, basis), reach))
    return found


def _rows(request: HttpRequest, course: Course, can: Can) -> CertificateQuerySet:
    """Return the certificates of the learners with whom the person may do it."""
    reached = rights_of(request).reaches(can, "enrolment")
    return Certificate.objects.filter(reached, course=course)


def _issued(request: HttpRequest, course: Course) -> dict[str, Any]:
    state, words = request.GET.get("state", ""), request.GET.get("words", "")[:200]
    now, ticked = timezone.now(), set(request.POST.getlist("certificate"))
    rows = overview.in_state(rows=_rows(request, course, Can.PEOPLE), state=state, now=now)
    rows = overview.named(rows=rows, text=words).select_related("rule", "superseded_by")
    found = Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(found)
    reached: set[int] = set()
    if request.user.has_perm("cx_courses.change_certificate"):
        own = _rows(request, course, Can.GRANT).filter(pk__in=[row.pk for row in shown])
        reached = set(own.exclude(enrolment=None).values_list("pk", flat=True))
    issued = [
        IssuedRow(
            row,
            row.pk in reached and not row.is_superseded,
            "replaced" if row.is_superseded else certificates.state(certificate=row, now=now),
            str(row.pk) in ticked,
        )
        for row in shown
    ]
    return {
        "page": found,
        "rows": issued,
        "may_decide": any(row.may_decide for row in issued),
        "words": words,
        "state": state if state in overview.SHOWN_STATES else "",
        "more_query": urlencode({"words": words, "state": state}),
    }


def _decide(request: HttpRequest, course: Course) -> HttpResponse | str:
    """Do what a button says with the ticked ones; return an error where the reason is missing."""
    if request.POST.get("do") not in (REVOKE, REISSUE):
        raise Http404
    if not request.user.has_perm("cx_courses.change_certificate"):
        raise PermissionDenied
    if not rights_of(request).may(Can.GRANT, course=course):
        raise PermissionDenied
    numbers = [row_number(text) for text in request.POST.getlist("certificate")[:PER_PAGE]]
    rows = list(_rows(request, course, Can.GRANT).filter(pk__in=[n for n in numbers if n]))
    if len(rows) < len(numbers):
        raise Http404
    if not rows:
        messages.error(request, _("Tick the certificates first."))
        return redirect(request.get_full_path())
    if request.POST["do"] == REISSUE:
        _issue_again(request, rows)
        return redirect(request.get_full_path())
    reason, now = request.POST.get("reason", ""), timezone.now()
    try:
        for row in rows:
            certificates.revoke(certificate=row, reason=reason, by=request.user, now=now)
    except Invalid as error:
        return " ".join(str(one.message) for one in error.problems)
    except NotFound:
        raise Http404 from None
    text = ngettext("%d certificate is revoked.", "%d certificates are revoked.", len(rows))
    messages.success(request, text % len(rows))
    return redirect(request.get_full_path())


def _issue_again(request: HttpRequest, rows: list[Certificate]) -> None:
    for row in rows:
        try:
            new = certificates.reissue(certificate=row, by=request.user, now=timezone.now())
        except (Conflict, NotFound):
            text = _("%(number)s cannot be issued again.") % {"number": row.number}
            messages.error(request, text)
            continue
        text = _("%(number)s is replaced by %(new)s.") % {"number": row.number, "new": new.number}
        messages.success(request, text)

"""One person in a class: what they are granted, their end, another class, and out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio import grant_words, person_forms
from courses.admin.studio.class_frame import TEMPLATES, class_url, classes_url
from courses.admin.studio.class_people import person_url
from courses.admin.studio.frame import Step, course_step, frame
from courses.admin.studio.posted import row_number
from courses.admin.studio.reopening import REOPEN, ReopenForm, reopen_chosen, reopen_form
from courses.domain import activity, attempts, enrolments, grants, section_people, trail
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import Enrolment, Extension, Section


@dataclass(frozen=True)
class PersonForms:
    """The forms of the page; the one that was sent holds what was sent."""

    accommodation: person_forms.LearnerAccommodationForm
    extension: person_forms.ExtensionForm
    end: person_forms.EndForm
    move: person_forms.MoveForm


def person(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person in a class, or change what a button says."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    enrolment = admin.get_object(request, str(pk))
    if enrolment is None:
        raise Http404
    if enrolment.section is None:
        return redirect("admin:cx_courses_enrolment_change", pk)
    latest = enrolments.latest(
        course=enrolment.course, user=enrolment.user, section=enrolment.section
    )
    if latest is not None and latest.pk != enrolment.pk:
        return redirect(person_url(latest.pk))
    now = timezone.now()
    may_change = admin.has_change_permission(request, enrolment)
    is_sent = request.method == "POST"
    if is_sent and not may_change:
        raise PermissionDenied
    found = _forms(request, enrolment, now)
    reopening = reopen_form(
        request,
        attempts.closed_by_time().filter(enrolment=enrolment),
        now=now,
        is_allowed=may_change and rights_of(request).may(Can.GRANT, enrolment=enrolment),
    )
    if request.POST.get("do") == REOPEN:
        if reopening is not None and reopening.is_valid():
            admin.message_user(request, reopen_chosen(reopening, by=request.user, now=now))
            return redirect(person_url(enrolment.pk))
    elif is_sent:
        answer = _change(admin, request, enrolment, found, now)
        if answer is not None:
            return answer
    return _page(admin, request, enrolment, found, reopening, may_change=may_change)


def _forms(request: HttpRequest, enrolment: Enrolment, now: datetime) -> PersonForms:
    do = request.POST.get("do", "")

    def sent(name: str) -> Any:
        return request.POST if do == name else None

    return PersonForms(
        person_forms.LearnerAccommodationForm(sent("accommodation"), enrolment=enrolment, now=now),
        person_forms.ExtensionForm(
            sent("extension"),
            enrolment=enrolment,
            row=_asked_extension(request, enrolment),
            now=now,
        ),
        person_forms.EndForm(sent("end"), enrolment=enrolment, now=now),
        person_forms.MoveForm(sent("move"), sections=_other_classes(request, enrolment)),
    )


def _asked_extension(request: HttpRequest, enrolment: Enrolment) -> Extension | None:
    """Return the extension of the quiz that the address names, to change it."""
    number = row_number(request.GET.get("quiz", ""))
    if number is None:
        return None
    return Extension.objects.filter(enrolment=enrolment, quiz=number).select_related("quiz").first()


def _other_classes(request: HttpRequest, enrolment: Enrolment) -> Any:
    """Return the classes to which the person can be moved."""
    own = Enrolment.objects.filter(course=enrolment.course, user=enrolment.user)
    rows = rights_of(request).sections(Can.GRANT)
    rows = rows.filter(course=enrolment.course, is_archived=False)
    return rows.exclude(pk__in=own.exclude(section=None).values("section"))


def _page(
    admin: Any,
    request: HttpRequest,
    enrolment: Enrolment,
    found: PersonForms,
    reopening: ReopenForm | None,
    *,
    may_change: bool,
) -> HttpResponse:
    section: Section = enrolment.section  # type: ignore[assignment]
    course = enrolment.course
    granted = person_forms.granted_of(enrolment)
    shown = activity.with_last_acts(Enrolment.objects.filter(pk=enrolment.pk)).get()
    name = section_people.name_of(user=enrolment.user)
    context = frame(
        admin,
        request,
        title=name,
        course=course,
        here="classes",
        crumbs=[
            course_step(request, course),
            Step(_("Classes"), classes_url(course.pk)),
            Step(str(section), class_url(section)),
        ],
        enrolment=enrolment,
        section=section,
        account=enrolment.user.get_username(),
        last_active_at=activity.last_active(shown),
        is_active=enrolment.state == Enrolment.State.ACTIVE,
        forms=found,
        reopening=reopening,
        may_change=may_change,
        general=_words(granted.general),
        in_course=_words(granted.in_course),
        origin=trail.accommodation_origin(enrolment=enrolment, by=request.user),
        extensions=[
            (row, ", ".join(grant_words.extension_words(row))) for row in granted.extensions
        ],
        may_move=may_change and found.move.fields["section"].queryset.exists(),  # type: ignore[attr-defined]
    )
    return TemplateResponse(request, f"{TEMPLATES}class_person.html", context)


def _words(row: Any) -> str:
    return "" if row is None else ", ".join(grant_words.accommodation_words(row))


def _change(
    admin: Any, request: HttpRequest, enrolment: Enrolment, found: PersonForms, now: datetime
) -> HttpResponse | None:
    """Do what a button asks for; None when a form is to be corrected. Raises Http404."""
    do = request.POST.get("do", "")
    form = getattr(found, do, None) if do in PersonForms.__dataclass_fields__ else None
    if form is None and do not in _BUTTONS:
        raise Http404
    if form is not None and not form.is_valid():
        return None
    act = _FORMS[do] if form is not None else _BUTTONS[do]
    try:
        text = act(request, enrolment, form, now)
    except CoursesError as error:
        if form is None:
            admin.message_user(request, str(error), "ERROR")
            return redirect(person_url(enrolment.pk))
        form.add_error(None, str(error))
        return None
    admin.log_change(request, enrolment, [{"changed": {"fields": [do]}}])
    admin.message_user(request, text)
    return redirect(person_url(enrolment.pk))


def _accommodate(request: HttpRequest, row: Enrolment, form: Any, now: datetime) -> str:
    grants.set_accommodation(
        user=row.user, course=row.course, **form.values(), by=request.user, now=now
    )
    return _("The accommodation is saved.")


def _extend(request: HttpRequest, row: Enrolment, form: Any, now: datetime) -> str:
    values = form.values()
    grants.set_extension(enrolment=row, **values, by=request.user, now=now)
    quiz = values["quiz"]
    used = row.attempts.finished().filter(quiz=quiz).count()
    given = grants.of(enrolment=row, quiz=quiz)
    if used and grants.attempts_left(quiz=quiz, used=used, given=given) == 0:
        text = _("All attempts at this quiz are used up. Grant an extra attempt, too.")
        messages.warning(request, text)
    return _("The extension is saved.")


def _end(request: HttpRequest, row: Enrolment, form: Any, now: datetime) -> str:
    ends_at = form.cleaned_data["ends_at"]
    enrolments.set_end(enrolment=row, ends_at=ends_at, by=request.user, now=now)
    return _("The end of the enrolment is saved.")


def _move(request: HttpRequest, row: Enrolment, form: Any, now: datetime) -> str:
    section = form.cleaned_data["section"]
    enrolments.move(enrolment=row, section=section, by=request.user, now=now)
    return _("The person is in the class “%(name)s” now.") % {"name": section}


def _withdraw(request: HttpRequest, row: Enrolment, _form: Any, now: datetime) -> str:
    enrolments.withdraw(enrolment=row, by=request.user, now=now)
    return _("The person has been taken out of the class; their work is kept.")


def _readmit(request: HttpRequest, row: Enrolment, _form: Any, now: datetime) -> str:
    enrolments.enrol(
        course=row.course,
        section=row.section,
        user=row.user,
        role=row.role,
        by=request.user,
        now=now,
    )
    return _("The person is in the class again.")


def _take_back(request: HttpRequest, row: Enrolment, _form: Any, now: datetime) -> str:
    number = row_number(request.POST.get("quiz", ""))
    known = Extension.objects.filter(enrolment=row, quiz=number).select_related("quiz").first()
    if known is None:
        raise Http404
    values = person_forms.neutral_extension()
    grants.set_extension(enrolment=row, quiz=known.quiz, **values, by=request.user, now=now)
    return _("The extension is taken back; time that was given stays given.")


Act = Callable[[HttpRequest, Enrolment, Any, datetime], str]
_FORMS: dict[str, Act] = {
    "accommodation": _accommodate,
    "extension": _extend,
    "end": _end,
    "move": _move,
}
_BUTTONS: dict[str, Act] = {"withdraw": _withdraw, "readmit": _readmit, "take_back": _take_back}

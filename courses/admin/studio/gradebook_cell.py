"""One cell of the gradebook: what it rests on; override it, excuse the learner, take that back."""

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.own import rights_of
from courses.admin.studio.gradebook_frame import course_of, gradebook_page, gradebook_url
from courses.admin.studio.gradebook_looks import GradeLooks
from courses.admin.studio.learner import learner_url
from courses.domain import gradesheet, overrides, section_people
from courses.domain.gradesheet import CellView
from courses.domain.rights import Can
from courses.errors import Conflict
from courses.models import Course, Enrolment, LineItem

SAVE, EXCUSE, TAKE_BACK = ACTS = ("save", "excuse", "take_back")


class CellForm(forms.Form):
    """What counts instead, and why; `percent` only where a mark is set."""

    use_required_attribute = False

    based_on = forms.CharField(widget=forms.HiddenInput, required=False)
    percent = forms.DecimalField(
        label=gettext_lazy("Counts instead, in per cent"),
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
        localize=True,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The learner finds it in their data."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, *args: Any, do: str = "", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["percent"].required = do == SAVE
        self.fields["reason"].required = do in (SAVE, EXCUSE)


def cell(admin: Any, request: HttpRequest, pk: int, enrolment: int, line_item: int) -> HttpResponse:
    """Show a cell, or change it."""
    course = course_of(admin, request, pk)
    learner = _learner(request, course, enrolment)
    rows = LineItem.objects.filter(course=course).select_related("quiz", "course")
    column = rows.filter(pk=line_item).first()
    if column is None:
        raise Http404
    may_grant = rights_of(request).may(Can.GRANT, enrolment=learner)
    may_grant = may_grant and request.user.has_perm("cx_courses.add_resultoverride")
    found = gradesheet.cell_view(line_item=column, enrolment=learner)
    if request.method != "POST":
        return _page(admin, request, found, CellForm(initial=_initial(found)), may_grant=may_grant)
    if not may_grant:
        raise PermissionDenied
    return _change(admin, request, found)


def _learner(request: HttpRequest, course: Course, pk: int) -> Enrolment:
    """Return a learner of the course whom the person may know. Raises Http404."""
    rows = rights_of(request).enrolments(Can.PEOPLE).learners().filter(course=course)
    found = rows.select_related("user", "section", "course").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _initial(found: CellView) -> dict[str, Any]:
    percent = found.cell.percent if found.cell else None
    return {"based_on": found.state, "percent": None if percent is None else percent.normalize()}


def _change(admin: Any, request: HttpRequest, found: CellView) -> HttpResponse:
    do = request.POST.get("do", "")
    if do not in ACTS:
        raise Http404
    form = CellForm(request.POST, do=do)
    if not form.is_valid():
        return _page(admin, request, found, form, may_grant=True, status=422)
    values = form.cleaned_data
    try:
        overrides.override(
            line_item=found.line_item,
            enrolment=found.enrolment,
            scaled=Fraction(values["percent"]) / 100 if do == SAVE else None,
            is_excused=do == EXCUSE,
            reason=values["reason"],
            based_on=values["based_on"],
            by=request.user,
            now=timezone.now(),
        )
    except Conflict:
        fresh = CellForm({**request.POST.dict(), "based_on": found.state}, do=do)
        text = _("This result was changed in the meantime. Look at it as it is now, then decide.")
        fresh.add_error(None, text)
        return _page(admin, request, found, fresh, may_grant=True, status=409)
    admin.message_user(request, _DONE[do])
    if request.POST.get("then") == "cell":
        return redirect(request.path)
    return redirect(f"{gradebook_url(found.enrolment.course)}#e{found.enrolment.pk}")


_DONE = {
    SAVE: gettext_lazy("The result is set."),
    EXCUSE: gettext_lazy("The learner is excused."),
    TAKE_BACK: gettext_lazy("What the attempts earned counts again."),
}


def _page(
    admin: Any,
    request: HttpRequest,
    found: CellView,
    form: CellForm,
    *,
    may_grant: bool,
    status: int = 200,
) -> HttpResponse:
    name = section_people.name_of(user=found.enrolment.user)
    looks = GradeLooks()
    return gradebook_page(
        admin,
        request,
        "gradebook_cell.html",
        found.enrolment.course,
        title=_("%(name)s, %(quiz)s") % {"name": name, "quiz": found.line_item.label},
        status=status,
        found=found,
        name=name,
        form=form,
        may_grant=may_grant,
        mark=looks.mark(found.cell),
        total=looks.total(found.total),
        learner_url=learner_url(found.enrolment),
        max_attempts=found.line_item.quiz and found.line_item.quiz.get_grade_method_display(),
    )

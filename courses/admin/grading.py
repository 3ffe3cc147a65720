"""The page on which a person grades one item of a submitted attempt."""

from fractions import Fraction
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.attempt_log import item_logs
from courses.admin.bases import AdminMixin
from courses.admin.own import rights_of
from courses.domain import grading
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import AttemptItem


class GradeForm(forms.Form):
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=0, decimal_places=3)
    feedback = forms.CharField(
        label=gettext_lazy("Feedback"),
        required=False,
        widget=admin.widgets.AdminTextareaWidget,
        help_text=gettext_lazy("The learner reads it beside the response. Markdown."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        widget=admin.widgets.AdminTextInputWidget,
        help_text=gettext_lazy("For the records only, for example: graded again after an appeal."),
    )

    def __init__(self, *args: Any, item: AttemptItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        points = f"{item.worth.normalize():f}"
        self.fields["points"].help_text = _("From 0 to %(points)s.") % {"points": points}

    def clean_points(self) -> Any:
        points = self.cleaned_data["points"]
        if points > self.item.worth:
            raise forms.ValidationError(_("This is more than the item's maximum."))
        return points


class GradesByPerson(AdminMixin):
    """Adds `…/<pk>/grade/` to the admin of attempt items."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.grade_view)
        own = path("<int:pk>/grade/", view, name="cx_courses_attemptitem_grade")
        return [own, *super().get_urls()]

    def has_grade_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cx_courses.add_grading")

    def grade_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.get_object(request, str(pk))
        if not self.has_grade_permission(request):
            raise PermissionDenied
        if item is None:
            raise Http404
        if not rights_of(request).may(Can.MARK, enrolment=item.attempt.enrolment):
            raise PermissionDenied
        form = GradeForm(request.POST or None, item=item)
        if request.method == "POST" and form.is_valid() and self._grade(request, item, form):
            return redirect(reverse("admin:cx_courses_attempt_change", args=[item.attempt_id]))
        fieldsets = [(None, {"fields": ["points", "feedback", "reason"]})]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Grade a response"),
            "opts": self.opts,
            "item": item,
            "logs": [log for log in item_logs(item.attempt) if log.item.pk == item.pk],
            "form": form,
            "adminform": AdminForm(cast("Any", form), fieldsets, {}),  # it needs no model
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/cx_courses/attemptitem/grade.html", context)

    def _grade(self, request: HttpRequest, item: AttemptItem, form: GradeForm) -> bool:
        values = form.cleaned_data
        try:
            grading.grade_by_person(
                item=item,
                scaled=Fraction(values["points"]) / Fraction(item.worth or 1),
                feedback=values["feedback"],
                reason=values["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except CoursesError as error:
            form.add_error(None, str(error))
            return False
        self.log_change(request, item, [{"changed": {"fields": ["score"]}}])
        self.message_user(request, _("The grade has been saved."))
        return True

"""What each quiz counts in the course total."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio.gradebook_frame import course_of, gradebook_page, gradebook_url
from courses.domain import weights
from courses.domain.rights import Can
from courses.models import Course, Quiz


class WeightsForm(forms.Form):
    """A number for each graded quiz; the field of a quiz is named after its number."""

    use_required_attribute = False

    def __init__(self, *args: Any, quizzes: list[Quiz], **named: Any) -> None:
        super().__init__(*args, **named)
        for quiz in quizzes:
            column = getattr(quiz, "line_item", None)
            self.fields[f"quiz-{quiz.pk}"] = forms.DecimalField(
                label=quiz.title,
                min_value=0,
                max_digits=6,
                decimal_places=2,
                localize=True,
                initial=1 if column is None else column.weight.normalize(),
                widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
            )

    def values(self) -> dict[int, Any]:
        """Return quiz → weight."""
        return {int(name[5:]): value for name, value in self.cleaned_data.items()}


def weights_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the weights, or store them: for all classes, so for staff of the whole course."""
    course: Course = course_of(admin, request, pk)
    if not rights_of(request).may_everywhere(Can.GRANT, course=course):
        raise PermissionDenied
    quizzes = weights.graded_quizzes(course=course)
    form = WeightsForm(request.POST if request.method == "POST" else None, quizzes=quizzes)
    if request.method == "POST" and form.is_valid():
        if weights.set_weights(course=course, weights=form.values()):
            admin.log_change(request, course, [{"changed": {"fields": ["weights"]}}])
        admin.message_user(request, _("The weights are saved."))
        return redirect(gradebook_url(course))
    status = 422 if form.errors else 200
    return gradebook_page(
        admin, request, "gradebook_weights.html", course, title=_("Weights"), form=form,
        status=status,
    )  # fmt: skip

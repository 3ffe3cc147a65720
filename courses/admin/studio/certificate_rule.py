"""One rule for certificates of a course: a form, and a sample as a page and as a PDF."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.admin.bases import ModelForm
from courses.admin.conflicts import StoredState, watched
from courses.admin.own import rights_of
from courses.admin.studio.class_frame import TEMPLATES
from courses.admin.studio.frame import Step, course_step, frame
from courses.certificate_links import VerificationLinks
from courses.conf import settings
from courses.domain import states
from courses.domain.authoring import edits
from courses.domain.certificates import overview, pdf
from courses.domain.rights import Can
from courses.errors import NotFound
from courses.models import CertificateRule, Course, Quiz

Basis = CertificateRule.Basis
PREVIEW = "preview"
FIELDS = ("quiz", "shows_score", "valid_months", "description", "is_active")


class RuleForm(ModelForm):
    """What a rule asks and what its certificates say; the basis is in the address."""

    use_required_attribute = False

    class Meta:
        model = CertificateRule
        fields = FIELDS
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        rule = self.instance
        quizzes = Quiz.objects.tried().standalone().filter(course=rule.course_id)
        quizzes = quizzes.exclude(kind=Quiz.Kind.PRACTICE) | Quiz.objects.filter(pk=rule.quiz_id)
        choice = self.fields["quiz"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        choice.queryset = quizzes.order_by("module__position", "position", "pk")
        choice.label_from_instance = lambda quiz: quiz.title  # type: ignore[method-assign,assignment]
        for name in ("quiz", "valid_months", "description"):
            self.fields[name].widget.attrs["class"] = "input"

    @property
    def written(self) -> list[Any]:
        return [self[name] for name in ("quiz", "valid_months", "description")]

    @property
    def ticks(self) -> list[Any]:
        return [self[name] for name in ("shows_score", "is_active")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needs_exam = self.instance.basis == Basis.EXAM or cleaned.get("shows_score")
        if needs_exam and cleaned.get("quiz") is None and "quiz" not in self.errors:
            self.add_error("quiz", _("Choose the exam."))
        return cleaned


def rule_page(admin: Any, request: HttpRequest, pk: int, basis: str) -> HttpResponse:
    """Show a rule with a sample of its certificate; preview or store what was entered."""
    course = course_of(admin, request, pk)
    may_change = may_change_rules(request, course)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        with transaction.atomic():
            course = edits.lock_course(course=course)
            return _sent(admin, request, course, basis)
    rule = rule_of(course, basis)
    if not may_change and rule.pk is None:
        raise Http404
    form = _form(rule) if may_change else None
    return _page(admin, request, course, rule, form)


@require_safe
def _pdf(request: HttpRequest, course: Course, basis: str) -> HttpResponse:
    rule, links = rule_of(course, basis), VerificationLinks(request)
    if rule.pk is None:
        raise Http404
    row = overview.sample(rule=rule, course=course, now=timezone.now())
    content = pdf.render(
        certificate=row,
        issuer=links.name,
        colour=settings.CERTIFICATE_COLOUR,
        address=links.verification(row.number),
        watermark=_("Sample"),
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="certificate-sample.pdf"'
    return answer


def sample_pdf(admin: Any, request: HttpRequest, pk: int, basis: str) -> HttpResponse:
    """Return a sample of the certificate of a stored rule as a PDF with a watermark."""
    course = course_of(admin, request, pk)
    try:
        return _pdf(request, course, basis)
    except NotFound as error:
        admin.message_user(request, str(error.message), "ERROR")
        return redirect(rule_url(course, basis))


def course_of(admin: Any, request: HttpRequest, pk: int) -> Course:
    """Return a course that the person may read. Raises Http404, PermissionDenied."""
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    is_allowed = admin.has_view_permission(request)
    if not (is_allowed and rights_of(request).may(Can.READ, course=course)):
        raise PermissionDenied
    return course


def may_change_rules(request: HttpRequest, course: Course) -> bool:
    """Return whether the person may add and change rules: all classes share them."""
    has_permission = request.user.has_perms(
        ["cx_courses.add_certificaterule", "cx_courses.change_certificaterule"]
    )
    return has_permission and rights_of(request).may_everywhere(Can.EDIT, course=course)


def rule_of(course: Course, basis: str) -> CertificateRule:
    """Return the course's rule of this basis, or a new one. Raises Http404 for another text."""
    if basis not in Basis.values:
        raise Http404
    rows = CertificateRule.objects.filter(course=course, basis=basis).select_related("quiz")
    return rows.first() or CertificateRule(course=course, basis=basis)


def rule_url(course: Course, basis: str, page: str = "certificate_rule") -> str:
    """Return the page of a rule, or the PDF of its sample."""
    return reverse(f"admin:cx_courses_course_{page}", args=[course.pk, basis])


def _form(rule: CertificateRule, data: Any = None) -> Any:
    """Return the form, which carries the state that it was opened with."""
    stored = [rule.serializable_value(name) for name in FIELDS]
    state = StoredState(states.tag_of(rule.pk, *stored), ())
    return watched(RuleForm, state)(data, instance=rule)


def _sent(admin: Any, request: HttpRequest, course: Course, basis: str) -> HttpResponse:
    rule = rule_of(course, basis)
    is_new, form = rule.pk is None, _form(rule, request.POST)
    if not form.is_valid():
        return _page(admin, request, course, rule_of(course, basis), form, status=422)
    if request.POST.get("do") == PREVIEW:
        return _page(admin, request, course, form.instance, form, is_entered=True)
    form.save()
    if is_new:
        admin.log_addition(request, rule, [{"added": {}}])
    elif form.changed_data:
        admin.log_change(request, rule, [{"changed": {"fields": form.changed_data}}])
    admin.message_user(request, _("The rule is saved."))
    return redirect("admin:cx_courses_course_certificates", course.pk)


def _page(
    admin: Any,
    request: HttpRequest,
    course: Course,
    rule: CertificateRule,
    form: Any,
    *,
    status: int = 200,
    is_entered: bool = False,
) -> HttpResponse:
    row = overview.sample(rule=rule, course=course, now=timezone.now())
    list_url = reverse("admin:cx_courses_course_certificates", args=[course.pk])
    context = frame(
        admin,
        request,
        title=TITLES[rule.basis](),
        course=course,
        here="certificates",
        crumbs=[course_step(request, course), Step(_("Certificates"), list_url)],
        form=form,
        is_exam=rule.basis == Basis.EXAM,
        certificate=row,
        seconds=row.minutes * 60,
        pdf_url=rule_url(course, rule.basis, "certificate_sample") if rule.pk else "",
        is_entered=is_entered,
    )
    return TemplateResponse(request, f"{TEMPLATES}certificate_rule.html", context, status=status)


TITLES = {
    Basis.COMPLETION.value: lambda: _("Certificate for completing the course"),
    Basis.EXAM.value: lambda: _("Certificate for passing the exam"),
}
"""What a rule is called on these pages."""

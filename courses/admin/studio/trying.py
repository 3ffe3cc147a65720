"""The page from which a quiz, a lesson or the whole course is tried: as whom, and at which time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import users
from courses.admin.studio import grant_words
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import row_number
from courses.admin.studio.returning import safe_path
from courses.domain import grants, trials
from courses.domain.authoring import bank_search
from courses.domain.rights import Can, rights
from courses.models import Course, Enrolment, Lesson, Question, Quiz, limits

TEMPLATE = "admin/cx_courses/studio/try.html"
MOST = 20
"""Learners that are offered at once; more are found by name."""


class TrialForm(forms.Form):
    use_required_attribute = False

    at = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        required=False,
        validators=limits.DATES,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"
        ),
        help_text=gettext_lazy("Empty: the real time. You can change it at any moment."),
    )


@dataclass(frozen=True)
class Subject:
    """What is tried: a quiz, a lesson, or neither for the whole course."""

    course: Course
    quiz: Quiz | None = None
    lesson: Lesson | None = None
    question: str = ""
    """The check of the lesson at which to begin."""

    @property
    def title(self) -> str:
        return str(self.quiz or self.lesson or self.course)

    @property
    def place(self) -> str:
        """Its page on the learner's site, as a path below the site's own address."""
        key = self.course.key
        if self.quiz is not None:
            url = reverse("cx_courses:quiz", args=[key, self.quiz.key])
        elif self.lesson is not None:
            url = reverse("cx_courses:lesson", args=[key, self.lesson.key])
            url += f"#check-{self.question}" if self.question else ""
        else:
            url = reverse("cx_courses:course", args=[key])
        return url.removeprefix(get_script_prefix())


@dataclass(frozen=True)
class Candidate:
    """A learner as whom one may try."""

    enrolment: Enrolment
    granted: grants.Granted

    @property
    def name(self) -> str:
        user = self.enrolment.user
        return users.names(user).full_name or user.get_username()

    @property
    def facts(self) -> str:
        """Their account, their class unless it is the default one, and what they are granted."""
        section, account = self.enrolment.section, self.enrolment.user.get_username()
        found = [
            account if account != self.name else "",
            str(section) if section and not section.is_default else "",
            *grant_words.summary(self.granted),
        ]
        return ", ".join(one for one in found if one)


def trying(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a trial can be like, or begin one."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights(by=request.user, course=course)
    if not granted.may(Can.READ, course=course):
        raise PermissionDenied
    subject = _subject(course, request.GET)
    if subject is None:
        text = _("No lesson and no quiz asks this question yet. Its preview shows it.")
        admin.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(_back(request, course))
    form = TrialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, subject, form.cleaned_data["at"])
    text = request.GET.get("words", "").replace("\0", "")[:200]
    found = list(trials.learners(course=course, by=request.user, text=text)[: MOST + 1])
    context = frame(
        admin,
        request,
        title=_("Try it"),
        course=course,
        crumbs=[Step(course.title, reverse("admin:cx_courses_course_outline", args=[pk]))],
        subject=subject,
        form=form,
        candidates=_candidates(course, found[:MOST]),
        has_more=len(found) > MOST,
        may_choose=granted.may(Can.PEOPLE, course=course),
        words=text,
        chosen=request.POST.get("learner", ""),
        back=_back(request, course),
    )
    return TemplateResponse(request, TEMPLATE, context)


def _candidates(course: Course, found: list[Enrolment]) -> list[Candidate]:
    given = grants.of_many(enrolments=found, course=course)
    return [Candidate(row, one) for row, one in zip(found, given, strict=True)]


def _begin(request: HttpRequest, subject: Subject, at: datetime | None) -> HttpResponse:
    acts_as = None
    if request.POST.get("learner"):
        number = row_number(request.POST["learner"])
        found = trials.learners(course=subject.course, by=request.user)
        acts_as = found.filter(pk=number).first() if number is not None else None
        if acts_as is None:
            raise Http404
    trial = trials.begin(
        course=subject.course,
        acts_as=acts_as,
        quiz=subject.quiz,
        lesson=subject.lesson,
        place=subject.place,
        back=_back(request, subject.course),
        clock=at,
        by=request.user,
        now=timezone.now(),
    )
    return HttpResponseRedirect(reverse("cx_courses:trial", args=[trial.uuid]))


def _subject(course: Course, asked: Any) -> Subject | None:
    """Return what is asked for; None for a question that is asked nowhere.

    Raises Http404 for what is not of the course or archived.
    """
    if asked.get("question"):
        return _asking(course, asked["question"])
    if asked.get("quiz"):
        quizzes = Quiz.objects.tried().filter(course=course, lesson=None)
        quiz = quizzes.filter(key=asked["quiz"]).first()
        if quiz is None:
            raise Http404
        return Subject(course, quiz=quiz)
    if asked.get("lesson"):
        lessons = Lesson.objects.filter(is_archived=False, module__is_archived=False)
        lesson = lessons.filter(course=course, key=asked["lesson"]).first()
        if lesson is None:
            raise Http404
        return Subject(course, lesson=lesson)
    return Subject(course)


def _asking(course: Course, key: str) -> Subject | None:
    """Return the lesson or quiz that asks a question, one that may draw it if no other does."""
    question = Question.objects.filter(course=course, key=key).prefetch_related("tags").first()
    if question is None:
        raise Http404
    uses = bank_search.uses(course=course, questions=[question]).get(question.pk, [])
    for use in sorted(uses, key=lambda one: one.is_draw):
        lesson = use.quiz.lesson
        if lesson is None:
            return Subject(course, quiz=use.quiz)
        return Subject(course, lesson=lesson, question=key)
    return None


def _back(request: HttpRequest, course: Course) -> str:
    """Return where to go when the trial ends: where one came from, if that is on this site."""
    asked = safe_path(request.POST.get("back") or request.GET.get("back", ""))
    if asked:
        return asked
    return reverse("admin:cx_courses_course_outline", args=[course.pk])

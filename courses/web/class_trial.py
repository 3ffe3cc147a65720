"""Those who look after a class see a quiz, a lesson or the course as its learners do."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.domain import launches, trials
from courses.domain.rights import Can
from courses.models import Course, Launch, Lesson, Quiz
from courses.web.class_access import taught_class
from courses.web.errors import handles_errors


@login_required
@require_POST
@handles_errors
def begin(request: HttpRequest, course: str) -> HttpResponse:
    """Begin a trial with the dates of the class, at what the form names. Raises NotFound.

    Without a name: at what the link of the frame opens, else at the course.
    """
    found = taught_class(request, course, can=Can.MARK)
    target = _target(request, found.course)
    address = _address(found.course, target)
    trial = trials.begin(
        course=found.course,
        acts_as=found.reader.enrolment if found.section_id else None,
        quiz=_quiz(found.course, target),
        lesson=_lesson(found.course, target),
        place=address.removeprefix(get_script_prefix()),
        back=address,
        by=request.user,
        now=timezone.now(),
    )
    return redirect("cx_courses:trial", trial.uuid)


def _target(request: HttpRequest, course: Course) -> launches.Target:
    lesson, quiz = (request.POST.get(name, "")[:100] for name in ("lesson", "quiz"))
    embed = getattr(request, "embed", None)
    if lesson or quiz:
        return launches.target(course=course, lesson=lesson, quiz=quiz)
    if embed is not None:
        return launches.Target(embed.launch.target, embed.launch.target_key)
    return launches.Target(Launch.Target.COURSE, course.key)


def _address(course: Course, target: launches.Target) -> str:
    if target.kind in (Launch.Target.QUIZ, Launch.Target.LESSON):
        return reverse(f"cx_courses:{target.kind}", args=[course.key, target.key])
    page = reverse("cx_courses:course", args=[course.key])
    return f"{page}#module-{target.key}" if target.kind == Launch.Target.MODULE else page


def _quiz(course: Course, target: launches.Target) -> Quiz | None:
    if target.kind != Launch.Target.QUIZ:
        return None
    return Quiz.objects.filter(course=course, lesson=None, key=target.key).first()


def _lesson(course: Course, target: launches.Target) -> Lesson | None:
    if target.kind != Launch.Target.LESSON:
        return None
    return Lesson.objects.filter(module__course=course, key=target.key).first()

"""What must be done before an attempt may begin: modules passed, lessons read."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Enrolment, Lesson, LessonProgress, Quiz, Result


def missing(*, quiz: Quiz, enrolment: Enrolment) -> str:
    """Return a refusal that names what comes first, or ""; a trial need not have done it."""
    if enrolment.is_trial:
        return ""
    return _missing_modules(quiz, enrolment) or _missing_lessons(quiz, enrolment)


def _missing_modules(quiz: Quiz, enrolment: Enrolment) -> str:
    """Return a refusal naming the modules whose graded quizzes are not passed yet, or "".

    No query where the quiz was read with the answer that it requires none.
    """
    if not getattr(quiz, "has_required_modules", True):
        return ""
    needed = (
        Quiz.objects.offered()
        .filter(module__in=quiz.requires_modules.all(), lesson=None)
        .exclude(kind=Quiz.Kind.PRACTICE)
    )
    passed = Result.objects.done().filter(enrolment=enrolment)
    missing = needed.exclude(pk__in=passed.values("line_item__quiz"))
    titles = list(missing.values_list("title", flat=True))
    if not titles:
        return ""
    return _("Pass these first: %(titles)s.") % {"titles": ", ".join(titles)}


def _missing_lessons(quiz: Quiz, enrolment: Enrolment) -> str:
    """Return a refusal while a post-test's lessons are not all done, or "".

    One query, for those alone.
    """
    if quiz.compares_with_id is None:
        return ""
    done = LessonProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False)
    lessons = Lesson.objects.offered().filter(module__quizzes=quiz)
    left = lessons.exclude(pk__in=done.values("lesson")).count()
    if not left:
        return ""
    return ngettext(
        "The post-test opens when the lessons of this module are done; %(count)d is left.",
        "The post-test opens when the lessons of this module are done; %(count)d are left.",
        left,
    ) % {"count": left}

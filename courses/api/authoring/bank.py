"""How questions of the bank are found."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Course, Question, QuestionVersion


def questions(course: Course) -> QuerySet[Question]:
    """Return the bank of a course, each question with its type and the draft that is not ready yet.

    Two queries with its tags, whatever the number of questions.
    """
    versions = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    in_use = Coalesce(OuterRef("ready_version__number"), 0)
    drafts = versions.filter(status=QuestionVersion.Status.DRAFT, number__gt=in_use)
    return (
        Question.objects.filter(course=course)
        .select_related("course", "module", "objective", "stimulus", "ready_version")
        .defer("ready_version__data", "course__description")
        .prefetch_related("tags")
        .annotate(
            draft_number=Subquery(drafts.values("number")[:1]),
            kind=Coalesce(F("ready_version__type"), Subquery(versions.values("type")[:1])),
        )
    )

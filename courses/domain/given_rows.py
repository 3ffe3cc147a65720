"""All that one learner is given for one quiz, read in one query; `grants.of` merges it."""

from django.db.models import F, FilteredRelation, Q, QuerySet

from courses.models import Enrolment
from courses.prepared import PreparedQuery


def _given(enrolment_id: int, quiz_id: int, course_id: int) -> QuerySet[Enrolment]:
    """Return the enrolment with what is given to it, once for each accommodation."""
    own = "user__course_accommodations"
    rows = Enrolment.objects.filter(pk=enrolment_id).annotate(
        given=FilteredRelation("extensions", condition=Q(extensions__quiz=quiz_id)),
        dates=FilteredRelation(
            "section__quiz_dates", condition=Q(section__quiz_dates__quiz=quiz_id)
        ),
        wide=FilteredRelation(
            own, condition=Q(**{f"{own}__course": None}) | Q(**{f"{own}__course": course_id})
        ),
    )
    rows = rows.annotate(
        extra_time_s=F("given__extra_time_s"),
        extra_attempts=F("given__extra_attempts"),
        extended_to=F("given__closes_at"),
        class_opens_at=F("dates__opens_at"),
        class_closes_at=F("dates__closes_at"),
        time_factor=F("wide__time_factor"),
        more_attempts=F("wide__extra_attempts"),
        closes_later_s=F("wide__closes_later_s"),
    )
    return rows.only("pk").order_by()


GIVEN = PreparedQuery(_given, int, int, int)

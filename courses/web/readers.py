"""In which of their classes a person works: that of the frame, or the one chosen on the page.

Inside of a trial they work in that and nowhere else, and so does a guest in a frame.
"""

from uuid import UUID

from django.http import HttpRequest

from courses.domain import access, trials
from courses.models import Attempt, Course, Enrolment, Trial

_KEY = "cx_courses_classes"
"""In the session: course key -> the enrolment that was chosen."""


def reader_of(request: HttpRequest, course: str) -> access.Reader:
    """Return the person of the request as a reader of the course.

    Raises NotFound, and NotAllowed with code `not_enrolled`.
    """
    trial = _trial(request)
    if trial is not None:
        return trials.reader(trial=trial, course_key=course)
    embed = getattr(request, "embed", None)
    if embed is not None:
        return access.reader(course_key=course, by=request.user, enrolment=embed.enrolment.uuid)
    uuid = chosen(request).get(course)
    if uuid is not None:
        try:
            return access.reader(course_key=course, by=request.user, enrolment=UUID(uuid))
        except access.NotEnrolled:
            pass  # They are not in that class any more.
    return access.reader(course_key=course, by=request.user)


def home_of(request: HttpRequest, course: str) -> tuple[Course, list[Enrolment]]:
    """Return a course that the person may see, and their enrolments as `classes_of` does.

    Raises NotFound.
    """
    trial = _trial(request)
    if trial is not None:
        return access.course(key=course, by=request.user), [trial.enrolment]
    found, rows = access.home(course_key=course, by=request.user)
    return found, _here(request, found, rows)


def classes_of(request: HttpRequest, course: Course) -> list[Enrolment]:
    """Return the person's enrolments in the course, one for each class, the chosen one first."""
    trial = _trial(request)
    if trial is not None:
        return [trial.enrolment]
    return _here(request, course, access.classes(course=course, by=request.user))


def _here(request: HttpRequest, course: Course, rows: list[Enrolment]) -> list[Enrolment]:
    """Put the chosen class first; leave out all but that of the frame."""
    embed = getattr(request, "embed", None)
    if embed is not None:
        return [row for row in rows if row.section_id == embed.enrolment.section_id]
    uuid = chosen(request).get(course.key)
    return sorted(rows, key=lambda row: str(row.uuid) != uuid)


def attempt_of(request: HttpRequest, uuid: UUID) -> Attempt:
    """Return an attempt that the person of the request may read. Raises NotFound."""
    return access.attempt(uuid=uuid, by=request.user, trial=trial_of(request))


def own_attempt(request: HttpRequest, uuid: UUID) -> Attempt:
    """Return an attempt in which the person of the request may write. Raises NotFound."""
    return access.owned_attempt(uuid=uuid, by=request.user, trial=trial_of(request))


def chosen(request: HttpRequest) -> dict[str, str]:
    """Return course key -> the enrolment that was chosen in this session."""
    if not request.user.is_authenticated:
        return {}
    found: dict[str, str] = request.session.get(_KEY, {})
    return found


def choose(request: HttpRequest, enrolment: Enrolment) -> None:
    """Work in this class from now on."""
    chosen_before = chosen(request)
    request.session[_KEY] = {**chosen_before, enrolment.course.key: str(enrolment.uuid)}


def _trial(request: HttpRequest) -> Trial | None:
    """Return the trial that the request is inside of; a platform's guest has one in the frame."""
    inside = getattr(request, "trial", None) or getattr(request, "embed", None)
    found: Trial | None = None if inside is None else inside.trial
    return found


def trial_of(request: HttpRequest) -> Enrolment | None:
    """Return the enrolment of the trial that the request is inside of, if it is."""
    trial = _trial(request)
    return None if trial is None else trial.enrolment

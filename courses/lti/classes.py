"""Contexts of platforms as classes of our courses: one class for each context and course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from courses.domain import access, launches, sections
from courses.errors import CoursesError
from courses.lti import addresses, copies, further_columns
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiContext, LtiDeployment, LtiLink, LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.lti.roster_models import LtiRoster
from courses.models import Course, Launch
from courses.prepared import PreparedQuery

_TITLE_LENGTH = 200
_CUSTOM = {"course": "cx_course", "module": "cx_module", "lesson": "cx_lesson", "quiz": "cx_quiz"}


@dataclass(frozen=True)
class LinkPlace:
    """What a launch names on the platform's side: a context, or a link outside of all contexts."""

    context_id: str
    title: str
    label: str = ""
    is_link: bool = False


def named(claims: Mapping[str, Any], deployment: LtiDeployment | None = None) -> addresses.Named:
    """Return what a launch opens: by its custom parameters, else by the address of its link.

    With a deployment, else by the link of which this one is a copy. Raises LaunchDenied.
    """
    custom = claims.get(words.CUSTOM) or {}
    given = {name: text_of(custom.get(key), 100).strip() for name, key in _CUSTOM.items()}
    # What a platform could not fill in comes as it was typed.
    given = {name: "" if value.startswith("$") else value for name, value in given.items()}
    if given["course"]:
        return addresses.Named(**given)
    found = addresses.named_by(claims[words.TARGET_LINK_URI])
    if (found is None or not found.course) and deployment is not None:
        found = copies.named_by_former_link(claims=claims, deployment=deployment)
    if found is None or not found.course:
        raise LaunchDenied("target_missing")
    return found


def named_by_link(link: LtiLink) -> addresses.Named:
    """Return what a link opens that an earlier launch made known."""
    course = link.lti_class.course.key
    if link.target == Launch.Target.COURSE:
        return addresses.Named(course)
    return addresses.Named(course, **{link.target: link.target_key})


def place(claims: Mapping[str, Any]) -> LinkPlace:
    """Return where on the platform the launch comes from."""
    context = claims.get(words.CONTEXT)
    if context:
        title, label = (text_of(context.get(name), _TITLE_LENGTH) for name in ("title", "label"))
        return LinkPlace(context["id"], title, label)
    link = claims[words.RESOURCE_LINK]
    return LinkPlace(link["id"], text_of(link.get("title"), _TITLE_LENGTH), is_link=True)


def find(
    *,
    deployment: LtiDeployment,
    place: LinkPlace,
    course_key: str,
    former: Sequence[str] = (),
    now: datetime,
) -> tuple[LtiClass, Course]:
    """Return the class of this context in the course, made when there is none.

    `former` are the contexts of which this one is a copy: a new class gets their settings.
    Raises LaunchDenied for a course that is not published.
    """
    known = _LINK_CLASS if place.is_link else _CLASS
    found = known.first(deployment.pk, place.context_id, course_key)
    course = found.course if found else Course.objects.filter(key=course_key).first()
    if course is None or course.state != Course.State.PUBLISHED:
        raise LaunchDenied("target_unknown", f"course {course_key!r}")
    if found is None:
        found = _make(deployment, place, course, former, now)
    _rename(found, place)
    return found, course


def published(*, course_key: str) -> Course:
    """Return the published course with this key. Raises LaunchDenied."""
    found = access.published_course(key=course_key)
    if found is None:
        raise LaunchDenied("target_unknown", f"course {course_key!r}")
    return found


def target(*, course: Course, named: addresses.Named) -> launches.Target:
    """Return the part of the course that a launch opens. Raises LaunchDenied."""
    try:
        return launches.target(
            course=course, module=named.module, lesson=named.lesson, quiz=named.quiz
        )
    except CoursesError as error:
        raise LaunchDenied("target_unknown", named.words) from error


def note_link(
    *, lti_class: LtiClass, claims: Mapping[str, Any], target: launches.Target, now: datetime
) -> tuple[LtiLink, bool]:
    """Keep what the launch says of its link; where scores go, the newest launch decides.

    Returns the link, and whether its column is new or another one than before.
    """
    link, grades = claims[words.RESOURCE_LINK], claims.get(words.GRADES) or {}
    scopes = grades.get("scope")
    given = [text_of(one, 200) for one in scopes][:20] if isinstance(scopes, list) else []
    values = {
        "title": text_of(link.get("title"), _TITLE_LENGTH),
        "target": target.kind,
        "target_key": target.key,
        "line_item": text_of(grades.get("lineitem"), 2000),
        "scopes": given,
        "has_scores": words.SCORE_SCOPE in given,
        "rule": further_columns.rule(claims=claims),
    }
    found, is_new = _LINK.first(lti_class.pk, link["id"]), False
    if found is None:
        hold(lti_class=lti_class)
        found, is_new = LtiLink.objects.get_or_create(
            lti_class=lti_class, link_id=link["id"], defaults={**values, "created_at": now}
        )
    row: LtiLink = found
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed and not is_new:
        for name in changed:
            setattr(row, name, values[name])
        LtiLink.objects.filter(pk=row.pk).update(**{name: values[name] for name in changed})
    is_moved = bool({"line_item", "has_scores", "target", "target_key", "rule"} & set(changed))
    is_asked = further_columns.note(link=row, claims=claims, now=now)
    return row, is_new or is_moved or is_asked


def hold(*, lti_class: LtiClass) -> None:
    """Keep the class as it is until the transaction ends: something is added to it.

    Raises LaunchDenied where a successor of the registration has just put it into another one.
    """
    if _HELD.first(lti_class.pk) is None:
        raise LaunchDenied("class_moved")


def text_of(value: Any, longest: int) -> str:
    """Return a text of a platform as it can be stored; "" for what is none."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "ignore").decode()[:longest]


def copy(
    *, deployment: LtiDeployment, place: LinkPlace, former: Sequence[str], now: datetime
) -> int:
    """Make the classes of a context that is a copy, as its first launch would; return how many."""
    known = LtiClass.objects.filter(
        context__deployment__registration=deployment.registration_id,
        context__context_id__in=[one for one in former if one != place.context_id],
        context__is_link=False,
        course__state=Course.State.PUBLISHED,
    )
    courses = Course.objects.filter(pk__in=known.values("course")).order_by("pk")
    for course in courses:
        _make(deployment, place, course, former, now)
    return len(courses)


@transaction.atomic
def _make(
    deployment: LtiDeployment,
    place: LinkPlace,
    course: Course,
    former: Sequence[str],
    now: datetime,
) -> LtiClass:
    # A successor may take the registration's classes over at this moment.
    registration = LtiRegistration.objects.select_for_update(no_key=True)
    if not registration.get(pk=deployment.registration_id).is_active:
        raise LaunchDenied("registration_replaced")
    context, _is_new = LtiContext.objects.get_or_create(
        deployment=deployment,
        context_id=place.context_id,
        is_link=place.is_link,
        defaults={"title": place.title, "label": place.label, "created_at": now},
    )
    # Of two first launches at once, the second finds the class of the first.
    context = LtiContext.objects.select_for_update().get(pk=context.pk)
    rows = LtiClass.objects.select_related("context", "course", "section")
    found = rows.filter(context=context, course=course).first()
    if found is not None:
        return found
    section = sections.create(
        course=course,
        key=f"lti-{uuid4()}",
        title=place.title or place.label or place.context_id[:_TITLE_LENGTH],
        client=deployment.registration.platform.client,
        now=now,
    )
    if former and not place.is_link:
        copies.copy_settings(
            former=former, deployment=deployment, context_id=place.context_id, section=section
        )
    row: LtiClass = LtiClass.objects.create(context=context, course=course, section=section)
    # The whole list of people is read next time: this class knows nobody yet.
    LtiRoster.objects.filter(context=context).update(changes_url="", asked_at=None)
    return row


def _rename(row: LtiClass, place: LinkPlace) -> None:
    """Take over a new title of the context; one that was changed here by hand stays."""
    context, section = row.context, row.section
    if (context.title, context.label) == (place.title, place.label):
        return
    if section.title == context.title and place.title:
        section.title = place.title
        section.save(update_fields=["title"])
    context.title, context.label = place.title, place.label
    names = {"title": place.title, "label": place.label}
    LtiContext.objects.filter(pk=context.pk).update(**names)


def _of_place(
    deployment: int, context_id: str, course_key: str, *, is_link: bool
) -> QuerySet[LtiClass]:
    rows = LtiClass.objects.select_related("context__roster", "course", "section").order_by()
    return rows.filter(
        context__deployment=deployment,
        context__context_id=context_id,
        context__is_link=is_link,
        course__key=course_key,
    )


def _held(pk: int) -> QuerySet[LtiClass]:
    return LtiClass.objects.select_for_update(no_key=True).filter(pk=pk).order_by()


def _link(lti_class: int, link_id: str) -> QuerySet[LtiLink]:
    return LtiLink.objects.filter(lti_class=lti_class, link_id=link_id).order_by()


_CLASS = PreparedQuery(partial(_of_place, is_link=False), int, str, str)
_LINK_CLASS = PreparedQuery(partial(_of_place, is_link=True), int, str, str)
_HELD = PreparedQuery(_held, int)
_LINK = PreparedQuery(_link, int, str)

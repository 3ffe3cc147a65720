"""A platform asks for a way in, and may close it again."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.domain import enrolments, learners
from courses.domain.access import NotEnrolled, learner
from courses.domain.origins import is_on, names_only_an_origin, origin_of
from courses.domain.outline import outline
from courses.errors import Invalid, NotAllowed, NotFound, Problem
from courses.models import ApiClient, ApiKey, Course, Enrolment, ExternalIdentity, Launch

CODE_LIVES = timedelta(seconds=60)
WINDOW_OPENS = timedelta(minutes=10)
"""How long a learner whose browser keeps no cookie in a frame may move into a window."""
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Made:
    """A launch and its code, to be handed over once."""

    row: Launch
    code: str


@dataclass(frozen=True)
class Opened:
    """A session and its secret, to be handed to the browser once."""

    launch: Launch
    secret: str


@dataclass(frozen=True)
class Target:
    """Where a launch leads: a kind of `Launch.Target` and the key of the thing."""

    kind: str
    key: str


@transaction.atomic
def create(
    *,
    identity: ExternalIdentity,
    course: Course,
    origin: str,
    now: datetime,
    lesson: str = "",
    quiz: str = "",
    section: str = "",
    return_url: str = "",
    theme: str = Launch.Theme.AUTO,
    locale: str = "",
    key: ApiKey | None = None,
) -> Made:
    """Create a launch code, good once and for a minute, into the course or a part of it.

    In the class with the key `section`, else in the learner's only class or the default one.
    A learner who is not in the course yet is enrolled where the course is open for that.
    Raises Invalid, NotFound for a target that is not in the course, NotEnrolled, Deactivated.
    """
    identity = learners.lock_acting(identity=identity)
    where = _checked_origin(origin, return_url)
    found = target(course=course, lesson=lesson, quiz=quiz)
    return _make(
        client=identity.client,
        api_key=key,
        identity=identity,
        enrolment=_enrolment(identity, course, section, now),
        target=found.kind,
        target_key=found.key,
        origin=where,
        return_url=return_url,
        theme=theme,
        locale=language(locale, path="locale"),
        created_at=now,
    )


def begin(
    *,
    client: ApiClient,
    identity: ExternalIdentity | None,
    enrolment: Enrolment,
    target: Target,
    origins: Sequence[str],
    now: datetime,
    return_url: str = "",
    locale: str = "",
) -> Opened:
    """Create a launch that is open already, for a learner whom the platform's own word brought.

    The first of the origins gets the messages of the frame. One query. The caller has locked the
    identity and decided that it may act; without one the enrolment is the trial of a guest. Raises
    Invalid for something that is no origin.
    """
    if identity is not None:
        require_outsider(identity=identity)
    found = [_checked_origin(origin, "") for origin in origins]
    secret = new_secret()
    made = _make(
        client=client,
        identity=identity,
        enrolment=enrolment,
        target=target.kind,
        target_key=target.key,
        origin=found[0],
        frame_origins=found[1:],
        return_url=return_url if is_on(return_url, origin=found[0]) else "",
        locale=language(locale, path="locale"),
        created_at=now,
        opened_at=now,
        secret_hash=hashed(secret),
        session_ends_at=now + timedelta(seconds=settings.EMBED_SESSION_S),
    )
    return Opened(made.row, secret)


@transaction.atomic
def move_into_window(*, uuid: UUID, now: datetime) -> Made:
    """Create a new code to the same target, for a browser that did not return the session's cookie.

    Once for each launch, and only for some minutes; the caller has made sure that it comes from
    the page that sent it. Raises NotFound.
    """
    waiting = Launch.objects.filter(
        uuid=uuid,
        opened_at__gt=now - WINDOW_OPENS,
        confirmed_at=None,
        moved_at=None,
        ended_at=None,
    )
    old = waiting.select_related("identity__client", "enrolment").first()
    if old is None:
        raise NotFound
    if old.enrolment is None or not old.enrolment.is_trial:  # A guest is nobody to lock.
        _lock(old.identity)
    if not waiting.update(moved_at=now, ended_at=now):
        raise NotFound
    copied = ("client", "api_key", "identity", "enrolment", "target", "target_key")
    passed_on = ("origin", "frame_origins", "return_url", "theme", "locale")
    return _make(created_at=now, **{name: getattr(old, name) for name in (*copied, *passed_on)})


def _lock(identity: ExternalIdentity | None) -> None:
    """Wait for a deactivation of the learner, which ends their launches. Raises NotFound."""
    if identity is None:
        raise NotFound
    try:
        learners.lock_acting(identity=identity)
    except learners.Deactivated:
        raise NotFound from None


def end(*, client: ApiClient, uuid: UUID, now: datetime) -> Launch:
    """End a launch of this client: neither its code nor its session opens anything. Idempotent.

    Raises NotFound.
    """
    rows = Launch.objects.filter(client=client, uuid=uuid)
    rows.filter(ended_at=None).update(ended_at=now)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def target(*, course: Course, module: str = "", lesson: str = "", quiz: str = "") -> Target:
    """Return where these keys lead in the course. Raises NotFound, Invalid for several of them."""
    if lesson and quiz:
        text = _("Give a lesson or a quiz, not both.")
        raise Invalid(problems=[Problem("target.quiz", text)])
    plan = outline(course)
    if lesson:
        return Target(Launch.Target.LESSON, plan.lesson(lesson).key)
    if quiz:
        if not any(step.key == quiz for step in plan.steps if step.url_kind == "quiz"):
            raise NotFound
        return Target(Launch.Target.QUIZ, quiz)
    if module:
        if not any(one.key == module for one in plan.modules):
            raise NotFound
        return Target(Launch.Target.MODULE, module)
    return Target(Launch.Target.COURSE, course.key)


def require_outsider(*, identity: ExternalIdentity) -> None:
    """Raise NotAllowed for an account of the site's own people.

    A platform's word never opens what only they may see.
    """
    if identity.user.is_superuser or identity.user.is_staff:
        raise NotAllowed(_("This account can only be used on the site itself, not embedded."))


def language(code: str, *, path: str) -> str:
    """Return the site's variant of a language, "" for "as the browser asks". Raises Invalid."""
    if not code:
        return ""
    try:
        return get_supported_language_variant(code)
    except LookupError:
        text = _("This site does not support that language.")
        raise Invalid(problems=[Problem(path, text)]) from None


def new_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def hashed(secret: str) -> str:
    """Return the hash of a secret. Secrets are random and long, so that a quick hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _make(*, created_at: datetime, **values: object) -> Made:
    code = new_secret()
    row = Launch.objects.create(
        code_hash=hashed(code),
        created_at=created_at,
        expires_at=created_at + CODE_LIVES,
        **values,
    )
    return Made(row, code)


def _checked_origin(origin: str, return_url: str) -> str:
    found = origin_of(origin)
    if found is None or not names_only_an_origin(origin):
        text = _(
            "Enter an origin such as https://learn.example.org; http is allowed only on "
            "this machine."
        )
        raise Invalid(problems=[Problem("origin", text)])
    if return_url and not is_on(return_url, origin=found):
        text = _("The return address must belong to the origin.")
        raise Invalid(problems=[Problem("return_url", text)])
    return found


def _enrolment(
    identity: ExternalIdentity, course: Course, section: str, now: datetime
) -> Enrolment:
    require_outsider(identity=identity)
    try:
        found = learner(course_key=course.key, by=identity.user, section=section)
        return found.enrolled()
    except NotEnrolled:
        if section:
            raise
    try:
        return enrolments.self_enrol(course=course, by=identity.user, now=now)
    except NotAllowed as refusal:
        raise NotEnrolled from refusal

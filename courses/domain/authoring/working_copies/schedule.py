"""A draft is published at a time that its author has chosen; the relay does it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain.authoring.editions import Origin
from courses.domain.authoring.working_copies.publishing import Publication, publish
from courses.domain.authoring.working_copies.things import RECORDS, Thing
from courses.domain.rights import Can, rights
from courses.errors import Conflict, CoursesError, Invalid, NotAllowed, Problem
from courses.models import Edition, WorkingCopy
from courses.questions.data import dump, load

AT_ONCE = 50


@transaction.atomic
def schedule(
    *, copy: WorkingCopy, publication: Publication, at: datetime, origin: Origin
) -> WorkingCopy:
    """Let the relay publish this record at the time. Nothing else is written yet.

    What is typed later stays a draft. Raises Invalid for a time that is over, and all that
    `publish` raises, as if it were published now.
    """
    if at <= origin.now:
        text = _("Choose a time that is not over.")
        raise Invalid(problems=[Problem("publish_at", text)])
    with transaction.atomic():
        publish(thing=_thing(copy), publication=publication, copy=None, origin=origin)
        transaction.set_rollback(True)
    copy = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.ended_at is not None:
        raise Conflict(_("What you wrote here was published or discarded from another page."))
    copy.publish_at, copy.refusal = at, ""
    copy.record = {
        "record": dump(publication.record),
        "module": publication.module,
        "based_on": publication.based_on,
        "is_ready": publication.is_ready,
        "is_confirmed": publication.is_confirmed,
        "note": publication.note,
        "revision": copy.revision,
    }
    copy.save()
    return copy


def cancel_schedule(*, copy: WorkingCopy) -> None:
    """Publish it at no time; the draft stays. Idempotent."""
    rows = WorkingCopy.objects.filter(pk=copy.pk, publish_at__isnull=False)
    rows.update(publish_at=None, record=None)


def publish_due(*, now: datetime) -> int:
    """Publish what is due; return how many. What is refused waits for its author, with why."""
    rows = WorkingCopy.objects.open().filter(publish_at__lte=now)
    due = list(rows.order_by("publish_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_publish_one(pk, now) for pk in due)


def _publish_one(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _published(pk, now)
    except CoursesError as error:
        rows = WorkingCopy.objects.open().filter(pk=pk, publish_at__lte=now)
        rows.update(publish_at=None, record=None, refusal=_reasons(error))
        return False


def _published(pk: int, now: datetime) -> bool:
    rows = WorkingCopy.objects.select_related("course", "owner")
    copy = rows.filter(pk=pk).first()
    if copy is None or copy.publish_at is None or copy.publish_at > now or not copy.record:
        return False
    owner: Any = copy.owner
    may_edit = owner is not None and owner.is_active
    if not (may_edit and rights(by=owner).may_everywhere(Can.EDIT, course=copy.course)):
        raise NotAllowed(_("You may not edit this course any more."))
    wanted = dict(copy.record)
    revision = wanted.pop("revision")
    wanted["record"] = load(RECORDS[copy.kind], wanted["record"])
    publication = Publication(**wanted)
    origin = Origin(Edition.Channel.SCHEDULE, owner, now, note=publication.note)
    publish(
        thing=_thing(copy), publication=publication, copy=copy, revision=revision, origin=origin
    )
    return True


def _thing(copy: WorkingCopy) -> Thing:
    return Thing(copy.course, copy.kind, copy.key, copy.type)


def _reasons(error: CoursesError) -> str:
    problems: Any = getattr(error, "problems", ())
    return " ".join(str(one.message) for one in problems) or str(error.message)

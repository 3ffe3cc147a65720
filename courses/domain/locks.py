"""Locks on a learner's records, taken in one order by everything that writes them.

First the platform (where many of its rows are compared), then what it calls the person, then the
enrolment (several by their keys), then attempts by their keys, then the person. Saves take only the
attempt. A row that was erased while one waited for it is not found.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses import users
from courses.errors import Conflict, NotAllowed, NotFound
from courses.models import ApiClient, Attempt, Enrolment, ExternalIdentity
from courses.models.attempt import AttemptQuerySet
from courses.models.enrolment import EnrolmentQuerySet
from courses.prepared import PreparedQuery, UserKey


def client(*, pk: int) -> None:
    """Lock the platform: writers of its learners and grants run in turn.

    Raises NotAllowed for one that is switched off: its people may be erased at this moment.
    """
    found = _CLIENT.first(pk)
    if found is None:
        raise ApiClient.DoesNotExist
    if not found.is_active:
        raise NotAllowed(_("This platform is switched off."))


def enrolment(*, pk: int) -> Enrolment:
    """Lock and return an enrolment: starts, hand-ins and gradings of one learner run in turn."""
    found = _ENROLMENT.first(pk)
    if found is None:
        raise NotFound
    return found


def attempt(*, pk: int) -> Attempt:
    """Lock and return the current attempt: its saves and hand-ins run in turn."""
    found = _ATTEMPT.first(pk)
    if found is None:
        raise NotFound
    return found


def enrolments_of(*, user: Any) -> list[Enrolment]:
    """Lock and return all enrolments of a person."""
    rows = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    return list(rows.filter(user=user).order_by("pk"))


def person(*, user: Any) -> Any:
    """Lock and return the current account. Raises Conflict when the person was erased."""
    rows = get_user_model()._default_manager.select_for_update(no_key=True)
    found = rows.filter(pk=user.pk).first()
    if found is None or found.get_username() == users.erased_name(user):
        raise Conflict(_("This account is closed."))
    return found


def for_erasure(*, user: Any) -> None:
    """Lock all records of a person: nothing new is written for them in this transaction."""
    _take(ExternalIdentity.objects.select_for_update(of=("self",)).filter(user=user))
    _take(Enrolment.with_trials.select_for_update(of=("self",)).filter(user=user))
    _take(Attempt.objects.select_for_update(of=("self",)).filter(enrolment__user=user))
    people = get_user_model()._default_manager
    _take(people.select_for_update().filter(pk=user.pk))


def _take(rows: Any) -> None:
    list(rows.order_by("pk").values_list("pk", flat=True))


def _client(pk: int) -> QuerySet[ApiClient]:
    return ApiClient.objects.select_for_update(no_key=True).filter(pk=pk).order_by()


def _enrolment(pk: int) -> EnrolmentQuerySet:
    rows = Enrolment.with_trials.select_for_update(no_key=True, of=("self",))
    return rows.select_related("course", "user").filter(pk=pk)


def _attempt(pk: int) -> AttemptQuerySet:
    rows = Attempt.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("enrolment__course", "quiz").filter(pk=pk)


def _attempt_of(uuid: UUID, user_id: Any) -> AttemptQuerySet:
    """Return the attempt with this id if it is the person's own: nobody locks another's."""
    rows = Attempt.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("enrolment__course", "quiz")
    return rows.filter(uuid=uuid, enrolment__user=user_id)


ATTEMPT_OF = PreparedQuery(_attempt_of, UUID, UserKey)
_CLIENT = PreparedQuery(_client, int)
_ENROLMENT = PreparedQuery(_enrolment, int)
_ATTEMPT = PreparedQuery(_attempt, int)

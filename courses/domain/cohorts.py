"""Groups of a platform's learners: made, filled, emptied, removed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from courses.domain import learners
from courses.errors import NotFound
from courses.models import ApiClient, Cohort


@dataclass(frozen=True)
class Put:
    cohort: Cohort
    is_new: bool


def known(*, client: ApiClient) -> QuerySet[Cohort]:
    """Return the client's own cohorts."""
    return Cohort.objects.filter(client=client)


def find(*, client: ApiClient, key: str) -> Cohort:
    """Return the cohort of this key. Raises NotFound, also for another client's."""
    row = known(client=client).filter(key=key).first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def put(*, client: ApiClient, key: str, name: str, now: datetime) -> Put:
    """Return the cohort of this key; create it when there is none. Idempotent."""
    row, is_new = Cohort.objects.select_for_update(no_key=True).get_or_create(
        client=client, key=key, defaults={"name": name, "created_at": now}
    )
    if row.name != name:
        row.name = name
        row.save(update_fields=["name"])
    return Put(row, is_new)


@transaction.atomic
def remove(*, cohort: Cohort) -> None:
    """Delete the cohort; its learners and their records stay."""
    cohort.delete()


def add(*, cohort: Cohort, external_id: str) -> bool:
    """Add one of the client's learners; return whether they are new in it. Raises NotFound."""
    identity = learners.find(client=cohort.client, external_id=external_id)
    links = Cohort.learners.through
    row = links(cohort=cohort, externalidentity=identity)
    before = cohort.learners.filter(pk=identity.pk).exists()
    links.objects.bulk_create([row], ignore_conflicts=True)
    return not before


def take_out(*, cohort: Cohort, external_id: str) -> None:
    """Remove a learner from the cohort. Idempotent. Raises NotFound for an unknown learner."""
    cohort.learners.remove(learners.find(client=cohort.client, external_id=external_id))

"""Files of courses: stored with the rows that name them, deleted when nothing names them.

A file is written before the row that names it is committed: where that row never comes, the file
is found unused and deleted later.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from courses import file_store
from courses.models import Asset, Edition, PinnedContent, StoredFile
from courses.models.pinned import JSON

KEPT_UNUSED = timedelta(days=1)
"""How long an unused file is kept: a transaction that names it has committed by then."""
AT_ONCE = 200


def store(*, contents: Mapping[str, Callable[[], bytes]]) -> None:
    """Store files by their hash, in the transaction of the rows that name them.

    A constant number of queries. Nobody deletes them before the transaction ends.
    """
    wanted = sorted(contents)
    for start in range(0, len(wanted), AT_ONCE):
        hashes = wanted[start : start + AT_ONCE]
        new = [StoredFile(content_hash=one) for one in hashes]
        StoredFile.objects.bulk_create(new, ignore_conflicts=True)
        StoredFile.objects.filter(content_hash__in=hashes).update(unused_since=None)
    for content_hash, load in contents.items():
        file_store.write(content_hash, content=load())


def store_one(*, content: bytes) -> str:
    """Store a file in the transaction of the row that names it; return its hash."""
    content_hash = file_store.hash_of(content)
    store(contents={content_hash: lambda: content})
    return content_hash


def mark_unused(*, now: datetime) -> int:
    """Note which stored files nothing names, those of which there is no row too.

    Returns how many are newly unused. Reads the list of the storage's files: for once a day.
    """
    found = set(file_store.stored_hashes())
    known = set(StoredFile.objects.values_list("content_hash", flat=True))
    new = [StoredFile(content_hash=one, unused_since=now) for one in sorted(found - known)]
    StoredFile.objects.bulk_create(new, AT_ONCE, ignore_conflicts=True)
    idle = sorted(known - used_hashes())
    rows = StoredFile.objects.filter(unused_since=None)
    marked = sum(
        rows.filter(content_hash__in=idle[start : start + AT_ONCE]).update(unused_since=now)
        for start in range(0, len(idle), AT_ONCE)
    )
    return marked + len(new)


def purge(*, now: datetime) -> int:
    """Delete a batch of files that have been unused for long enough; return how many."""
    rows = StoredFile.objects.filter(unused_since__lt=now - KEPT_UNUSED).order_by("unused_since")
    old = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_delete_unused(pk, now) for pk in old)


@transaction.atomic
def _delete_unused(pk: int, now: datetime) -> bool:
    """Delete the file unless it is used again; its row is locked meanwhile."""
    rows = StoredFile.objects.select_for_update().filter(unused_since__lt=now - KEPT_UNUSED)
    row = rows.filter(pk=pk).first()
    if row is None:
        return False
    if row.content_hash in used_hashes(among=[row.content_hash]):
        row.unused_since = None
        row.save(update_fields=["unused_since"])
        return False
    file_store.delete(row.content_hash)
    row.delete()
    return True


def used_hashes(*, among: Iterable[str] | None = None) -> set[str]:
    """Return the hashes that files of courses, attempts or editions name. Three queries."""
    assets, pinned, editions = _naming()
    if among is not None:
        names = list(among)
        assets = assets.filter(content_hash__in=names)
        pinned = pinned.filter(content_hash__in=names)
        editions = editions.filter(values__sha256__in=names)
    return _hashes(assets, pinned, editions)


def _naming() -> tuple[QuerySet[Any], ...]:
    """Return the rows that name a file."""
    return (
        Asset.objects.order_by(),
        PinnedContent.objects.exclude(content_type=JSON).order_by(),
        Edition.objects.filter(kind="asset").order_by(),
    )


def _hashes(assets: QuerySet[Any], pinned: QuerySet[Any], editions: QuerySet[Any]) -> set[str]:
    return {
        *assets.values_list("content_hash", flat=True),
        *pinned.values_list("content_hash", flat=True),
        *filter(None, editions.values_list("values__sha256", flat=True)),
    }

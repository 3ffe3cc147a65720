"""Write rows of one table in bulk: the part that all kinds of rows share."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.db.models import Model

from courses.domain import outline
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.plan import Plan
from courses.domain.authoring.rows import Rows

BATCH = 200
"""Rows in one UPDATE; well below what SQLite takes."""

Pair = tuple[Any, RecordEntry]
"""A row, new or old, and what it shall hold."""


class Find(Protocol):
    """Returns the row of a kind and key; None for the key ""."""

    def __call__(self, kind: str, key: str) -> Any: ...


class Assign(Protocol):
    """Gives a row the values of its entry; `find` finds the rows that the entry names."""

    def __call__(self, *, row: Any, entry: RecordEntry, find: Find) -> None: ...


class BulkWriter:
    """Carries out a plan. New rows are added to `rows`, so that later ones may refer to them."""

    def __init__(self, *, rows: Rows, plan: Plan, by: Any, is_from_files: bool = True) -> None:
        self.rows = rows
        self.plan = plan
        self.by = by
        self.is_from_files = is_from_files

    def save(
        self,
        kind: str,
        model: type[Model],
        assign: Assign,
        fields: Iterable[str],
    ) -> list[Pair]:
        """Create and update the rows of a kind; return both with their entries."""
        created = self.plan.create[kind]
        new: list[Pair] = [(model(**self._identity(entry)), entry) for entry in created]
        old = self.plan.update[kind]
        before = outline.states(rows=[row for row, _entry in old])
        for row, entry in (*new, *old):
            assign(row=row, entry=entry, find=self.find)
            row.source_hash = entry.hash if self.is_from_files else ""
        manager = model._default_manager
        manager.bulk_create([row for row, _entry in new])
        if old:
            manager.bulk_update([row for row, _entry in old], [*fields, "source_hash"], BATCH)
        for row, entry in new:
            self.rows.by_kind[kind][entry.key] = row
        outline.follow(rows=[row for row, _entry in (*new, *old)], before=before)
        return [*new, *old]

    def link(
        self,
        pairs: list[Pair],
        through: Any,
        columns: tuple[str, str],
        ids: Callable[[RecordEntry], list[int]],
    ) -> None:
        """Give the rows exactly these links of one many-to-many relation; two queries."""
        if not pairs:
            return
        near, far = columns
        links = through._default_manager
        links.filter(**{f"{near}__in": [row.pk for row, _entry in pairs]}).delete()
        links.bulk_create(
            through(**{near: row.pk, far: pk}) for row, entry in pairs for pk in ids(entry)
        )

    def save_hashes(self) -> None:
        """Store only the hash, where files and rows agree already or the rows win."""
        for pairs in self.plan.remember.values():
            for row, entry in pairs:
                row.source_hash = entry.hash
            if pairs:
                manager = type(pairs[0][0])._default_manager
                manager.bulk_update([row for row, _entry in pairs], ["source_hash"], BATCH)

    def find(self, kind: str, key: str) -> Any:
        """Return the row of that key; None for ""."""
        rows = self.rows.tags if kind == "tag" else self.rows.by_kind[kind]
        return rows[key] if key else None

    def ids(self, kind: str, keys: Iterable[str]) -> list[int]:
        return [self.find(kind, key).pk for key in dict.fromkeys(keys)]

    def _identity(self, entry: RecordEntry) -> dict[str, Any]:
        if entry.kind == "asset":
            return {"module": self.find("module", entry.module), "name": entry.record.name}
        if entry.kind == "lesson":
            module = self.find("module", entry.module)
            return {"course": self.rows.course, "module": module, "key": entry.key}
        return {"course": self.rows.course, "key": entry.key}

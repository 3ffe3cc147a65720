"""What to do about every row: a pure comparison of files, memory and database.

F is the hash of the file's record, S the one remembered at the last synchronisation, D the one of
the row as it is now. Equal F and S: the file did not change, the row stays. Equal D and S: only the
file changed, the row follows. Equal D and F: both are the same, remember it. Otherwise a person
must choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from courses.domain.authoring.entries import KINDS, Entries, RecordEntry
from courses.domain.authoring.report import SyncConflict
from courses.domain.authoring.rows import is_archived

GONE = "gone"
"""Remembered of a row that was put aside because its file went away."""

Side = Literal["ours", "theirs"] | None
Choice = Side | Mapping[str, Side]
"""One for all conflicts, or one for each, by the name of its entry."""


def _per_kind() -> dict[str, list[Any]]:
    return {kind: [] for kind in KINDS}


@dataclass
class Plan:
    """Per kind: entries to create, (row, entry) to update or only to remember, rows to retire."""

    create: dict[str, list[RecordEntry]] = field(default_factory=_per_kind)
    update: dict[str, list[tuple[Any, RecordEntry]]] = field(default_factory=_per_kind)
    remember: dict[str, list[tuple[Any, RecordEntry]]] = field(default_factory=_per_kind)
    retire: dict[str, list[tuple[Any, str]]] = field(default_factory=_per_kind)
    conflicts: list[SyncConflict] = field(default_factory=list)
    not_retired: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether a row is to be written, other than the hash that it remembers."""
        return any(any(each.values()) for each in (self.create, self.update, self.retire))


def make_plan(
    *, files: Entries, stored: Entries, rows: dict[str, dict[str, Any]], choose: Choice
) -> Plan:
    """Compare. `stored` are the rows taken apart, without those that are archived."""
    plan = Plan()
    for kind in KINDS:
        for key, entry in files[kind].items():
            row = rows[kind].get(key)
            if row is None:
                plan.create[kind].append(entry)
            else:
                _compare(plan, row, entry, stored[kind].get(key), choose)
        for key, row in rows[kind].items():
            if key not in files[kind]:
                _missing(plan, (kind, key), row, stored[kind].get(key), choose)
    return plan


def _side(choose: Choice, name: str) -> Side:
    return choose.get(name) if isinstance(choose, Mapping) else choose


def _compare(
    plan: Plan, row: Any, entry: RecordEntry, now: RecordEntry | None, choose: Choice
) -> None:
    remembered, side = row.source_hash, _side(choose, entry.name)
    if entry.hash == remembered:
        plan.unchanged += 1
    elif now is not None and now.hash == entry.hash:
        plan.remember[entry.kind].append((row, entry))
        plan.unchanged += 1
    elif _is_untouched(row, now, remembered) or side == "theirs":
        plan.update[entry.kind].append((row, entry))
    elif side == "ours":
        plan.remember[entry.kind].append((row, entry))
        plan.unchanged += 1
    else:
        plan.conflicts.append(
            SyncConflict(
                entry.name, _differences(now, entry), entry=entry, now=now, remembered=remembered
            )
        )


def _is_untouched(row: Any, now: RecordEntry | None, remembered: str) -> bool:
    if remembered == GONE:
        return is_archived(row)
    return now is not None and now.hash == remembered


def _missing(
    plan: Plan, name: tuple[str, str], row: Any, now: RecordEntry | None, choose: Choice
) -> None:
    """Plan for a row without a file: one made in the admin stays, an unchanged one is retired."""
    if not row.source_hash or row.source_hash == GONE or is_archived(row):
        return
    is_untouched = now is not None and now.hash == row.source_hash
    if is_untouched or _side(choose, " ".join(name)) == "theirs":
        plan.retire[name[0]].append((row, name[1]))
    else:
        plan.not_retired.append(" ".join(name))


def _differences(now: RecordEntry | None, entry: RecordEntry) -> dict[str, tuple[Any, Any]]:
    """Return field → (database, file), where they differ; an archived row has no fields."""
    ours = now.values if now else {"archived": True}
    names = sorted(set(ours) | set(entry.values))
    return {
        name: (ours.get(name), entry.values.get(name))
        for name in names
        if ours.get(name) != entry.values.get(name)
    }

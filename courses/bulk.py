"""Rows written in few statements, without building an expression for each value.

`bulk_create` and `bulk_update` prepare every column of every row as an expression, and an update
has a CASE for each column: Python spends several times what the database needs. Here a row's
values are adapted by their fields and bound to one plain statement.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connections, models, router
from django.db.models import fields

_PLAIN: dict[type, type] = {
    fields.CharField: str,
    fields.TextField: str,
    fields.BooleanField: bool,
    fields.IntegerField: int,
    fields.PositiveIntegerField: int,
    fields.PositiveSmallIntegerField: int,
}
"""Fields whose values of this type every database takes as they are."""

_OLDEST_SQLITE = (3, 33)
"""The first one with UPDATE … FROM."""


def insert(
    rows: Sequence[models.Model], *, unique: tuple[str, ...] = (), update: tuple[str, ...] = ()
) -> None:
    """Insert new rows of one model, with all their columns; they do not get their keys.

    A row that is there already by its `unique` columns gets the values of those to `update`. Sends
    no signals, as `bulk_create`.
    """
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    connection = connections[alias]
    columns = [one for one in model._meta.concrete_fields if one is not model._meta.auto_field]
    made = [_values(connection, field, rows, is_new=True) for field in columns]
    tail = _conflict_text(model, alias, unique, update) if unique else ""
    for part in _parts(connection, len(rows), len(columns)):
        place = _places([_is_blank(values[part]) for values in made])
        cells = [values[part] for values in made if not _is_blank(values[part])]
        bound = [value for row in zip(*cells, strict=True) for value in row]
        count = len(made[0][part])
        text = f"{_insert_head(model, alias)} VALUES {', '.join([place] * count)}{tail}"
        with connection.cursor() as cursor:
            cursor.execute(text, bound)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Update these columns of stored rows of one model, each by its primary key.

    Sends no signals, as `bulk_update`. Raises DatabaseError where a row is gone, as `save` does:
    what else the transaction writes for it must not stay behind.
    """
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    connection: Any = connections[alias]
    if connection.vendor == "sqlite" and connection.Database.sqlite_version_info < _OLDEST_SQLITE:
        _require_all(model, model._base_manager.bulk_update(rows, names), len(rows))
        return
    columns = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    made = [_values(connection, field, rows, is_new=False) for field in columns]
    head, tail = _update_text(model, alias, tuple(names))
    for part in _parts(connection, len(rows), len(columns)):
        cells = [values[part] for values in made]
        bound = [value for row in zip(*cells, strict=True) for value in row]
        place = _places([False] * len(columns))
        count = len(made[0][part])
        text = f"{head} (VALUES {', '.join([place] * count)}) {tail}"
        with connection.cursor() as cursor:
            cursor.execute(text, bound)
            _require_all(model, cursor.rowcount, count)


def _require_all(model: type[models.Model], updated: int, count: int) -> None:
    if updated != count:
        raise DatabaseError(f"{updated} of {count} rows of {model._meta.label} were there.")


def _values(
    connection: Any, field: Any, rows: Sequence[models.Model], *, is_new: bool
) -> list[Any]:
    """Return the values of one column as the database takes them."""
    plain, name = _plain(field), field.attname
    found = [getattr(row, name) for row in rows]
    if type(field).pre_save is not fields.Field.pre_save:  # such as a time set by itself
        found = [field.pre_save(row, is_new) for row in rows]
    adapt: Callable[..., Any] = field.get_db_prep_save
    return [
        value if value is None or type(value) is plain else adapt(value, connection)
        for value in found
    ]


def _plain(field: Any) -> type | None:
    """Return the type of the values that need not be adapted."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.AutoField | models.BigAutoField | models.SmallAutoField):
        return int
    return _PLAIN.get(type(field))


def _is_blank(values: Sequence[Any]) -> bool:
    return all(value is None for value in values)


def _places(are_blank: Sequence[bool]) -> str:
    return "(" + ", ".join("NULL" if one else "%s" for one in are_blank) + ")"


def _parts(connection: Any, rows: int, columns: int) -> list[slice]:
    """Return the rows in parts that one statement can take."""
    limit = connection.features.max_query_params
    size = max(1, limit // columns) if limit else rows
    return [slice(start, start + size) for start in range(0, rows, size)]


@lru_cache(maxsize=64)
def _insert_head(model: type[models.Model], alias: str) -> str:
    quote: Any = connections[alias].ops.quote_name
    meta: Any = model._meta
    names = [quote(one.column) for one in meta.concrete_fields if one is not meta.auto_field]
    return f"INSERT INTO {quote(meta.db_table)} ({', '.join(names)})"


@lru_cache(maxsize=64)
def _conflict_text(
    model: type[models.Model], alias: str, unique: tuple[str, ...], update: tuple[str, ...]
) -> str:
    quote: Any = connections[alias].ops.quote_name
    meta: Any = model._meta
    keys, changed = (
        [quote(meta.get_field(name).column) for name in names] for names in (unique, update)
    )
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in changed)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=64)
def _update_text(model: type[models.Model], alias: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Return what stands before and after the list of values."""
    connection: Any = connections[alias]
    meta: Any = model._meta
    quote = connection.ops.quote_name
    columns = [meta.pk, *(meta.get_field(name) for name in names)]
    # Both databases call the columns of such a list column1, column2 and so on.
    given = [_as_type(connection, one, f"new.column{n}") for n, one in enumerate(columns, start=1)]
    changes = [f"{quote(one.column)} = {text}" for one, text in zip(columns, given, strict=True)]
    table = quote(meta.db_table)
    return (
        f"UPDATE {table} SET {', '.join(changes[1:])} FROM",  # noqa: S608 - names of the models
        f"AS new WHERE {table}.{changes[0]}",
    )


def _as_type(connection: Any, field: Any, text: str) -> str:
    """Return the value as the type of its column, which a list of values does not have.

    Texts keep their own: a cast would cut off what is too long for the column.
    """
    if connection.vendor == "sqlite" or isinstance(field, models.CharField | models.TextField):
        return text
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return f"CAST({text} AS {kind})"

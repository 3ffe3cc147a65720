"""Queries that are compiled once in a process and then only executed.

For the few reads that nearly every page makes: building a query set and compiling it to SQL costs
Python several times what the database needs to answer it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import Error, connections, models, router
from django.db.models import query
from django.db.transaction import TransactionManagementError
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=models.Model)


class SmallInteger(int):
    """The kind of a value that is compared with a column of small integers."""


class Address(str):
    """The kind of an IP address."""

    __slots__ = ()


class UserKey:
    """Stands for the kind of the primary key of the host's user model."""


_SAMPLES: dict[type, tuple[Any, Any]] = {
    int: (1_900_000_001, 1_900_001_001),
    SmallInteger: (31_001, 32_001),
    str: ("sample-a-", "sample-b-"),
    Address: (Address("192.0.2.1"), Address("192.0.2.2")),
    UUID: (UUID(int=0xA << 64), UUID(int=0xB << 64)),
    datetime: (datetime(1901, 1, 1, tzinfo=UTC), datetime(1902, 2, 2, tzinfo=UTC)),
    date: (date(1901, 1, 1), date(1902, 1, 1)),
}


_ADDRESS: Any = models.GenericIPAddressField()


@dataclass(frozen=True)
class _Compiled:
    """A query as SQL, and how its rows become instances."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    """(place among the parameters, which of the values stands there)."""
    converted: tuple[tuple[int, Any], ...]
    """(number of a column, its expression) where the database's value is not the field's."""
    model: Any
    columns: slice
    names: tuple[str, ...]
    populators: Sequence[Any]
    annotated: tuple[tuple[str, int], ...]
    """(name of an annotation, number of its column)."""
    is_lock: bool

    def instances(self, alias: str, values: Sequence[Any]) -> list[Any]:
        """Return the instances for the values, in the order of the query."""
        return [self._instance(alias, row) for row in self.rows(alias, values)]

    def rows(self, alias: str, values: Sequence[Any]) -> list[list[Any]]:
        """Return the columns as the fields have them, in the order of the query."""
        params = list(self.params)
        for place, index in self.places:
            params[place] = values[index]
        connection = connections[alias]
        if self.is_lock and _needs_transaction(connection):
            raise TransactionManagementError("Rows are locked in a transaction only.")
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        found = [list(row) for row in rows]
        if found:
            # Each thread has a connection of its own, so none is kept here.
            for number, expression in self.converted:
                for function in _converters(connection, expression):
                    for row in found:
                        row[number] = function(row[number], expression, connection)
        return found

    def _instance(self, alias: str, values: list[Any]) -> Any:
        made = self.model.from_db(alias, self.names, values[self.columns])
        for populator in self.populators:
            populator.populate(values, made)
        for name, number in self.annotated:
            setattr(made, name, values[number])
        return made


class PreparedQuery(Generic[M]):
    """A query set of the values that `make` takes, never None; `_SAMPLES` lists their kinds.

    `make` returns an ordinary query set, which may select related rows, leave columns out, annotate
    its rows and lock them; nothing but its values may change its SQL, and nothing is prefetched.
    Where this Django cannot prepare it, the query set itself is asked each time.
    """

    def __init__(self, make: Callable[..., models.QuerySet[M]], *kinds: type) -> None:
        self._make = make
        self._kinds = kinds
        self._model: Any = None
        self._is_lock = False
        self._compiled: dict[str, _Compiled | None] = {}

    def is_prepared(self) -> bool:
        """Return whether it is executed without being compiled again; prepares it."""
        return self._prepared(self._alias()) is not None

    def all(self, *values: Any) -> list[M]:
        """Return the rows for the values. One query."""
        alias = self._alias()
        compiled = self._prepared(alias)
        if compiled is None:
            return list(self._make(*values))
        return compiled.instances(alias, [_adapted(alias, value) for value in values])

    def columns(self, *values: Any) -> list[Sequence[Any]]:
        """Return the rows of a query set of `values_list`: of fields alone, in their order."""
        alias = self._alias()
        compiled = self._prepared(alias)
        if compiled is None:
            return list(self._make(*values))  # type: ignore[arg-type]
        return list(compiled.rows(alias, [_adapted(alias, value) for value in values]))

    def first(self, *values: Any) -> M | None:
        """Return the first of `all`, or None; for queries that find few rows."""
        rows = self.all(*values)
        return rows[0] if rows else None

    def _alias(self) -> str:
        if self._model is None:
            rows = self._make(*self._samples(0))
            self._model, self._is_lock = rows.model, rows.query.select_for_update
        find = router.db_for_write if self._is_lock else router.db_for_read
        return str(find(self._model))

    def _prepared(self, alias: str) -> _Compiled | None:
        if alias not in self._compiled:
            if self._is_lock and _needs_transaction(connections[alias]):
                return None  # Django compiles a lock inside of a transaction only.
            try:
                self._compiled[alias] = self._compile(alias)
            except Error:  # The database cannot be reached: compiled when it is back.
                raise
            except Exception:
                logger.warning("A query is compiled each time: %s", self._model, exc_info=True)
                self._compiled[alias] = None
        return self._compiled[alias]

    def _samples(self, which: int) -> list[Any]:
        kinds = [_user_key() if kind is UserKey else kind for kind in self._kinds]
        return [_numbered(_SAMPLES[kind][which], n) for n, kind in enumerate(kinds)]

    def _compile(self, alias: str) -> _Compiled:
        """Compile with two sets of values; the parameters that differ are their places."""
        made = []
        for which in (0, 1):
            rows = self._make(*self._samples(which)).using(alias)
            compiler = rows.query.get_compiler(alias)
            made.append((compiler, *compiler.as_sql()))
        (compiler, sql, params), (_other, other_sql, other_params) = made
        pairs = zip(params, other_params, strict=True)
        differing = {place: pair for place, pair in enumerate(pairs) if pair[0] != pair[1]}
        wanted = [[_adapted(alias, one) for one in self._samples(which)] for which in (0, 1)]
        index = {pair: n for n, pair in enumerate(zip(*wanted, strict=True))}
        places = tuple((place, index[pair]) for place, pair in differing.items())
        if sql != other_sql or {n for _place, n in places} != set(range(len(self._kinds))):
            message = f"its SQL depends on more than its values: {sql}"
            raise ValueError(message)
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1]
        columns = slice(first, last + 1)
        connection = connections[alias]
        expressions = [one[0] for one in compiler.select[: compiler.col_count]]
        return _Compiled(
            sql=sql,
            params=tuple(params),
            places=places,
            converted=tuple(
                (n, one) for n, one in enumerate(expressions) if _converters(connection, one)
            ),
            model=info["model"],
            columns=columns,
            names=tuple(one[0].target.attname for one in compiler.select[columns]),
            populators=_populators(info, compiler.select, alias),
            annotated=tuple(compiler.annotation_col_map.items()),
            is_lock=self._is_lock,
        )


def _needs_transaction(connection: Any) -> bool:
    """Return whether rows cannot be locked now, as no transaction has begun."""
    return bool(connection.features.has_select_for_update and connection.get_autocommit())


def _converters(connection: Any, expression: Any) -> list[Any]:
    """Return what makes the field's value from the database's, as the compiler does."""
    return [
        *connection.ops.get_db_converters(expression),
        *expression.get_db_converters(connection),
    ]


def _user_key() -> type:
    field = get_user_model()._meta.pk
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.IntegerField):
        return int
    return UUID if isinstance(field, models.UUIDField) else str


def _numbered(sample: Any, number: int) -> Any:
    if isinstance(sample, UUID):
        return UUID(int=sample.int + number)
    if isinstance(sample, date):
        return sample + timedelta(days=number)
    return type(sample)(f"{sample}{number}") if isinstance(sample, str) else sample + number


def _adapted(alias: str, value: Any) -> Any:
    """Return the value as the database takes it."""
    if isinstance(value, UUID) and not connections[alias].features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connections[alias].ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connections[alias].ops.adapt_datefield_value(value)
    if isinstance(value, Address):
        return _ADDRESS.get_db_prep_value(str(value), connections[alias])
    return value


def _populators(info: Any, select: Any, alias: str) -> Sequence[Any]:
    """Return what makes the related instances of a row, on this version of Django."""
    make: Any = query.get_related_populators
    if "fetch_mode" in signature(make).parameters:  # from Django 6.1 on
        return list(make(info, select, alias, import_string("django.db.models.FETCH_ONE")))
    return list(make(info, select, alias))

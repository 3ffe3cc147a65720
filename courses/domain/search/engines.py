"""The rows that match words, with a rank, from the index of PostgreSQL or SQLite or without one.

Each engine reads at most `limit` matches, so that a word that stands everywhere costs no more than
a rare one. Words are letters and digits alone (`words`), so none can mean anything to an engine.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connections, router
from django.db.models import Q

from courses import full_text
from courses.domain.search.words import SHORTEST_BEGINNING
from courses.models import SearchText


@dataclass(frozen=True)
class TextQuery:
    """What is looked for, and in which courses."""

    words: tuple[str, ...]
    courses: tuple[int, ...]
    """The courses whose texts may be read; `languages` are theirs."""
    languages: frozenset[str] = frozenset()
    with_open: bool = False
    """Look also at what everybody may read: of `opened`, else of all courses."""
    opened: int | None = None
    needs_all: bool = True
    """Must all words be there? Else one of them."""
    in_titles: bool = False
    is_beginning: bool = True
    """May the last word be the beginning of a longer one?"""
    versions: tuple[int, ...] | None = None
    """Look at these question versions, and at nothing else."""


@dataclass(frozen=True)
class Match:
    """A row that matches; a higher rank is better, within one query."""

    pk: int
    course_id: int
    kind: str
    lesson_id: int | None
    version_id: int | None
    title_words: str
    rank: float


_COLUMNS = ("id", "course_id", "kind", "lesson_id", "version_id", "title_words")


def matches(query: TextQuery, *, limit: int) -> list[Match]:
    """Return some of the rows that match, each once, the best first."""
    if not query.words or query.versions == () or not (query.courses or query.with_open):
        return []
    alias = router.db_for_read(SearchText)
    find = {"postgresql": _in_postgresql, "sqlite": _in_sqlite}.get(connections[alias].vendor)
    if find is None or not _is_installed(alias):
        return in_rows(query, limit=limit)
    best: dict[int, Match] = {}
    for match in find(connections[alias], query, limit):
        if match.pk not in best or match.rank > best[match.pk].rank:
            best[match.pk] = match
    return sorted(best.values(), key=lambda one: (-one.rank, one.pk))


def frequent(query: TextQuery, *, limit: int) -> list[Match]:
    """Return `limit` rows with the words as they are; none where there are fewer.

    For SQLite alone, where the beginning of a word that stands everywhere costs several times the
    word itself: FTS5 first puts the places of all words that begin so together.
    """
    if not query.words or not (query.courses or query.with_open):
        return []
    alias = router.db_for_read(SearchText)
    is_long = len(query.words[-1]) > max(full_text.PREFIXES)
    if not is_long or connections[alias].vendor != "sqlite" or not _is_installed(alias):
        return []
    whole = replace(query, is_beginning=False)
    found = _unranked(connections[alias], full_text.WORDS_TABLE, whole, limit)
    return found if len(found) >= limit else []


def in_rows(query: TextQuery, *, limit: int) -> list[Match]:
    """Find the rows without an index: by reading them."""
    rows = SearchText.objects.filter(_scope(query))
    wanted = Q()
    for word in query.words:
        here = Q(title_words__contains=word)
        if not query.in_titles:
            here |= Q(words__contains=word)
        wanted = wanted & here if query.needs_all else wanted | here
    found = rows.filter(wanted).order_by("pk").values(*_COLUMNS)[:limit]
    names = {"id": "pk"}
    return [
        Match(**{names.get(name, name): value for name, value in row.items()}, rank=1.0)
        for row in found
    ]


def _scope(query: TextQuery) -> Q:
    if query.versions is not None:
        return Q(version__in=query.versions)
    found = Q(course__in=query.courses) & ~Q(kind=SearchText.Kind.QUESTION)
    if not query.with_open:
        return found
    of_all = Q(scope__endswith=" open")
    return found | (of_all & Q(course=query.opened) if query.opened else of_all)


_known: set[str] = set()


def _is_installed(alias: str) -> bool:
    """Return whether the database has its index; asked once a process where it has."""
    if alias not in _known and full_text.is_installed(connections[alias]):
        _known.add(alias)
    return alias in _known


def _in_postgresql(connection: Any, query: TextQuery, limit: int) -> Iterable[Match]:
    column = full_text.TITLE_COLUMN if query.in_titles else full_text.COLUMN
    configurations = ["simple", *(full_text.CONFIGURATIONS[one] for one in sorted(query.languages))]
    asked = " || ".join(f"to_tsquery('pg_catalog.{name}', %s)" for name in configurations)
    values = _tsqueries(query, "", len(configurations))
    ranked = _tsqueries(query, "A", len(configurations)) if query.in_titles else values
    if query.versions is not None:
        scope, among = "version_id = ANY(%s)", [list(query.versions)]
    else:
        scope, among = "course_id = ANY(%s) AND kind <> 'question'", [list(query.courses)]
        if query.with_open:
            one = f" AND course_id = {int(query.opened)}" if query.opened else ""
            scope = f"({scope} OR scope LIKE '%% open'{one})"
    columns = ", ".join(_COLUMNS)
    # The rows are limited before they are ranked: ranking reads the whole document of each.
    sql = (
        f"SELECT {columns}, ts_rank(document, asked.query, 1) FROM ("  # noqa: S608 (our own names)
        f"SELECT {columns}, document FROM {full_text.TABLE} "
        f"WHERE {column} @@ ({asked}) AND {scope} LIMIT %s"
        f") found, (SELECT {asked} AS query) asked"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *among, limit, *ranked])
        return [Match(*row) for row in cursor.fetchall()]


def _tsqueries(query: TextQuery, weight: str, count: int) -> list[str]:
    """Return the words for so many configurations; the first takes words as they are."""
    first = _tsquery(query, weight, is_beginning=query.is_beginning)
    return [first, *[_tsquery(query, weight, is_beginning=False)] * (count - 1)]


def _tsquery(query: TextQuery, weight: str, *, is_beginning: bool) -> str:
    parts = [f"'{word}':{weight}" if weight else f"'{word}'" for word in query.words]
    if is_beginning and len(query.words[-1]) >= SHORTEST_BEGINNING:
        parts[-1] = f"'{query.words[-1]}':*{weight}"
    return (" & " if query.needs_all else " | ").join(parts)


def _in_sqlite(connection: Any, query: TextQuery, limit: int) -> Iterable[Match]:
    """Find the words as they are, then English stems.

    Only where fewer than `limit` match they are ranked: for that FTS5 reads all rows with a word,
    so one that stands everywhere would cost more the larger the courses are. For the same reason
    the stems of single words are not looked for in titles.
    """
    found = _in_table(connection, full_text.WORDS_TABLE, query, limit)
    has_stems = query.needs_all or not query.in_titles
    if len(found) < limit and has_stems and full_text.STEMMED in query.languages:
        found += _in_table(connection, full_text.STEMS_TABLE, query, limit)
    return found


def _in_table(connection: Any, table: str, query: TextQuery, limit: int) -> list[Match]:
    found = _unranked(connection, table, query, limit)
    if len(found) >= limit or not found or query.versions is not None:
        return found
    # A word in a title counts ten times; who may read a row does not count.
    return _rows(connection, table, query, limit, rank=f"-bm25({table}, 0, 10, 1)")


def _unranked(connection: Any, table: str, query: TextQuery, limit: int) -> list[Match]:
    return _rows(connection, table, query, limit, rank="0.0")


def _rows(connection: Any, table: str, query: TextQuery, limit: int, *, rank: str) -> list[Match]:
    columns = ", ".join(f"row.{name}" for name in _COLUMNS)
    among = ""
    if query.versions is not None:
        among = f"AND row.version_id IN ({', '.join(map(str, map(int, query.versions)))})"
    sql = (
        f"SELECT {columns}, {rank} FROM {table} "  # noqa: S608 (names and numbers of our own)
        f"CROSS JOIN {full_text.TABLE} row ON row.id = {table}.rowid "
        f"WHERE {table} MATCH %s {among} LIMIT %s"
    )
    wanted = _fts5(query, is_beginning=table == full_text.WORDS_TABLE and query.is_beginning)
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted, limit])
        return [Match(*row) for row in cursor.fetchall()]


def _fts5(query: TextQuery, *, is_beginning: bool) -> str:
    parts = [f'"{word}"' for word in query.words]
    if is_beginning and len(query.words[-1]) >= SHORTEST_BEGINNING:
        parts[-1] += " *"
    words = (" AND " if query.needs_all else " OR ").join(parts)
    columns = "title_words" if query.in_titles else "title_words words"
    return f"({_fts5_scope(query)}) AND ({{{columns}}} : ({words}))"


def _fts5_scope(query: TextQuery) -> str:
    letter = "c" if query.versions is None else "q"
    tokens = [f"{letter}{pk}" for pk in query.courses]
    if query.with_open:
        tokens.append(f"(open AND c{query.opened})" if query.opened else "open")
    return f"scope : ({' OR '.join(tokens)})"


def languages_of(codes: Collection[str]) -> frozenset[str]:
    """Return the languages as the index knows them."""
    return frozenset(filter(None, map(full_text.language_of, codes)))

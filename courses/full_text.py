"""What the database needs to search the texts of courses: an index over the rows of one table.

PostgreSQL gets two generated columns with a GIN index each, SQLite two FTS5 tables that triggers
keep in step: one with the words as they are, one with the stems of English words. The rows hold
their words without case and accents, so both engines compare the same. Other databases have no such
index, nor has a SQLite without FTS5; there the search reads the rows.
"""

from typing import Any

TABLE = "cx_courses_searchtext"
WORDS_TABLE = "cx_courses_search_words"
STEMS_TABLE = "cx_courses_search_stems"
COLUMN = "document"
TITLE_COLUMN = "title_document"
"""The titles alone: an index of PostgreSQL does not know in which part of a text a word stands."""

CONFIGURATIONS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Language → its text search configuration, in every PostgreSQL that Django works with."""
STEMMED = "en"
"""The one language whose stems FTS5 knows."""

PREFIXES = (2, 3)
"""Lengths of the beginnings of words for which FTS5 has an index of its own."""

_SAME_AS = {"nb": "no", "nn": "no"}
_TRIGGERS = {"insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}
_COLUMNS = ("scope", "title_words", "words")


def language_of(code: str) -> str:
    """Return the language of a course as it is indexed; "" where its stems are not known."""
    first = code.replace("_", "-").partition("-")[0].lower()
    found = _SAME_AS.get(first, first)
    return found if found in CONFIGURATIONS else ""


def install(connection: Any) -> None:
    """Make the index of the table where it is missing. Safe to repeat."""
    if is_installed(connection):
        return
    if connection.vendor == "postgresql":
        _run(connection, _postgresql())
    elif connection.vendor == "sqlite" and _has_fts5(connection):
        remove(connection)
        _run(connection, _sqlite())


def remove(connection: Any) -> None:
    """Take the index away; the rows stay."""
    if connection.vendor == "postgresql":
        drops = [f"DROP COLUMN IF EXISTS {name}" for name in (COLUMN, TITLE_COLUMN)]
        _run(connection, [f"ALTER TABLE {TABLE} {', '.join(drops)}"])
    elif connection.vendor == "sqlite":
        drops = [f"DROP TRIGGER IF EXISTS {TABLE}_{event}" for event in _TRIGGERS]
        drops += [f"DROP TABLE IF EXISTS {table}" for table in (WORDS_TABLE, STEMS_TABLE)]
        _run(connection, drops)


def is_installed(connection: Any) -> bool:
    """Return whether the table has its index. At most one query."""
    if connection.vendor == "postgresql":
        names = [TABLE, COLUMN, TITLE_COLUMN]
        query = (
            "SELECT count(*) FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attname IN (%s, %s) AND NOT attisdropped"
        )
        return _count(connection, query, names) == len(names) - 1
    if connection.vendor == "sqlite":
        names = [WORDS_TABLE, STEMS_TABLE, *(f"{TABLE}_{event}" for event in _TRIGGERS)]
        places = ", ".join(["%s"] * len(names))
        query = f"SELECT count(*) FROM sqlite_master WHERE name IN ({places})"  # noqa: S608
        return _count(connection, query, names) == len(names)
    return False


def _has_fts5(connection: Any) -> bool:
    return _count(connection, "SELECT sqlite_compileoption_used('ENABLE_FTS5')", []) == 1


def _postgresql() -> list[str]:
    """Return the columns that PostgreSQL computes for each row, with an index each.

    A word stands there as it is and, where the language is known, by its stem.
    """
    parts = []
    for column, weight in (("title_words", "A"), ("words", "B")):
        stems = " ".join(
            f"WHEN '{language}' THEN to_tsvector('pg_catalog.{name}'::regconfig, {column})"
            for language, name in sorted(CONFIGURATIONS.items())
        )
        parts += [
            f"setweight(to_tsvector('pg_catalog.simple'::regconfig, {column}), '{weight}')",
            f"setweight(CASE language {stems} ELSE ''::tsvector END, '{weight}')",
        ]
    columns = {COLUMN: " || ".join(parts), TITLE_COLUMN: " || ".join(parts[:2])}
    added = [
        f"ADD COLUMN IF NOT EXISTS {name} tsvector GENERATED ALWAYS AS ({document}) STORED"
        for name, document in columns.items()
    ]
    return [
        f"ALTER TABLE {TABLE} {', '.join(added)}",
        *(
            f"CREATE INDEX IF NOT EXISTS {TABLE}_{name} ON {TABLE} USING gin ({name})"
            for name in columns
        ),
    ]


def _sqlite() -> list[str]:
    """Return the tables, the triggers that write them, and what fills them from the rows.

    They hold no text, only where each word stands: the rows have the text.
    """
    columns = ", ".join(_COLUMNS)
    prefixes = " ".join(map(str, PREFIXES))
    words, stems = "unicode61 remove_diacritics 2", "porter unicode61 remove_diacritics 2"
    made = [
        f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, content='', prefix='{prefixes}', "
        f"tokenize='{tokens}')"
        for table, tokens in ((WORDS_TABLE, words), (STEMS_TABLE, stems))
    ]
    for event, name in _TRIGGERS.items():
        forget = "" if event == "insert" else _sqlite_writes("old", is_deleting=True)
        write = "" if event == "delete" else _sqlite_writes("new", is_deleting=False)
        made.append(
            f"CREATE TRIGGER {TABLE}_{event} AFTER {name} ON {TABLE} BEGIN {forget}{write}END"
        )
    for table, condition in ((WORDS_TABLE, "1"), (STEMS_TABLE, f"language = '{STEMMED}'")):
        made.append(
            f"INSERT INTO {table}(rowid, {columns}) "  # noqa: S608 (names of our own)
            f"SELECT id, {columns} FROM {TABLE} WHERE {condition}"
        )
    return made


def _sqlite_writes(row: str, *, is_deleting: bool) -> str:
    """Return the statements of a trigger that write a row into both tables, or delete it there."""
    columns = ", ".join(_COLUMNS)
    values = ", ".join(f"{row}.{column}" for column in _COLUMNS)
    found = ""
    for table, condition in ((WORDS_TABLE, "1"), (STEMS_TABLE, f"{row}.language = '{STEMMED}'")):
        names = f"{table}, rowid, {columns}" if is_deleting else f"rowid, {columns}"
        head = f"'delete', {row}.id" if is_deleting else f"{row}.id"
        found += f"INSERT INTO {table}({names}) SELECT {head}, {values} WHERE {condition}; "
    return found


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _count(connection: Any, query: str, values: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])

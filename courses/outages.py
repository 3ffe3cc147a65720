"""Is a database error a fault of ours, or is the database away, busy or full for now?"""

import sqlite3

from django.db import DatabaseError, InterfaceError, OperationalError

RETRY_AFTER_S = 5
"""When it is worth trying again."""

# Result codes of SQLite with another cause than the statement; its other codes are our faults.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_SQLITE_PRIMARY = 0xFF
# Classes and codes of PostgreSQL's SQLSTATE: connection, resources, shutdown, serialization and
# deadlock, a lock not to be had, a server that only reads for now.
_SQLSTATES = ("08", "53", "57P", "40001", "40P01", "55P03", "25006")


def is_outage(error: BaseException | None) -> bool:
    """Return whether the same request would succeed once the database is back."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & _SQLITE_PRIMARY in _SQLITE
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_SQLSTATES)
    # Without a code: the driver had no server to ask.
    return isinstance(error, InterfaceError | OperationalError)

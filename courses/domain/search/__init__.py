"""Search in the texts of courses: what one person may read, the best first."""

from courses.domain.search.excerpts import Piece
from courses.domain.search.finding import SearchPage, search
from courses.domain.search.groups import FoundPassage, SearchGroup
from courses.domain.search.indexing import install, rebuild, refresh, refresh_due
from courses.domain.search.verifying import IndexDifference, verify, verify_tables
from courses.domain.search.words import LONGEST_QUERY

__all__ = [
    "LONGEST_QUERY",
    "FoundPassage",
    "IndexDifference",
    "Piece",
    "SearchGroup",
    "SearchPage",
    "install",
    "rebuild",
    "refresh",
    "refresh_due",
    "search",
    "verify",
    "verify_tables",
]

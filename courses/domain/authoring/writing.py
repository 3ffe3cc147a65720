"""Write all rows of a plan: the order in which tables depend on each other."""

from courses.domain.authoring.bank import write_questions
from courses.domain.authoring.bulk_writer import BulkWriter
from courses.domain.authoring.quizzes import write_quizzes
from courses.domain.authoring.structure import write_lessons, write_structure


def write_rows(writer: BulkWriter) -> None:
    """Write all rows, those that others name first."""
    write_structure(writer)
    write_questions(writer)
    write_lessons(writer)
    write_quizzes(writer)
    writer.save_hashes()

"""Which formats are written, and by what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from courses.coursefiles.emitter import emit
from courses.interchange.gift.writing import write_gift
from courses.interchange.moodle_xml.writing import write_moodle_xml
from courses.interchange.outgoing import OutgoingQuestion, Written
from courses.interchange.qti21 import write_qti21
from courses.interchange.sheet_writing import write_csv
from courses.questions.data import dump


@dataclass(frozen=True)
class WrittenFormat:
    """A format that is written: its key for the command, its name, and the ending of its files."""

    key: str
    label: Any
    ending: str
    write: Callable[[Sequence[OutgoingQuestion]], Written]


def write_yaml(questions: Sequence[OutgoingQuestion]) -> Written:
    """Return the questions as a file of a course has them; nothing is lost."""
    records = [dump(one.record) for one in questions if one.record is not None]
    return Written(emit(records).encode())


FORMATS = (
    WrittenFormat("gift", "GIFT", "gift", write_gift),
    WrittenFormat("moodlexml", "Moodle XML", "xml", write_moodle_xml),
    WrittenFormat("csv", "CSV", "csv", write_csv),
    WrittenFormat("qti21", "QTI 2.1", "zip", write_qti21),
    WrittenFormat("yaml", "YAML", "yaml", write_yaml),
)
WRITE = {one.key: one for one in FORMATS}

"""The rules that a course asks of itself before it is published, checked by file and line.

They are data in the course's `publishing.yaml`, so that a host chooses its own. What they find is
no mistake of form; the course can still be synchronised. Courses that are
written in the admin keep their rules in their row (`written.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from courses.coursefiles.drafts import DraftReader
from courses.coursefiles.folder import read_folder
from courses.coursefiles.problems import FileProblem, Notes
from courses.coursefiles.publishing.material import Material, gather
from courses.coursefiles.publishing.names import check_links, check_objectives, check_terms
from courses.coursefiles.publishing.overlap import check_overlaps
from courses.coursefiles.publishing.rules import RULES_FILE, PublishRules, read_rules
from courses.coursefiles.publishing.stems import check_stems

__all__ = ["CHECKS", "RULES_FILE", "PublishRules", "check_course", "check_files", "findings"]

R = TypeVar("R")

CHECKS: tuple[Callable[[Material, PublishRules], Iterator[FileProblem]], ...] = (
    check_terms,
    check_links,
    check_objectives,
    check_stems,
    check_overlaps,
)


def check_course(folder: Path) -> tuple[FileProblem, ...]:
    """Return what the rules in the folder find in its course; nothing without a `publishing.yaml`.

    Raises CourseFilesError when the files, the rules among them, cannot be understood.
    """
    notes = Notes()
    return findings(read_folder(folder, notes), notes, PublishRules, RULES_FILE, CHECKS)


def check_files(files: Mapping[str, bytes]) -> tuple[FileProblem, ...]:
    """Return the same for files that were read already: path relative to the folder → content."""
    return findings(files, Notes(), PublishRules, RULES_FILE, CHECKS)


def findings(
    files: Mapping[str, bytes],
    notes: Notes,
    kind: type[R],
    rules_file: str,
    checks: Iterable[Callable[[Material, R], Iterator[FileProblem]]],
) -> tuple[FileProblem, ...]:
    """Return what checks find by the rules in one of the course's files, sorted by place."""
    content = files.get(rules_file)
    if content is None:
        return ()
    read = read_rules(kind, rules_file, content, notes)
    draft = DraftReader(files, notes).course()
    notes.stop_if_any()
    if draft is None or read is None:  # both are problems, noted above
        raise AssertionError
    rules, document = read
    material = gather(draft, document)
    return tuple(sorted({problem for check in checks for problem in check(material, rules)}))

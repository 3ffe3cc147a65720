"""The public sample files in the folder that CX_CORPORA names; no file of it is in the project."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = os.environ.get("CX_CORPORA", "")


@dataclass(frozen=True)
class Sample:
    """One file, and what another system's importer made of it."""

    format: str
    path: Path
    imports: bool
    count: int


def samples() -> Iterator[Sample]:
    """Yield every file that ORACLE.tsv lists."""
    folder = Path(FOLDER)
    with (folder / "ORACLE.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Sample(
                row["file"].partition("/")[0],
                folder / row["file"],
                row["moodle_4_5_imports"] == "True",
                int(row["questions"]),
            )

"""Public sample files give as many questions as another system's importer found in them."""

import pytest

from courses.interchange import formats
from courses.interchange.report import report_of
from tests.interchange import corpora

pytestmark = pytest.mark.skipif(not corpora.FOLDER, reason="CX_CORPORA names no folder")


def test_every_sample_file_is_read_and_each_question_is_supported_or_has_a_reason() -> None:
    seen = 0
    for sample in corpora.samples():
        if sample.format not in formats.BY_KEY:
            continue
        found = formats.read(sample.format, sample.path.read_bytes(), name=sample.path.name)
        report = report_of(found)
        refused = [(row["type"], row["reason"]) for row in report["unsupported"]]
        print(sample.path.name, report["found"], report["supported"], refused)  # noqa: T201
        if sample.imports and sample.count:
            assert report["found"] == sample.count, sample.path.name
        assert report["found"] == report["supported"] + len(report["unsupported"])
        assert all(row["reason"] and row["line"] for row in report["unsupported"]), sample.path.name
        assert all(row["type"] for row in report["questions"])
        seen += 1
    assert seen

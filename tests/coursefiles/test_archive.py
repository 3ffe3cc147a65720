"""A course as a zip: there and back it is the same; what a zip must not do is refused."""

import io
import stat
import zipfile

import pytest

from courses.coursefiles import CourseFilesError, read_files
from courses.coursefiles.archive import read_archive, write_archive
from courses.coursefiles.folder import FILE_LIMIT
from tests.content.oracle import shipped
from tests.coursefiles.sample import files


def zipped(members, **more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file


def refused(file):
    with pytest.raises(CourseFilesError) as caught:
        read_archive(file)
    return [(one.file, one.message) for one in caught.value.file_problems]


@pytest.mark.slow
def test_the_shipped_course_comes_back_as_it_was_and_gives_the_same_bytes():
    first, again = io.BytesIO(), io.BytesIO()
    write_archive(shipped(), first)
    course = read_files(read_archive(first)).course
    assert course == shipped()
    write_archive(course, again)
    assert first.getvalue() == again.getvalue()


def test_folder_around_and_what_computers_add_are_left_out():
    members = [(f"my-course/{name}", content) for name, content in files().items()]
    members += [("my-course/.DS_Store", b"x"), ("__MACOSX/my-course/._course.yaml", b"x")]
    assert read_archive(zipped([*members, ("my-course/README.md", b"#")])) == files()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../evil.yaml", "file name"),
        ("/etc/passwd", "file name"),
        ("m1/..\\evil.yaml", "file name"),
        ("a/b/c/d/e.yaml", "nested"),
        ("COURSE.yaml", "upper and lower case"),
        ("m1//x.yaml", "file name"),
        ("nul\n.yaml", "file name"),
    ],
)
def test_path_out_of_the_course_is_refused(name, word):
    ((_file, message),) = refused(zipped([("course.yaml", b"key: a"), (name, b"x")]))
    assert word in message


def test_link_and_unknown_compression_are_refused():
    link = zipfile.ZipInfo("m1/link.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "Links" in refused(zipped([(link, b"/etc/passwd")]))[0][1]
    packed = zipfile.ZipInfo("m1/packed.yaml")
    packed.compress_type = zipfile.ZIP_BZIP2
    assert "compressed" in refused(zipped([(packed, b"x")]))[0][1]


def test_bombs_are_read_no_further_than_a_file_may_be(settings):
    bomb = zipped([("bomb.yaml", b"\0" * (FILE_LIMIT * 4))])
    assert len(bomb.getvalue()) < 20_000
    assert "MiB" in refused(bomb)[0][1]
    settings.COURSES_COURSE_FILES_LIMIT = 3
    many = zipped([(f"m{number}.yaml", b"\0" * FILE_LIMIT) for number in range(4)])
    ((name, message),) = refused(many)
    assert (name, "together" in message) == ("m1.yaml", True)
    crowd = zipped([(f"f{number}.yaml", b"") for number in range(1_001)])
    assert "more than 1000 files" in refused(crowd)[0][1]


def test_what_is_no_zip_or_damaged_is_said():
    assert refused(io.BytesIO(b"PK\3\4 not really"))[0][0] == "."
    good = zipped([("course.yaml", b"key: a\n" * 500)]).getvalue()
    broken = bytearray(good)
    broken[45:60] = b"\xff" * 15
    assert "damaged" in refused(io.BytesIO(bytes(broken)))[0][1]

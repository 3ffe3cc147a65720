"""A course as a folder of Markdown and YAML: plain records, read and written without a database."""

from courses.coursefiles.digest import folder_digest
from courses.coursefiles.problems import CourseFilesError, FileProblem
from courses.coursefiles.reader import CourseReading, read_course, read_files
from courses.coursefiles.schema import CourseFile
from courses.coursefiles.writer import course_files, write_course

__all__ = [
    "CourseFile",
    "CourseFilesError",
    "CourseReading",
    "FileProblem",
    "course_files",
    "folder_digest",
    "read_course",
    "read_files",
    "write_course",
]

"""`python -m tools.coursequality check` and `… coverage`, for the shipped course or another one."""

import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

import django

from courses.coursefiles import CourseFilesError
from tools.coursequality import lint_course
from tools.coursequality.coverage import gaps, read_coverage
from tools.coursequality.coverage_text import coverage_text

SHIPPED = Path("courses/content/customer-experience")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; 1 where something was found."""
    asked = _parser().parse_args(arguments)
    try:
        found: list[str] = asked.run(asked)
    except CourseFilesError as error:
        found = [f"{asked.folder}/{problem}" for problem in error.file_problems]
    for line in found:
        print(line, file=sys.stderr)
    return int(bool(found))


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tools.coursequality")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="Hold a course to the rules in its lint.yaml.")
    check.add_argument(
        "--on",
        type=date.fromisoformat,
        metavar="DATE",
        help="Also find sources that are to be checked again by then.",
    )
    check.set_defaults(run=_check)
    coverage = commands.add_parser(
        "coverage", help="Write which lessons and items cover what its coverage.yaml promises."
    )
    coverage.add_argument("--output", type=Path, default=Path("docs/course-coverage.md"))
    coverage.add_argument(
        "--root",
        type=Path,
        default=Path(),
        help="The folder that links to files start from; without it the current one.",
    )
    coverage.set_defaults(run=_coverage)
    for command in (check, coverage):
        command.add_argument("folder", nargs="?", type=Path, default=SHIPPED)
    return parser


def _check(asked: Namespace) -> list[str]:
    return [f"{asked.folder}/{problem}" for problem in lint_course(asked.folder, on=asked.on)]


def _coverage(asked: Namespace) -> list[str]:
    coverage = read_coverage(asked.folder)
    text = coverage_text(coverage, folder=asked.folder, document=asked.output, root=asked.root)
    asked.output.write_text(text, encoding="utf-8")
    print(f"Wrote {asked.output}.")
    return list(gaps(coverage, asked.root))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxcourse.settings")
    django.setup()
    sys.exit(main())

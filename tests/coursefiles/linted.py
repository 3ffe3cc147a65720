"""The sample course held to rules of one's own, and what they find."""

from collections.abc import Callable

from courses.coursefiles.publishing import check_files
from tests.coursefiles.sample import FILES, files
from tools.coursequality import lint_files

LESSON = "m1-first/01-two-views.md"
CHECKS = "m1-first/questions/checks.yaml"
BANK = "m1-first/questions/bank.yaml"
QUIZZES = "m1-first/quizzes.yaml"
MODULE = "m1-first/module.yaml"


def found(rules: str, **changes: str | None) -> list[str]:
    """Every finding as `file:line: message`; `changes` replace whole files of the sample."""
    return [str(problem) for problem in lint_files(files(**{"lint.yaml": rules, **changes}))]


def edited(rules: str, path: str, old: str, new: str) -> list[str]:
    """What the rules find after one text was replaced; they find nothing before."""
    return _edited(found, rules, path, old, new)


def unpublishable(rules: str, **changes: str | None) -> list[str]:
    """The same as `found` for the rules of `publishing.yaml`."""
    return [str(problem) for problem in check_files(files(**{"publishing.yaml": rules, **changes}))]


def edited_unpublishable(rules: str, path: str, old: str, new: str) -> list[str]:
    """The same as `edited` for the rules of `publishing.yaml`."""
    return _edited(unpublishable, rules, path, old, new)


def _edited(find: Callable[..., list[str]], rules: str, path: str, old: str, new: str) -> list[str]:
    assert find(rules) == []
    assert old in FILES[path]
    return find(rules, **{path: FILES[path].replace(old, new, 1)})


def bank(*places: int, long: tuple[int, ...] = (), tag: str = "bank", size: int = 3) -> str:
    """A bank's YAML with one single-choice question for each place of the key.

    Every question has 5 + 2 lines for each option + 2 for the key; see `line_of`.
    """
    questions = []
    for number, place in enumerate(places):
        options = []
        for index in range(size):
            text = f"Option {index} here" + (" and on and on" * (number in long) * (index == place))
            options.append(f"      - {{key: k{index}, text: {text}, feedback: Why.")
            options[-1] += ", correct: true}" if index == place else "}"
        stem = f"Which one of them is it, in case {'abcdefghijklmnopqrstuvwxyz'[number] * 3}?"
        questions.append(
            f"- key: q{number}\n  type: single_choice\n  objective: DEF-1\n  tags: [{tag}]\n"
            f"  data:\n    stem: {stem}\n    options:\n" + "\n".join(options) + "\n"
        )
    return "".join(questions)


def line_of(number: int, option: int, size: int = 3) -> int:
    """The line of an option in a bank made by `bank`."""
    return number * (7 + size) + 8 + option

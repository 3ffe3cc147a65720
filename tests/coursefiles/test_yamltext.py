"""The strict part of YAML: what it means, what it refuses, and what it costs."""

import pytest

from courses.coursefiles.yamltext import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2026-11-22", {"a": "2026-11-22"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: yes", {"a": "yes"}),
        ("a: No", {"a": "No"}),
        ("a: 010", {"a": "010"}),
        ("a: 0x10", {"a": "0x10"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: .5", {"a": ".5"}),
        ("a: 12", {"a": 12}),
        ("a: -3", {"a": -3}),
        ("a: 0.25", {"a": 0.25}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: '12'", {"a": "12"}),
        ("a: true", {"a": True}),
        ("a: FALSE", {"a": False}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("1: a", {"1": "a"}),
        ("true: a", {"true": "a"}),
        ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        ("a: >-\n  b\n  c\n", {"a": "b c"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("[1, [2, {a: 3}]]", [1, [2, {"a": 3}]]),
        (f"a: {'9' * 30}", {"a": "9" * 30}),
        ("", None),
        ("# nothing", None),
    ],
)
def test_values(text: str, value: object) -> None:
    document = parse(text)

    assert (document.value, document.problems) == (value, ())


def test_every_value_has_its_line() -> None:
    document = parse("- a:\n    b: 1\n  c: |\n    x\n    y\n- d:\n  - e\n  - f\n", first_line=3)

    assert document.lines == {
        "": 3,
        "0": 3,
        "0.a": 3,
        "0.a.b": 4,
        "0.c": 5,
        "1": 8,
        "1.d": 8,
        "1.d.0": 9,
        "1.d.1": 10,
    }
    assert document.line("0.a.missing.deeper") == 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2", 2, "“a” is given twice; first in line 1"),
        ("a:\n  b: 1\n  b: 2", 3, "“b” is given twice"),
        ("a: &x 1", 1, "Anchors"),
        ("a: &x [1]\nb: *x", 1, "Aliases"),
        ("a: !!python/object/apply:os.system [id]", 1, "Tags"),
        ("a: !x 1", 1, "Tags"),
        ("!!map {a: 1}", 1, "Tags"),
        ("&x a: 1", 1, "A name is expected"),
        ("? [a]\n: 1", 1, "A name is expected"),
        ("a: 1\n--- \nb: 1", 2, "only one YAML document"),
        ("a: [1", 2, "This is not YAML"),
        ("a: 'x", 1, "This is not YAML"),
        ("\ta: 1", 1, "This is not YAML"),
        ("a: \x01", 1, "This is not YAML"),
        ("[" * 50_000, 1, "nested too deeply"),
        ("- " * 500, 1, "nested too deeply"),
        ("a: " + "{a: " * 100, 1, "nested too deeply"),
        ("[" + "1, " * 100_001 + "1]", 1, "nested too deeply, or too long"),
    ],
)
def test_refused(text: str, line: int, words: str) -> None:
    problems = parse(text).problems

    assert any(words in message for _line, message in problems), problems
    if words != "This is not YAML":
        assert problems[0][0] == line


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    document = parse("\n".join(levels))

    assert document.value["a11"] == [None] * 10
    assert len(document.problems) == 12 + 11 * 10


def test_both_readers_of_yaml_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    text = "a: [1, 'b', {c: ~}]\nd: |\n  x\n\n  y\n'e f': \"\\u2028\"\n"
    fast = parse(text)
    monkeypatch.setattr("courses.coursefiles.yamltext._LOADER", yaml.SafeLoader)

    assert parse(text) == fast

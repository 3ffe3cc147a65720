"""What differs between two states, in the words of their editor."""

from django.utils import translation

from courses.admin.studio.changes import changes
from tests.factories import SINGLE_CHOICE


def test_fields_have_the_labels_of_their_editor_and_values_their_words():
    before = {
        "type": "single_choice",
        "difficulty": "easy",
        "data": SINGLE_CHOICE,
        "status": "draft",
    }
    options = [
        {**one, "text": "Another"} if not i else one
        for i, one in enumerate(SINGLE_CHOICE["options"])
    ]
    data = {**SINGLE_CHOICE, "options": options, "shuffle": False}
    after = {**before, "difficulty": "hard", "data": data, "tags": ["a"]}

    found = {
        one.label: (one.before, one.after)
        for one in changes(kind="question", before=before, after=after)
    }

    assert found["Difficulty"] == ("easy", "hard")
    assert found["Tags"] == ("", "a")
    assert found["Option 1: Text"] == (SINGLE_CHOICE["options"][0]["text"], "Another")
    assert len(found) == 4


def test_quizzes_name_their_places_times_and_moments():
    before = {"pass_mark": "80", "items": [{"question": "a"}, {"draw": {"count": 2}}]}
    after = {
        "items": [{"question": "b"}, {"draw": {"count": 3}}],
        "time_limit_minutes": 5, "shuffle_items": False, "review": {"later": ["points"]},
    }  # fmt: skip

    found = {
        one.label: (one.before, one.after)
        for one in changes(kind="quiz", before=before, after=after)
    }

    assert found == {
        "Pass mark in per cent": ("80", ""),
        "Place 1: question": ("a", "b"),
        "Place 2: number of questions drawn": ("2", "3"),
        "Time limit (minutes)": ("", "5"),
        "Shuffle the items": ("", "no"),
        "What do they see afterwards? Later, while it is open": ("", "Points"),
    }


def test_everything_else_is_named_by_its_columns():
    with translation.override("en"):
        labels = {
            kind: [one.label for one in changes(kind=kind, before={}, after=values)]
            for kind, values in {
                "lesson": {"body": "x", "minutes": 3, "archived": True, "module": "m"},
                "module": {"summary": "x", "optional": True, "instructor_notes": "n"},
                "reference": {"citation": "x", "as_of": "2026-01-01"},
                "order": {"lessons": ["a", "b"]},
            }.items()
        }

    assert labels == {
        "lesson": ["Text", "Minutes", "Archived", "Module"],
        "module": ["Summary", "Optional", "Instructor notes"],
        "reference": ["Citation", "As of"],
        "order": ["Order of the lessons"],
    }


def test_long_unchanged_passages_are_shortened():
    text = "x" * 1000
    (one,) = changes(
        kind="lesson",
        before={"body": f"{text}\nold\n{text}"},
        after={"body": f"{text}\nnew\n{text}"},
    )

    assert [(part.kind, len(part.text)) for part in one.passages] == [
        ("gap", 1), ("same", 80), ("removed", 3), ("added", 3), ("same", 80), ("gap", 1),
    ]  # fmt: skip

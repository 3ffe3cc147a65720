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


PARAGRAPHS = [f"Paragraph {number} of the lesson says something." for number in range(1, 13)]


def passages(before: str, after: str) -> list[tuple[str, str]]:
    (one,) = changes(kind="lesson", before={"body": before}, after={"body": after})
    return [(part.kind, part.text) for part in one.passages]


def test_of_a_long_text_the_changed_paragraphs_are_shown_with_their_neighbours():
    texts = [*PARAGRAPHS[:4], "## Second part", *PARAGRAPHS[4:]]
    before = "\n\n".join(texts)
    after = before.replace("Paragraph 9 of", "Paragraph 9b of")

    with translation.override("en"):
        found = passages(before, after)

    assert found == [
        ("gap", "… 8 paragraphs that are the same …"),
        ("same", "## Second part\n\n"),
        ("same", f"{PARAGRAPHS[7]}\n\nParagraph "),
        ("removed", "9"),
        ("added", "9b"),
        ("same", f" of the lesson says something.\n\n{PARAGRAPHS[9]}\n\n"),
        ("gap", "… 2 paragraphs that are the same …"),
    ]


def test_a_paragraph_that_is_gone_stands_between_its_neighbours():
    before = "\n\n".join(PARAGRAPHS)
    after = "\n\n".join([*PARAGRAPHS[:5], *PARAGRAPHS[6:]])

    found = passages(before, after)

    assert [kind for kind, _text in found] == ["gap", "same", "removed", "same", "gap"]
    assert found[2][1].strip() == PARAGRAPHS[5]
    shown = "".join(text for kind, text in found if kind == "same")
    assert PARAGRAPHS[4] in shown
    assert PARAGRAPHS[6] in shown
    assert PARAGRAPHS[1] not in shown


def test_unchanged_text_in_one_line_is_cut_and_short_texts_are_whole():
    text = "x" * 1000
    found = passages(f"{text}\nold\n{text}", f"{text}\nnew\n{text}")
    assert [(kind, len(one)) for kind, one in found] == [
        ("gap", 1), ("same", 400), ("removed", 3), ("added", 3), ("same", 400), ("gap", 1),
    ]  # fmt: skip
    words = "word " * 300
    first = passages(f"{words}old", f"{words}new")[1][1]
    assert first.startswith("word ")
    assert len(first) <= 400
    assert passages("a\n\nb\n\nc", "a\n\nB\n\nc")[0] == ("same", "a\n\n")

"""Questions typed as in a letter: what is found, and what is left of the text."""

from courses.interchange.quick_entry import read_questions, without_lines

TEXT = """A night train leaves a class behind, because the
platform was changed. Which reply begins the recovery?
"Here are 24 vouchers. Is that all right?"
# Pleasant, and too early.
*"That was our fault. Where do you
 have to be?"
# Yes.
# Fault, then apology.
! See lesson 2.3.

Which are first requests?
* Where is my order?
# It has no history.
* How do I return it?
# It has none either.
Where is it still?
# The second time.

Better service is always better experience.
True
# Only what is noticed is.
*False
# It has to be noticed.


Which two are open
One"""


def test_questions_are_found_with_their_type_and_lines():
    found = read_questions(TEXT)

    assert [(one.type.key, one.first_line, one.last_line) for one in found] == [
        ("single_choice", 1, 9),
        ("multiple_response", 11, 17),
        ("true_false", 19, 23),
        ("single_choice", 26, 27),
    ]
    assert [one.problems == () for one in found] == [True, True, True, False]
    night_train = found[0].value
    assert night_train["stem"].endswith("platform was changed. Which reply begins the recovery?")
    assert night_train["explanation"] == "See lesson 2.3."
    assert night_train["options"] == [
        {
            "key": "a",
            "text": '"Here are 24 vouchers. Is that all right?"',
            "feedback": "Pleasant, and too early.",
        },
        {
            "key": "b",
            "text": '"That was our fault. Where do you have to be?"',
            "feedback": "Yes. Fault, then apology.",
            "correct": True,
        },
    ]
    assert found[2].value == {
        "stem": "Better service is always better experience.",
        "answer": False,
        "if_true": "Only what is noticed is.",
        "if_false": "It has to be noticed.",
    }
    assert [problem.path for problem in found[3].problems][:1] == ["options"]


def test_what_is_taken_over_leaves_the_text():
    found = read_questions(TEXT)

    assert without_lines(TEXT, found[:3]) == "Which two are open\nOne"
    assert without_lines(TEXT, []) == TEXT.replace("\n\n\n", "\n\n")
    assert without_lines(TEXT, found) == ""


def test_any_lines_are_read():
    for text in ("", "\n \n", "*", "#", "!", "* a\n* b", "?\n#\n*\n", " a\n b", "True\nFalse"):
        for one in read_questions(text):
            assert one.first_line <= one.last_line
            assert one.problems


def test_more_answers_than_letters_get_keys_too():
    text = "Which?\n" + "\n".join(f"ScoredText {number}" for number in range(40))

    keys = [option["key"] for option in read_questions(text)[0].value["options"]]
    assert len(set(keys)) == 40


AIKEN = """What is outside-in?
A. Our tickets
B) Her need
C. Our targets
ANSWER: B"""


def test_aiken_is_understood():
    (found,) = read_questions(AIKEN)

    assert found.value["stem"] == "What is outside-in?"
    assert [(one["text"], one.get("correct", False)) for one in found.value["options"]] == [
        ("Our tickets", False),
        ("Her need", True),
        ("Our targets", False),
    ]
    assert {problem.path for problem in found.problems} == {
        f"options.{number}.feedback" for number in range(3)
    }
    for spoilt in (AIKEN.replace("ANSWER: B", "ANSWER: B or C"), "A. One\nANSWER: A", "ANSWER: A"):
        assert "ANSWER" in str(read_questions(spoilt)[0].value)

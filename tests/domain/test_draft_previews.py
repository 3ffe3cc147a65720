"""A question that is not saved, as its author sees it: every type, every state, also unfinished."""

from random import Random
from typing import Any

import pytest
from django.template.loader import render_to_string

from courses.domain.authoring.edits import preview_draft
from courses.markup.links import NoLinks
from courses.models import Course, Question, QuestionVersion
from courses.questions import registry
from tests.questions.cases import EXAMPLES


def version(kind: str, data: Any) -> QuestionVersion:
    question = Question(course=Course(key="c"), key="preview")
    return QuestionVersion(question=question, type=kind, data=data)


def html_of(view: Any) -> str:
    values = {"view": view, "links": NoLinks(), "legend": "Question", "is_readonly": view.is_closed}
    return render_to_string("cx_courses/questions/parts/item.html", values)


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_state_of_every_type_can_be_shown(key: str) -> None:
    kind = registry.get(key)
    shown: dict[str, str] = {}
    for example in EXAMPLES[key]:
        states = preview_draft(version=version(key, example), state="open", seed=1).states
        assert {"open", "solution"} <= set(states)
        assert not kind.is_judged_by_rule or {"right", "wrong"} <= set(states)
        assert kind.is_judged_by_rule or "answered" in states
        for state in states:
            preview = preview_draft(version=version(key, example), state=state, seed=1)
            assert preview.state == state
            assert preview.view.can_respond == (state == "open")
            shown[state] = html_of(preview.view)
            assert {"right": True, "partly": False, "wrong": False}.get(state) in (
                preview.view.is_correct,
                None,
            )
    assert len(set(shown.values())) == len(shown)


@pytest.mark.parametrize("key", EXAMPLES)
def test_unfinished_question_is_shown_or_not_and_breaks_nothing(key: str) -> None:
    rng, found = Random(1), 0
    for example in EXAMPLES[key]:
        for _turn in range(20):
            preview = preview_draft(
                version=version(key, spoilt(example, rng)), state="right", seed=1
            )
            if preview is not None:
                html_of(preview.view)
                found += 1
    assert found


def spoilt(value: Any, rng: Random) -> Any:
    """A copy in which some parts are missing or empty."""
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if rng.random() > 0.1}
        return {name: spoilt(part, rng) for name, part in kept.items()}
    if isinstance(value, list):
        return [spoilt(part, rng) for part in value if rng.random() > 0.1]
    return "" if isinstance(value, str) and rng.random() < 0.1 else value


def test_seed_decides_what_is_drawn_and_ten_draws_are_told() -> None:
    numeric = EXAMPLES["numeric"][0]
    first, again, other = (
        preview_draft(version=version("numeric", numeric), state="open", seed=seed)
        for seed in (1, 1, 2)
    )

    assert first.view.q == again.view.q != other.view.q
    assert len(first.draws) == 10
    assert first.draws[1] == other.draws[0]
    assert {"p", "s", "d", "n"} <= set(first.draws[0])


def test_unknown_type_and_state_are_no_fault() -> None:
    choice = EXAMPLES["single_choice"][0]

    assert preview_draft(version=version("gone", choice), state="open", seed=1) is None
    assert (
        preview_draft(version=version("single_choice", choice), state="x", seed=1).state == "open"
    )

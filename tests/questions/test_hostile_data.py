"""Whatever a tool sends as `data` is refused with paths, or it can be shown and graded.

Examples of every type are damaged here and there with values that nobody should send. Nothing may
raise anything but the words of a refusal, and nothing that was accepted may fail a learner later.
"""

import copy
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.domain.authoring.questions import check_data
from courses.errors import CoursesError
from courses.questions import registry
from courses.questions.base import Reveal, flatten
from tests.questions.cases import EXAMPLES

NASTY = (
    *("", "  ", "İ", "x" * 5000, "\u202e", "a.b", "a/b~", "{{x}}", "{a}", "[[term:x]]", "[[" * 200),
    *("1/0", "9**9**9", "10**10**10", "2^1000000", "((((((1))))))", "-" * 200, "{" * 100, "x+1"),
    *("nan", "1e999", "1e-400", "1" * 5000, "0.1", "1"),
    *(2**31, 2**63, 10**400, -1, 0, 1e308, -0.0, True, None),
    *([], {}, [[]], {"a": {"b": [1]}}),
)


def places(value, path=()):
    """Every place in a plain value but the whole."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        yield (*path, name)
        if isinstance(part, dict | list):
            yield from places(part, (*path, name))


def damaged(data, source):
    data = copy.deepcopy(data)
    for _time in range(source.choice([1, 1, 2, 3])):
        found = list(places(data))
        if not found:
            break
        *path, name = source.choice(found)
        inside = data
        for step in path:
            inside = inside[step]
        change = source.choice(["replace", "replace", "replace", "remove", "double"])
        if change == "replace":
            inside[name] = copy.deepcopy(source.choice(NASTY))
        elif change == "remove":
            del inside[name]
        elif isinstance(inside, list):
            inside.append(copy.deepcopy(inside[name]))
        else:
            inside[source.choice(["key", "İ", "a.b", "a/b~", ""])] = inside[name]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("key", EXAMPLES)
@settings(deadline=None)
@given(seed=st.integers(0, 2**32))
def test_it_is_refused_with_paths_or_it_works(key, seed):
    source = Random(seed)
    data = damaged(source.choice(EXAMPLES[key]), source)
    problems = check_data(type=key, data=data)
    assert all(problem.message for problem in problems)
    if problems:
        return
    kind = registry.get(key)
    loaded = kind.load(kind.dump(kind.load(data)))
    try:
        params = kind.prepare(loaded, Random(seed))
    except CoursesError:
        return  # no numbers could be drawn, which a preview says
    sent = kind.solution(loaded, params)
    right = None if sent is None else kind.parse(loaded, params, flatten(sent))
    for response in (None, right):
        for reveal in (Reveal.nothing(), Reveal.everything()):
            assert kind.present(loaded, params, response, reveal)["type"] == key
        kind.grade(loaded, params, response)
    kind.hints(loaded, params)

"""Hotspot: shapes as numbers, one or several regions, author errors."""

from typing import Any

import pytest

from courses.questions.base import ResponseError
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

ROWS, WHEELS = EXAMPLES["hotspot"]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("alt", "", ["alt"]),
        ("image", "", ["image"]),
        ("image", "../secret.svg", ["image"]),
        ("width", 0, ["width", "regions.0.coords", "regions.1.coords", "regions.2.coords"]),
        ("regions.0.label", "", ["regions.0.label"]),
        ("regions.1.label", "customer", ["regions.1.label"]),
        ("regions.0.feedback", "", ["regions.0.feedback"]),
        ("regions.0.shape", "star", ["regions.0.shape"]),
        ("regions.0.coords", "0,0,800", ["regions.0.coords"]),
        ("regions.0.coords", "0,0,801,100", ["regions.0.coords"]),
        ("regions.0.coords", "0,0,800,0", ["regions.0.coords"]),
        ("regions.0.coords", "-1,0,80,10", ["regions.0.coords"]),
        ("regions.0.coords", "0.5,0,80,10", ["regions.0.coords"]),
        ("regions.0.coords", "٠,٠,٨,٩", ["regions.0.coords"]),
        ("regions.0.coords", "", ["regions.0.coords"]),
        ("regions.2.coords", "0,0 10,10", ["regions.2.coords"]),
        ("regions.2.coords", "0,0 10,10 20", ["regions.2.coords"]),
        ("regions.2.coords", "0,0 10,10 900,20", ["regions.2.coords"]),
        ("regions.2.correct", False, ["regions"]),
        ("regions", ROWS["regions"][2:], ["regions", "regions"]),
    ],
)
def test_author_errors(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("hotspot", changed(ROWS, path, new)) == expected


def test_a_circle_must_lie_in_the_picture() -> None:
    value = changed(WHEELS, "regions.0.coords", "150,70,31")

    assert problem_paths("hotspot", value) == ["regions.0.coords"]


def test_shapes_are_shown_as_numbers() -> None:
    rows, wheels = Drive("hotspot", ROWS).present(), Drive("hotspot", WHEELS).present()

    assert rows["regions"][0]["coords"] == {"x": 0, "y": 0, "width": 800, "height": 100}
    assert wheels["regions"][0]["coords"] == {"cx": 150, "cy": 70, "r": 30}
    assert rows["regions"][2]["coords"] == {
        "points": "0,300 800,300 800,400 0,400",
        "vertices": [[0, 300], [800, 300], [800, 400], [0, 400]],
    }


def test_one_right_region_takes_one_selection() -> None:
    with pytest.raises(ResponseError, match="one region only"):
        Drive("hotspot", ROWS).parse({"region": ["r1", "r3"]})

    assert Drive("hotspot", ROWS).present()["is_multiple"] is False


def test_several_right_regions_take_several_selections() -> None:
    drive = Drive("hotspot", WHEELS)

    assert drive.present()["is_multiple"] is True
    assert drive.grade({"region": ["front", "rear"]}).scaled == 1
    assert drive.feedback({"region": ["bell", "front"]}) == {"front": "Steers.", "bell": "Rings."}

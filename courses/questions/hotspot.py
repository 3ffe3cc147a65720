"""Regions of a picture to select; the same regions are always offered as a list, too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.authoring import check_count, check_keys, check_stem, check_texts
from courses.questions.base import (
    Choice,
    Item,
    Json,
    Outcome,
    Part,
    QuestionType,
    Raw,
    ResponseError,
    Reveal,
    Sample,
    known,
)
from courses.questions.data import BaseData
from courses.questions.presentation import PICTURE, TEXT, ui
from courses.questions.refilling import with_chosen
from courses.questions.regions import Region
from courses.questions.responses import keys_of, response_of
from courses.questions.scoring import plus_minus
from courses.questions.shown import judged

# How many numbers a shape takes; a polygon takes pairs, at least three.
_NUMBERS = {"rect": 4, "circle": 3}
_CORNERS = 3
_COORDS = re.compile(r"\d{1,5}(?:[\s,]+\d{1,5})*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class HotspotData(BaseData):
    image: str = field(
        metadata=ui(
            gettext_lazy("Picture"),
            help=gettext_lazy("A file of the question's module."),
            widget=PICTURE,
        )
    )
    alt: str = field(
        metadata=ui(
            gettext_lazy("What the picture shows, in words"),
            help=gettext_lazy(
                "For learners who do not see it; they choose from the list of names."
            ),
            widget=TEXT,
        )
    )
    width: int = field(metadata=ui(gettext_lazy("Width in pixels")))
    height: int = field(metadata=ui(gettext_lazy("Height in pixels")))
    regions: tuple[Region, ...] = field(
        metadata=ui(gettext_lazy("Regions"), item=gettext_lazy("Region"), least=2)
    )


class Hotspot(QuestionType[HotspotData]):
    """Field `region`: one key, or several when several regions are right.

    Score: max(0, (hits − false alarms) / right regions); with one right region that is 1 or 0.
    Regions keep the author's order, which is that of the picture.

    present() adds:
    - image (asset file name), alt, width, height, is_multiple
    - regions: [{key, label, shape, coords, is_chosen, is_correct?, feedback?}]; coords in whole
      pixels: rect {x, y, width, height}, circle {cx, cy, r}, polygon {points: "x,y x,y …",
      vertices: [[x, y] …]}
    """

    key = "hotspot"
    label = gettext_lazy("Hotspot")
    about = gettext_lazy("A place in a picture.")
    interaction = "hotspot"
    Data = HotspotData
    response_schema = response_of(["region"], region=keys_of("regions"))

    def check(self, data: HotspotData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.regions, "regions", least=2)
        yield from check_keys(data.regions, "regions")
        yield from check_texts(data.regions, "regions", "label", "feedback", unique="label")
        for name in ("image", "alt"):
            if not getattr(data, name).strip():
                yield Problem(name, _("This text must not be empty."))
        if "/" in data.image or "\\" in data.image:
            yield Problem("image", _("A file name is expected here, without a folder."))
        for name in ("width", "height"):
            if getattr(data, name) < 1:
                yield Problem(name, _("The picture's size in pixels is expected here."))
        for index, region in enumerate(data.regions):
            yield from self._check_shape(data, region, f"regions.{index}")
        right = self._right(data)
        if not right or len(right) == len(data.regions):
            message = _("At least one region must be correct, and at least one must not.")
            yield Problem("regions", message)

    def _check_shape(self, data: HotspotData, region: Region, path: str) -> Iterator[Problem]:
        if region.shape not in {*_NUMBERS, "polygon"}:
            yield Problem(f"{path}.shape", _("Known shapes are rect, circle and polygon."))
            return
        numbers = _numbers(region.coords)
        if region.shape == "polygon":
            is_complete = len(numbers) >= 2 * _CORNERS and len(numbers) % 2 == 0
        else:
            is_complete = len(numbers) == _NUMBERS[region.shape]
        if not is_complete:
            message = _(
                "Whole numbers are expected here: x,y,width,height of a rect, x,y,radius of a "
                "circle, x,y x,y x,y … of a polygon."
            )
            yield Problem(f"{path}.coords", message)
            return
        left, top, right, bottom = _box(region.shape, numbers)
        if left == right or top == bottom:
            yield Problem(f"{path}.coords", _("This region has no area."))
        if left < 0 or top < 0 or right > data.width or bottom > data.height:
            yield Problem(f"{path}.coords", _("This region reaches beyond the picture."))

    def _right(self, data: HotspotData) -> list[str]:
        return [region.key for region in data.regions if region.correct]

    def parse(self, data: HotspotData, params: Json, raw: Raw) -> Json | None:
        chosen = sorted(key for key in raw.get("region", ()) if key)
        known([region.key for region in data.regions], chosen)
        if len(chosen) > 1 and len(self._right(data)) == 1:
            raise ResponseError(_("Select one region only."))
        return {"region": chosen} if chosen else None

    def grade(self, data: HotspotData, params: Json, response: Json | None) -> Outcome:
        chosen = response["region"] if response else []
        parts = tuple(
            Part(region.key, Fraction(region.correct), region.feedback)
            for region in data.regions
            if region.key in chosen
        )
        return Outcome(plus_minus(self._right(data), chosen), parts)

    def present(
        self, data: HotspotData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        chosen = response["region"] if response and reveal.response else []
        return self.base_presentation(data, reveal) | {
            "image": data.image,
            "alt": data.alt,
            "width": data.width,
            "height": data.height,
            "is_multiple": len(self._right(data)) > 1,
            "regions": [
                {
                    "key": region.key,
                    "label": region.label,
                    "shape": region.shape,
                    "coords": _geometry(region.shape, _numbers(region.coords)),
                    "is_chosen": region.key in chosen,
                    **judged(
                        is_own=region.key in chosen,
                        is_correct=region.correct,
                        feedback=region.feedback,
                        reveal=reveal,
                    ),
                }
                for region in data.regions
            ],
        }

    def refill(self, shown: Json, raw: Raw) -> Json:
        return with_chosen(shown, "regions", raw.get("region", ()))

    def solution(self, data: HotspotData, params: Json) -> Json:
        return {"region": sorted(self._right(data))}

    def samples(self, data: HotspotData, params: Json) -> Iterator[Sample]:
        right = self._right(data)
        wrong = [region.key for region in data.regions if not region.correct]
        yield Sample({"region": right}, Fraction(1))
        yield Sample({"region": right[:1]}, Fraction(1, len(right)))
        yield Sample({"region": wrong[:1]}, Fraction(0))
        yield Sample({"region": ""}, Fraction(0))
        is_single = len(right) == 1
        yield Sample(
            {"region": [right[0], wrong[0]]},
            None if is_single else Fraction(0),
            is_unreadable=is_single,
        )
        yield Sample({"region": "no-such-region"}, None, is_unreadable=True)

    def to_item(self, data: HotspotData) -> Item:
        share = Fraction(1, max(1, len(self._right(data))))
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(
                    region.key,
                    region.label,
                    share if region.correct else Fraction(0),
                    region.feedback,
                )
                for region in data.regions
            ),
            extra={
                "image": data.image,
                "alt": data.alt,
                "width": data.width,
                "height": data.height,
                "shapes": {
                    region.key: {"shape": region.shape, "coords": region.coords}
                    for region in data.regions
                },
            },
        )

    def from_item(self, item: Item) -> HotspotData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        shapes = item.extra.get("shapes", {})
        return self.load(
            {
                "stem": item.prompt,
                "explanation": item.explanation,
                "hints": list(item.hints),
                **{name: item.extra.get(name) for name in ("image", "alt", "width", "height")},
                "regions": [
                    {
                        "key": choice.key,
                        "label": choice.text,
                        "feedback": choice.feedback,
                        "correct": choice.weight > 0,
                        **shapes.get(choice.key, {}),
                    }
                    for choice in item.choices
                ],
            }
        )


def _numbers(coords: str) -> list[int]:
    """Return the whole numbers of a coordinate text; empty when there is anything else in it."""
    text = coords.strip()
    return [int(n) for n in re.split(r"[\s,]+", text)] if _COORDS.fullmatch(text) else []


def _vertices(numbers: list[int]) -> list[list[int]]:
    return [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]


def _geometry(shape: str, numbers: list[int]) -> Json:
    if shape == "rect":
        return dict(zip(("x", "y", "width", "height"), numbers, strict=True))
    if shape == "circle":
        return dict(zip(("cx", "cy", "r"), numbers, strict=True))
    vertices = _vertices(numbers)
    return {"points": " ".join(f"{x},{y}" for x, y in vertices), "vertices": vertices}


def _box(shape: str, numbers: list[int]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a region."""
    if shape == "rect":
        x, y, width, height = numbers
        return x, y, x + width, y + height
    if shape == "circle":
        cx, cy, r = numbers
        return cx - r, cy - r, cx + r, cy + r
    xs, ys = numbers[::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)

"""A region of a picture, as hotspot has them."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from courses.questions.presentation import CHOICE, KEY, LINE, MARKDOWN, ui

SHAPES = (
    ("rect", gettext_lazy("Rectangle")),
    ("circle", gettext_lazy("Circle")),
    ("polygon", gettext_lazy("Outline")),
)


@dataclass(frozen=True, kw_only=True)
class Region:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    label: str = field(metadata=ui(gettext_lazy("Name of the region"), widget=LINE))
    shape: str = field(
        metadata=ui(gettext_lazy("Shape"), widget=CHOICE, choices=SHAPES, initial="rect")
    )
    coords: str = field(
        metadata=ui(
            gettext_lazy("Place"),
            help=gettext_lazy(
                "In pixels from the upper left corner. Rectangle: left, top, width, height. "
                "Circle: left and top of its centre, radius. Outline: left and top of each corner."
            ),
            widget=LINE,
        )
    )
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    correct: bool = field(default=False, metadata=ui(gettext_lazy("Right"), place=-1))

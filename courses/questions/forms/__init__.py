"""An author's form for any type's `Data`, without HTML and without a framework's form classes.

`fill` turns data into named texts, `controls` those texts into a tree to show, `read` the texts
that come back into data; `change` adds, drops and moves rows. Names are paths: a text of the second
option is `data.options.1.text`, and what belongs to a control but is no part of the data stands
behind a tilde (`data.shuffle~present`).
"""

from courses.questions.forms.changing import change, with_marks, with_named_rows
from courses.questions.forms.control import Control
from courses.questions.forms.controls import controls, words
from courses.questions.forms.filling import fill
from courses.questions.forms.names import ROOT, Fields
from courses.questions.forms.reading import Reading, read

__all__ = [
    "ROOT",
    "Control",
    "Fields",
    "Reading",
    "change",
    "controls",
    "fill",
    "read",
    "with_marks",
    "with_named_rows",
    "words",
]

"""A lesson with everything that its text may have: nothing for axe, nothing wider than a phone."""

import pytest
from playwright.sync_api import Page

from courses.domain.authoring.lessons import refresh_lessons
from courses.models import Reference, Term
from tests.browser.axe import violations
from tests.browser.room import Room, is_too_wide
from tests.factories import LessonFactory, make_asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 400"></svg>'
CALLOUTS = "\n\n".join(
    f"> [!{kind}]\n> Of this kind, with a [link](https://example.org/) and `code`."
    for kind in ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
)
BODY = f"""## A heading

*Some* words are **strong**, ~~gone~~ or `code`, and lead [to a site](https://example.org/),
[to a lesson](lesson:next), [down here](#another-heading) or to <https://example.org/a-long-path>.
A [[term:process]] is defined [[source:dodkins]], and a footnote says more [^more]. Again [^more].

### Another heading

1. First
2. Second
   - within
   - it

- One
- Two

> A quotation, of which the second line
> belongs to the first.

#### A small heading

```
a line of code that is much longer than the screens of telephones are wide
```

{CALLOUTS}

| Left | Middle | Right | One more | And another | The last |
|:-----|:------:|------:|----------|-------------|----------|
| a    | b      | 1     | takes some room | takes some room | [link](https://example.org/) |

The share $\\frac{{a}}{{b}}$ stands in the text, and this one for itself:

$$
\\sum_{{i=1}}^n x_i = \\frac{{a}}{{b + c}} + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13
$$

![A wet cellar](asset:cellar.svg "The cellar of the Okafors")

![](asset:line.svg "decorative")

---

[^more]: What the footnote says, [with a link](https://example.org/).
"""


@pytest.fixture
def reading(room: Room, desk: Page) -> Page:
    course = room.module.course
    Term.objects.create(course=course, key="process", term="Process", definition="Steps.")
    for name in ("cellar.svg", "line.svg"):
        make_asset(module=room.module, name=name, content=PICTURE)
    lesson = LessonFactory(module=room.module, key="all", title="Everything", body=BODY)
    lesson.sources.add(Reference.objects.create(course=course, key="dodkins", citation="A post."))
    LessonFactory(module=room.module, key="next", title="The next one", position=9999)
    refresh_lessons(course=course)
    desk.goto(f"{room.site}/courses/cx/lessons/all/")
    return desk


def test_everything_that_a_text_may_have_is_accessible(reading: Page) -> None:
    text = reading.locator(".lesson-text")
    for name in ("h2", "h3", "h4", "blockquote", "pre", "table", "math", "figure", ".footnotes"):
        assert text.locator(name).count(), name
    assert violations(reading) == []

    for width in (375, 320):
        reading.set_viewport_size({"width": width, "height": 800})
        assert not is_too_wide(reading)
    assert violations(reading, "light") == []

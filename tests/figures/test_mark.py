"""`[[figure:key]]`: what it becomes, where it is refused, what a page loads for it."""

import re

import pytest
from django.core import checks
from django.test import Client, override_settings
from django.urls import reverse

from courses import markup
from courses.coursefiles import read_files
from courses.domain.authoring.lessons import render
from tests.coursefiles.linted import LESSON, found
from tests.coursefiles.sample import FILES, edited
from tests.coursefiles.test_reader import mistakes
from tests.factories import ModuleFactory, make_learner, make_lesson

PICTURE = '![A square](asset:box.svg "The box")'
TABLE = "| A | B |\n|---|---|\n| 1 | 2 |"
BLOCK = f"[[figure:nps-scale]]\n\n{PICTURE}\n\n{TABLE}\n"


class TestMarkup:
    def test_picture_and_table_become_one_block(self) -> None:
        rendered = markup.render_lesson(f"Before.\n\n{BLOCK}\nAfter.\n")

        assert rendered.figures == ("nps-scale",)
        assert rendered.oddities == ()
        assert rendered.html.startswith(
            '<p id="p-3e6847a3">Before.</p>\n'
            '<div class="live-figure" data-figure="nps-scale">\n<figure>'
        )
        assert rendered.html.endswith('</table></div>\n</div>\n<p id="p-0306b48a">After.</p>\n')

    def test_only_the_table_that_follows_at_once_belongs_to_it(self) -> None:
        rendered = markup.render_lesson(f"[[figure:a]]\n\n{PICTURE}\n\nText.\n\n{TABLE}\n")

        assert '</figure>\n</div>\n<p id="p-f06dce27">Text.</p>' in rendered.html

    def test_without_the_block_everything_is_as_without_the_mark(self) -> None:
        plain = markup.render_lesson(f"{PICTURE}\n\n{TABLE}\n").html
        live = markup.render_lesson(BLOCK).html

        assert live == f'<div class="live-figure" data-figure="nps-scale">\n{plain}</div>\n'

    def test_a_check_cuts_the_lesson_beside_the_block(self) -> None:
        rendered = markup.render_lesson(f"{BLOCK}\n[[check:c1]]\n")

        assert [segment.check for segment in markup.segments(rendered.html)] == ["", "c1"]

    @pytest.mark.parametrize(
        "source",
        [
            "[[figure:a]]\n",
            "[[figure:a]]\n\nText.\n",
            f"[[figure:a]]\n\n{TABLE}\n",
            f"- [[figure:a]]\n\n{PICTURE}\n",
            f"See [[figure:a]]\n\n{PICTURE}\n",
            f"[[figure:A b]]\n\n{PICTURE}\n",
        ],
    )
    def test_elsewhere_it_is_odd(self, source: str) -> None:
        rendered = markup.render_lesson(source)

        assert rendered.figures == () or "data-figure" not in rendered.html
        assert [oddity.line for oddity in rendered.oddities] == [1]

    def test_in_a_question_it_is_odd(self) -> None:
        assert len(markup.inspect(BLOCK).oddities) == 1
        assert "data-figure" not in markup.markdown(BLOCK)

    def test_hand_written_block_is_refused(self) -> None:
        html = '<div class="live-figure" data-figure="x"></div>'
        assert "<div" not in markup.render_lesson(html).html


def test_a_kind_that_nobody_draws_is_a_mistake_at_its_line() -> None:
    changed = edited(LESSON, "![A square]", "[[figure:pie]]\n\n![A square]")

    assert mistakes(changed) == [f"{LESSON}:18: figure: there is nothing with the key “pie” here."]
    with override_settings(COURSES_FIGURES={"pie": "host/pie.js"}):
        assert read_files(changed)


def test_a_live_figure_without_a_table_is_a_finding() -> None:
    rule = "lessons:\n  has_table_per_live_figure: true\n"
    marked = FILES[LESSON].replace("![A square]", "[[figure:nps-scale]]\n\n![A square]")
    apart = marked.replace("\n| A | B |", "\nBetween.\n\n| A | B |")

    assert found(rule, **{LESSON: marked}) == []
    assert found(rule, **{LESSON: apart}) == [
        f"{LESSON}:18: No table follows the picture of the live figure “nps-scale”."
    ]


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def page(self, client: Client):
        lesson = make_lesson(key="pills", module=ModuleFactory(course__key="cx"))
        client.force_login(make_learner(lesson.module.course).user)

        def load(body: str) -> str:
            lesson.rendered = render(body=body, terms={}, sources=[])
            lesson.save()
            return client.get(reverse("cx_courses:lesson", args=["cx", "pills"])).text

        return load

    def test_a_lesson_without_one_loads_nothing_for_them(self, page) -> None:
        html = page(f"{PICTURE}\n")
        assert "figures" not in html

    def test_module_words_and_style_come_with_the_figure(self, page) -> None:
        html = page(BLOCK)
        assert re.search(r'data-figure-kind="nps-scale" data-module="/static/[^"]+\.js"', html)
        assert 'data-word="promoters">Promoters<' in html
        assert "cx_courses/css/figures.css" in html

    def test_a_hosts_figure_needs_no_words(self, page) -> None:
        with override_settings(COURSES_FIGURES={"pie": "cx_courses/js/shell.js"}):
            html = page(f"[[figure:pie]]\n\n{PICTURE}\n")
        assert 'data-figure-kind="pie" data-module="/static/cx_courses/js/shell.js"' in html

    def test_a_figure_that_nobody_draws_any_more_is_a_picture(self, page) -> None:
        html = page(f"[[figure:pie]]\n\n{PICTURE}\n")
        assert "data-figure-kind" not in html
        assert 'alt="A square"' in html


class TestSystemCheck:
    def found(self, **added: str) -> list[str]:
        with override_settings(COURSES_FIGURES=added):
            return [one.id for one in checks.run_checks(tags=["cx_courses"])]

    def test_the_shipped_ones_are_in_order(self) -> None:
        assert self.found() == []

    def test_a_name_that_no_lesson_can_write(self) -> None:
        assert self.found(**{"My Pie": "cx_courses/js/shell.js"}) == ["cx_courses.E005"]

    def test_a_module_that_is_not_there(self) -> None:
        assert self.found(pie="host/pie.js") == ["cx_courses.E006"]

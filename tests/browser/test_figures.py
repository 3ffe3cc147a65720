"""Live figures on their lessons: by keyboard, light, dark, narrow, and without script."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from courses.domain.authoring.lessons import render
from courses.models import Asset
from tests.browser.axe import violations
from tests.content.oracle import COURSE
from tests.factories import ModuleFactory, make_asset, make_learner, make_lesson
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LESSONS = {
    "m1-definitions/04-perception-and-memory": ["peak-end"],
    "m3-disciplines/02-four-maps": ["framework-grid"],
    "m3-disciplines/04-map-and-blueprint": ["journey-map", "service-blueprint"],
    "m4-metrics/02-nps-by-hand": ["nps-scale"],
    "m4-metrics/05-how-sure": ["sample-size", "two-branches"],
}
FIGURES = [(path, key) for path, keys in LESSONS.items() for key in keys]
SMALLEST_TARGET = 24
MOST_TABS = 60


@dataclass
class Reader:
    """A browser of its own, signed in, on the lessons of the shipped course."""

    context: BrowserContext
    page: Page
    complaints: list[str]
    site: str

    def open(self, path: str) -> Page:
        self.page.goto(self.site + reverse("cx_courses:lesson", args=["cx", _place(path)]))
        return self.page

    def figure(self, key: str) -> Locator:
        path = next(path for path, keys in LESSONS.items() if key in keys)
        self.open(path)
        figure = self.page.locator(f"[data-figure={key}]")
        # Drawn, and dressed: without its style a control may be of any size.
        expect(figure.locator(".fig")).to_have_css("display", "grid")
        return figure


@pytest.fixture
def read(browser: Browser, live_server):
    module = ModuleFactory(course__key="cx", course__title="Customer Experience", key="m")
    for position, path in enumerate(LESSONS, start=1):
        _put(path, module, position)
    user = make_learner(module.course, is_staff=False).user
    contexts: list[BrowserContext] = []

    def come(**options) -> Reader:
        context = browser.new_context(**{"reduced_motion": "reduce", "locale": "en-GB", **options})
        contexts.append(context)
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        context.add_cookies([{**cookie, "url": live_server.url}])
        context.route("**/visit/", lambda route: route.abort())
        page = context.new_page()
        reader = Reader(context, page, [], live_server.url)
        page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        page.on("console", lambda line: _note(reader, line))
        return reader

    yield come
    for context in contexts:
        context.close()


def _put(path: str, module, position: int) -> None:
    """The lesson's text and pictures as they are shipped, with checks of the factory's."""
    body = (COURSE / f"{path}.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    lesson = make_lesson(module=module, key=_place(path), title=_place(path), position=position)
    rendered = render(body=body, terms={}, sources=[])
    texts = [piece for piece in rendered["segments"] if "html" in piece]
    lesson.rendered = {**rendered, "segments": texts, "checks": []}
    lesson.save()
    for file in (COURSE / path).parent.glob("assets/*.svg"):
        if not Asset.objects.filter(module=module, name=file.name).exists():
            make_asset(module=module, name=file.name, content=file.read_bytes())


def _place(path: str) -> str:
    return path.rpartition("/")[2][3:]


def _note(reader: Reader, line) -> None:
    # The refused beacon is this test's own doing.
    if line.type in ("error", "warning") and "ERR_FAILED" not in line.text:
        reader.complaints.append(line.text)


def result(figure: Locator) -> Locator:
    return figure.locator(".fig-result")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


# --- All of them


def test_every_figure_is_drawn(read) -> None:
    reader = read()
    for path, keys in LESSONS.items():
        expect(reader.open(path).locator(".is-live")).to_have_count(len(keys))
    assert reader.complaints == []


@pytest.mark.parametrize("path", spread(LESSONS, check=1))
def test_axe_finds_nothing(read, path: str) -> None:
    reader = read()
    page = reader.open(path)
    expect(page.locator(".is-live")).to_have_count(len(LESSONS[path]))

    assert violations(page) == []
    assert reader.complaints == []


@pytest.mark.parametrize("path", spread(LESSONS, check=1))
def test_figures_fit_at_320_pixels(read, path: str) -> None:
    page = read(viewport={"width": 320, "height": 800}).open(path)
    expect(page.locator(".is-live")).to_have_count(len(LESSONS[path]))

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    out = """boards => boards.flatMap(board => [...board.querySelectorAll("*")]
      .filter(it => it.getBoundingClientRect().right > board.getBoundingClientRect().right + 1)
      .map(it => it.outerHTML.slice(0, 80)))"""
    assert page.locator(".fig").evaluate_all(out) == []


@pytest.mark.parametrize(("path", "key"), spread(FIGURES, check=1))
def test_every_control_has_a_name_is_large_enough_and_reached_by_tab(read, path, key) -> None:
    reader = read()
    figure = reader.figure(key)
    controls = figure.locator(".fig :is(button, input, select)")
    seen = controls.evaluate_all(
        """all => all.map((it, index) => {
          it.dataset.testPlace = index;
          const box = it.getBoundingClientRect();
          const name = it.getAttribute("aria-label") || it.labels?.[0]?.innerText || it.innerText;
          const label = it.closest("label")?.getBoundingClientRect();
          return {name, height: Math.max(box.height, label?.height ?? 0),
                  width: Math.max(box.width, label?.width ?? 0)};
        })"""
    )
    assert [one for one in seen if not one["name"].strip()] == []
    assert [one for one in seen if min(one["height"], one["width"]) < SMALLEST_TARGET] == []

    controls.first.focus()
    reached = set()
    for _ in range(MOST_TABS):
        reached.add(reader.page.evaluate("document.activeElement.dataset.testPlace"))
        reader.page.keyboard.press("Tab")
    assert reached >= {str(place) for place in range(len(seen))}


@pytest.mark.parametrize(("path", "key"), spread(FIGURES, check=1))
def test_without_javascript_picture_and_table_are_there(read, path: str, key: str) -> None:
    page = read(java_script_enabled=False).open(path)
    block = page.locator(f"[data-figure={key}]")

    expect(block.get_by_role("img")).to_be_visible()
    assert len(block.get_by_role("img").get_attribute("alt")) > 40
    expect(block.locator("table")).to_be_visible()
    expect(block.locator(".fig")).to_have_count(0)


@pytest.mark.parametrize(("path", "key"), spread(FIGURES, check=1))
def test_a_figure_that_cannot_be_drawn_leaves_its_picture(read, path: str, key: str) -> None:
    reader = read()
    reader.context.route(f"**/figures/{key}*.js", lambda route: route.abort())
    page = reader.open(path)
    block = page.locator(f"[data-figure={key}]")
    page.wait_for_load_state("networkidle")

    expect(block.get_by_role("img")).to_be_visible()
    expect(block.locator(".fig")).to_have_count(0)
    expect(page.locator(".is-live")).to_have_count(len(LESSONS[path]) - 1)


def test_a_change_is_spoken_once_it_stops(read) -> None:
    reader = read()
    figure = reader.figure("sample-size")
    figure.get_by_role("slider", name="Replies (n)").focus()
    press(reader.page, *["ArrowRight"] * 5)

    spoken = reader.page.locator("[role=status]").filter(has_text="from 205 replies")
    expect(spoken).to_have_count(1)


def test_a_figure_speaks_the_language_of_its_course_to_every_reader(read) -> None:
    reader = read(locale="de-DE")
    figure = reader.figure("sample-size")

    assert reader.page.evaluate("document.documentElement.lang") == "de"
    expect(result(figure)).to_contain_text("NPS 20 ± 11.3 from 200 replies")
    expect(figure.locator(".fig")).to_have_attribute("lang", "en")
    nps = reader.figure("nps-scale")
    expect(nps.get_by_role("option", name="65% for, 35% against")).to_have_count(1)


def test_a_host_adds_a_figure_with_one_module_and_one_line(read, settings) -> None:
    settings.COURSES_FIGURES = {"peak-end": "host/first-cell.js"}
    module = """export default stage => {
      const [first] = stage.table.rows[0].slice(1);
      stage.board.append(stage.content("p", `${stage.caption} ${first.text}`));
    }"""
    reader = read()
    reader.context.route(
        "**/host/first-cell.js",
        lambda route: route.fulfill(body=module, content_type="text/javascript"),
    )
    figure = reader.figure("peak-end")

    expect(figure.locator(".fig")).to_have_text(
        "Two visits with the same peak. The readings are invented for this lesson. 2, 4, 6, 8, 7"
    )
    expect(figure.get_by_role("img")).to_have_count(0)
    assert reader.complaints == []


# --- One by one


def test_nps_scale(read) -> None:
    reader = read()
    figure = reader.figure("nps-scale")
    expect(result(figure)).to_have_text("30.0 − 30.0 = 0.0, the NPS of 10 replies.")

    figure.get_by_label("Start with").focus()
    press(reader.page, "ArrowDown")
    expect(result(figure)).to_have_text("48.0 − 20.0 = 28.0, the NPS of 200 replies.")
    expect(figure.get_by_text("(96 − 40) ÷ 136 and get 41.2")).to_be_visible()

    figure.get_by_role("button", name="Add ten passives").focus()
    press(reader.page, "Enter")
    expect(result(figure)).to_have_text("45.7 − 19.0 = 26.7, the NPS of 210 replies.")
    expect(figure.get_by_label("Replies with 7 (Passives)")).to_have_value("35")
    expect(figure.get_by_label("Start with")).to_have_value("own")
    expect(figure.get_by_role("row", name="Passives 74 35.2%")).to_be_visible()

    figure.get_by_label("Replies with 0 (Detractors)").fill("14")
    press(reader.page, "ArrowDown")
    expect(figure.get_by_role("row", name="Detractors 49 22.4%")).to_be_visible()
    expect(figure.get_by_role("img")).to_have_accessible_name(
        "The score on the scale from −100 to +100. 43.8 − 22.4 = 21.5, the NPS of 219 replies."
    )
    expect(figure.get_by_text("The shares are shown rounded")).to_be_visible()


@pytest.mark.proofs
def test_nps_scale_with_nobody_and_with_rubbish(read) -> None:
    reader = read()
    figure = reader.figure("nps-scale")
    for rating in range(11):
        figure.get_by_label(f"Replies with {rating} (").fill("0")
    expect(result(figure)).to_have_text("Nobody has replied yet: there is no score.")
    nine = figure.get_by_label("Replies with 9 (Promoters)")
    nine.fill("-4")
    expect(result(figure)).to_have_text("Nobody has replied yet: there is no score.")
    nine.blur()
    expect(nine).to_have_value("0")


@pytest.mark.proofs
def test_sample_size(read) -> None:
    reader = read()
    figure = reader.figure("sample-size")
    for line in ("50 11.5 ± 22.5", "200 5.7 ± 11.3 8.7 to 31.3", "800 2.9 ± 5.6"):
        expect(figure.locator(".fig").get_by_role("row", name=line)).to_be_visible()
    expect(figure.get_by_text("196 × √0.003300 = 11.3")).to_be_visible()

    figure.get_by_role("slider", name="Promoters, per cent").focus()
    press(reader.page, "End")
    expect(figure.get_by_role("spinbutton", name="Detractors, per cent")).to_have_value("0")
    expect(figure.get_by_text("All replies are in one group")).to_be_visible()

    figure.get_by_role("spinbutton", name="Promoters, per cent").fill("48")
    figure.get_by_role("spinbutton", name="Detractors, per cent").fill("20")
    figure.get_by_role("spinbutton", name="Replies (n)").fill("250")
    expect(result(figure)).to_have_text(
        "NPS 28 ± 9.6 from 250 replies: an interval from 18.4 to 37.6."
    )
    figure.get_by_role("spinbutton", name="Replies (n)").fill("7")
    press(reader.page, "Tab")
    expect(figure.get_by_role("spinbutton", name="Replies (n)")).to_have_value("20")
    expect(figure.get_by_text("only a rough guide")).to_be_visible()


@pytest.mark.proofs
def test_two_branches(read) -> None:
    reader = read()
    figure = reader.figure("two-branches")
    first = result(figure).inner_text()
    assert "one got 23.3 and the other 21.7: a difference of −1.7" in first

    figure.get_by_role("button", name="Draw 100 times").focus()
    press(reader.page, *["Enter"] * 5)
    cell = figure.locator(".fig").get_by_role("row", name="Pairs drawn")
    expect(cell).to_have_text("Pairs drawn501")
    expect(figure.get_by_role("row", name="Standard error")).to_contain_text("14.8")
    expect(figure.get_by_role("row", name="inside the margin")).to_contain_text("482 of 501 (96%)")

    against = figure.get_by_label("Compare with")
    assert against.locator("option").all_inner_texts() == (
        ["nothing", "North", "South", "East", "West"]
    )
    against.focus()
    press(reader.page, "ArrowDown", "ArrowDown")
    expect(result(figure)).to_contain_text("South changed by +45.0; chance did as much in 1 of 501")

    figure.get_by_role("spinbutton", name="Seed of chance").fill("2")
    assert result(figure).inner_text() != first
    figure.get_by_role("spinbutton", name="Seed of chance").fill("1")
    expect(result(figure)).to_contain_text(first)


@pytest.mark.proofs
def test_peak_end(read) -> None:
    reader = read()
    figure = reader.figure("peak-end")
    board = figure.locator(".fig")
    expect(board.get_by_role("row", name="Average of peak and end 7.5 5.0 Visit A")).to_be_visible()
    expect(board.get_by_role("row", name="Sum of all ratings 27 33 Visit B")).to_be_visible()

    figure.get_by_role("button", name="Visit B", exact=True).focus()
    press(reader.page, "Enter")
    figure.get_by_role("slider", name="Visit B, rating 7").focus()
    press(reader.page, "End")
    expect(
        board.get_by_role("row", name="Average of peak and end 7.5 10.0 Visit B")
    ).to_be_visible()
    expect(board.get_by_role("row", name="Plain average 5.4 5.9 Visit B")).to_be_visible()

    figure.get_by_role("button", name="Add a rating").focus()
    press(reader.page, "Enter", "Enter", "Enter", "Enter")
    expect(figure.get_by_role("slider")).to_have_count(10)
    figure.get_by_role("button", name="As in the text").focus()
    press(reader.page, "Enter")
    expect(figure.get_by_role("slider")).to_have_count(7)
    expect(result(figure)).to_have_text(
        "Remembered as worse, by peak and end and by the plain average alike: Visit A. "
        "By the sum: Visit B."
    )


@pytest.mark.proofs
def test_journey_map(read) -> None:
    reader = read()
    figure = reader.figure("journey-map")
    card = figure.locator(".fig-card")
    expect(card).to_contain_text("Step 1 of 6: Loses the thread at dinner")
    figure.get_by_role("button", name="Next").focus()
    press(reader.page, "Enter", "Enter", "Enter")
    expect(card).to_contain_text("Third week, aids in the drawer")
    expect(card).to_contain_text("−2 – a pain point")
    expect(card).to_contain_text("observed: the aids' own record of use")
    expect(figure.get_by_text("at these steps: 1, 4.")).to_be_visible()

    figure.get_by_role("button", name="The firm's view").focus()
    press(reader.page, "Enter")
    expect(card).to_contain_text("The firm has nothing about this step.")
    expect(card).not_to_contain_text("Cutlery")
    expect(figure.get_by_text("The firm has seen 3 of 6 steps, and 2 pain points")).to_be_visible()
    expect(figure.get_by_role("img")).to_have_accessible_name(
        "The same line, drawn only through the steps of which the firm knows. Is tested: 0; "
        "Takes the aids home: +2; Review after three months: 0."
    )


@pytest.mark.proofs
def test_service_blueprint(read) -> None:
    reader = read()
    figure = reader.figure("service-blueprint")
    card = figure.locator(".fig-card")
    expect(card).to_contain_text("laboratory makes moulds")
    figure.get_by_role("button", name="Step 2 of 4: Fitting").focus()
    press(reader.page, "Enter")
    expect(card).to_contain_text("stock system orders")
    expect(figure.locator(".fig td.is-here")).to_have_count(5)

    figure.get_by_role("button", name="Follow it down to its cause").focus()
    press(reader.page, "Enter")
    expect(card).to_contain_text("Point of failure: tries, then stops")
    expect(card.get_by_role("listitem")).to_have_text(
        ["Frontstage: nobody acts", "Backstage: nobody acts", "Support processes: nobody acts"]
    )
    expect(card).to_contain_text("The cause lies at the bottom, in “Support processes”")
    expect(figure.locator(".fig td.is-traced")).to_have_count(4)
    expect(figure.get_by_role("button", name="Step 3 of 4")).to_have_attribute(
        "aria-current", "step"
    )


@pytest.mark.proofs
def test_framework_grid(read) -> None:
    reader = read()
    figure = reader.figure("framework-grid")
    board = figure.locator(".fig")
    heads = board.locator("tbody th")
    board.get_by_role("button", name="governance").focus()
    press(reader.page, "Enter")
    expect(board.locator(".is-kin")).to_have_count(3)
    expect(board).to_contain_text("Connect (Lewan, ?), accountability, with culture (CXPA)")

    board.get_by_label("Order of the rows").select_option(label="fewest doubts first")
    assert heads.all_inner_texts()[:3] == ["Direction", "Understanding", "Shaping"]
    assert heads.all_inner_texts()[-1] == "Steering and joining up"
    board.get_by_label("Only doubtful placements").focus()
    press(reader.page, "Space")
    expect(heads).to_have_count(4)
    press(reader.page, "Space")
    board.get_by_label("Theme").select_option(label="Shaping")
    assert heads.all_inner_texts() == ["Shaping"]
    board.get_by_label("Theme").select_option(label="all themes")

    board.get_by_role("button", name="Realize").focus()
    press(reader.page, "Enter")
    expect(board.get_by_role("button", name="Realize")).to_be_focused()
    board.get_by_label("Another row for Realize").select_option(label="Steering and joining up")
    expect(board).to_contain_text("This is your placement; the text has it under “Measuring”.")
    row = board.get_by_role("row", name="Steering and joining up")
    expect(row.get_by_role("button", name="Realize")).to_have_count(1)


LARGE = (
    "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize='200%'))"
)
OVER_THE_EDGE = """chart => [...chart.querySelectorAll("text")].filter((text) => {
    const [box, room] = [text.getBoundingClientRect(), chart.getBoundingClientRect()];
    return box.left < room.left - 1 || box.right > room.right + 1;
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("width", spread([375, 1440], check=1))
def test_with_letters_of_double_size_no_number_of_a_scale_is_cut(read, width):
    reader = read(viewport={"width": width, "height": 900})
    reader.page.add_init_script(LARGE)
    chart = reader.figure("nps-scale").locator(".fig-chart").last
    expect(chart.get_by_text("+100")).to_be_visible()
    assert chart.evaluate(OVER_THE_EDGE) == []

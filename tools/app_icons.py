"""Draw the icons of the installed pages from their SVG files: `python -m tools.app_icons`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from launcher import chromium

STATIC = Path(__file__).resolve().parents[1] / "courses/static/cx_courses"
ICONS = {
    "icon-192": "img/favicon.svg",
    "icon-512": "img/favicon.svg",
    "maskable-512": "app/maskable.svg",
    "apple-180": "app/maskable.svg",
}
"""File → its drawing; the number is its width in pixels. iOS rounds the corners by itself."""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find())
        for name, source in ICONS.items():
            size = int(name.rpartition("-")[2])
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = (STATIC / source).read_text()
            sized = drawing.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{sized}")
            page.screenshot(path=STATIC / f"app/{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()

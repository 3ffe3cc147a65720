"""Follows the links of the site from its front page, as a browser would."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

SITE = "http://testserver"
REFERENCES = {("a", "href"), ("img", "src"), ("link", "href"), ("script", "src"), ("use", "href")}
REFERENCES |= {("source", "src"), ("audio", "src"), ("video", "src"), ("iframe", "src")}


@dataclass
class CrawledPage:
    """One address: what the server said, where it was found, and what it refers to."""

    url: str
    found_on: str
    status: int = 0
    route: str = ""
    is_page: bool = False
    names: set[str] = field(default_factory=set)
    """What a fragment may name: ids, and the names of anchors."""
    references: list[str] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    """The names of those that it was rendered from."""


class _References(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.found: list[str] = []
        self._templates = 0
        self.feed(text)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._templates += tag == "template"
        if self._templates:  # Scripts copy these, and fill them in.
            return
        values = dict(attrs)
        self.names |= {value for key in ("id", "name") if (value := values.get(key))}
        if values.get("rel") in {"alternate", "canonical"}:
            return
        self.found += [
            value or "" for name, value in attrs if (tag, name) in REFERENCES and value is not None
        ]


Crawled = dict[str, CrawledPage]


def crawl(client: Client, start: str, *, each: int, leave_out: str = "^$") -> Crawled:
    """Return every address that can be reached from `start` by links, without their fragments.

    Of one route at most `each` addresses are asked for. Addresses of other sites, and those whose
    path matches `leave_out`, are not followed.
    """
    found: dict[str, CrawledPage] = {}
    counts: dict[str, int] = {}
    queue = deque([(f"{SITE}{start}", "")])
    while queue:
        url, source = queue.popleft()
        if url in found or urlsplit(url).netloc != "testserver":
            continue
        if re.search(leave_out, urlsplit(url).path):
            continue
        route = route_of(url)
        counts[route] = counts.get(route, 0) + 1
        if counts[route] > each:
            continue
        page = found[url] = CrawledPage(url, source, route=route)
        _read(client, page)
        queue += [(urldefrag(one).url, url) for one in page.references]
    return found


def route_of(url: str) -> str:
    """Return the name of the address's route; its path where nothing answers it."""
    path = urlsplit(url).path
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def _read(client: Client, page: CrawledPage) -> None:
    response: Any = client.get(page.url.removeprefix(SITE), follow=True)
    page.status = response.status_code
    if "text/html" not in response.headers.get("Content-Type", ""):
        response.getvalue()  # A file is closed when it has been read.
        return
    read = _References(response.getvalue().decode())
    # Where one is led elsewhere, to sign in or to enrol, there is nothing for a fragment to name.
    page.is_page = response.request["PATH_INFO"] == urlsplit(page.url).path
    page.names = read.names
    page.templates = {one.name for one in response.templates if one.name}
    base = f"{SITE}{response.request['PATH_INFO']}"
    # An empty src asks for the page itself, which is no picture: `faults` finds it.
    page.references = [
        urljoin(base, one) if one else f"{SITE}/empty-reference" for one in read.found
    ]


def faults(pages: Crawled) -> Iterator[str]:
    """What a reader would call broken: an address or a fragment that is not there."""
    for page in pages.values():
        if page.status >= 400:
            yield f"{page.status}: {page.url} on {page.found_on}"
        for one in page.references:
            url, name = urldefrag(one)
            goal = pages.get(url)
            if name and goal and goal.is_page and name not in goal.names:
                yield f"no #{name}: {url} on {page.url}"

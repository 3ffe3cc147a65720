"""A browser without scripts: it keeps cookies, follows redirects and sends the forms of pages."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client

FORM = "application/x-www-form-urlencoded"


@dataclass
class Page:
    url: str
    status: int
    text: str
    headers: Any

    @property
    def forms(self) -> "list[Form]":
        return FormReader(self).forms


@dataclass
class Form:
    action: str
    fields: dict[str, str]


class FormReader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.forms = page, []
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        if tag == "form":
            self.forms.append(Form(urljoin(self.page.url, found.get("action") or ""), {}))
        elif tag == "input" and self.forms and "name" in found and _is_sent(found):
            self.forms[-1].fields[found["name"]] = found.get("value") or ""


def _is_sent(attributes: dict[str, Any]) -> bool:
    """Whether a browser sends this input, if nobody touches it."""
    is_choice = attributes.get("type") in {"radio", "checkbox"}
    return "checked" in attributes if is_choice else attributes.get("type") != "submit"


class Visitor:
    def __init__(self) -> None:
        # Chromium keeps secure cookies of this machine itself without TLS, too.
        self.cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, url: str) -> Page:
        return self._open(url, None)

    def post(self, url: str, fields: Any) -> Page:
        return self._open(url, urlencode(fields).encode())

    def submit(self, page: Page, **more: str) -> Page:
        """Send the first form of a page, as its script would."""
        assert page.forms, f"{page.url} has no form, with status {page.status}: {page.text}"
        form = page.forms[0]
        return self.post(form.action, {**form.fields, **more})

    def _open(self, url: str, body: bytes | None) -> Page:
        try:
            answer = self.opener.open(url, body, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Page(answer.url, answer.status, answer.read().decode(), answer.headers)


class Inside(Visitor):
    """The same without a socket: the site's views in this thread, and no other site."""

    def __init__(self) -> None:
        super().__init__()
        self.client = Client()

    def _open(self, url: str, body: bytes | None) -> Page:
        send = self.client.get if body is None else self.client.post
        more = {} if body is None else {"data": body, "content_type": FORM}
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        answer = send(path, secure=True, **more)
        return Page(url, answer.status_code, answer.content.decode(), answer.headers)

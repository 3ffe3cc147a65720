"""Files of a course are served to its readers alone, whole or in parts, and run nothing."""

from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncRequestFactory
from django.urls import reverse

from courses import file_store
from courses.file_responses import FileToSend, send_file
from courses.models import Asset, Course, Module, PinnedContent
from tests.factories import CourseFactory, ModuleFactory, UserFactory, make_asset, make_learner

pytestmark = pytest.mark.django_db
LARGE = bytes(range(256)) * 2048
"""Sent piece by piece."""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'


@pytest.fixture
def module(client):
    module = ModuleFactory()
    client.force_login(make_learner(module.course).user)
    return module


def address(row: Asset) -> str:
    place = row.module
    return reverse("cx_courses:asset", args=[place.course.key, place.key, row.name])


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_parts_of_a_file_are_sent_as_they_are_asked_for(client, module):
    row = make_asset(module=module, name="clip.webm", content=LARGE)
    url, size = address(row), len(LARGE)

    for asked, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        (f"bytes={size - 5}-", size - 5, size - 1),
        ("bytes=-7", size - 7, size - 1),
        (f"bytes=-{size * 2}", 0, size - 1),
        (f"bytes=100-{size * 3}", 100, size - 1),
    ):
        answer = client.get(url, headers={"range": asked})
        assert answer.status_code == 206, asked
        assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert body(answer) == LARGE[first : last + 1]
        assert answer["Content-Length"] == str(last - first + 1)
    for asked in (f"bytes={size}-", f"bytes={size + 9}-{size + 20}", "bytes=-0"):
        answer = client.get(url, headers={"range": asked})
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}"), asked
        assert body(answer) == b""
    for asked in ("bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b", ""):
        answer = client.get(url, headers={"range": asked})
        assert (answer.status_code, body(answer)) == (200, LARGE), asked
        assert "Content-Range" not in answer


def test_a_part_of_another_content_is_not_sent(client, module):
    url = address(make_asset(module=module, name="clip.webm", content=LARGE))
    whole = client.get(url)
    etag, _whole = whole["ETag"], body(whole)

    for known, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200)):
        answer = client.get(url, headers={"range": "bytes=0-9", "if-range": known})
        assert answer.status_code == status
        assert len(body(answer)) == (10 if status == 206 else len(LARGE))
    for known in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        answer = client.get(url, headers={"if-none-match": known})
        assert (answer.status_code, body(answer)) == (304, b"")
    head = client.head(url)
    assert (head.status_code, head["Content-Length"], body(head)) == (200, str(len(LARGE)), b"")


def test_no_file_runs_or_is_taken_for_something_else(client, module):
    shown = {"a.png": b"\x89PNG\r\n\x1a\n", "a.svg": SVG, "a.mp3": b"ID3", "a.mp4": b"1234ftypmp42"}
    saved = {"a.csv": b"1,2\n", "a.pdf": b"%PDF-1.7"}
    for name, content in {**shown, **saved}.items():
        answer = client.get(address(make_asset(module=module, name=name, content=content)))
        assert body(answer) == content
        assert answer["X-Content-Type-Options"] == "nosniff"
        policy = answer["Content-Security-Policy"]
        assert policy == (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
        )
        assert answer["Cache-Control"] == "private, max-age=3600"
        place = "inline" if name in shown else "attachment"
        assert answer["Content-Disposition"] == f'{place}; filename="{name}"'


def test_the_name_in_an_address_cannot_add_to_the_headers(client, module):
    """With its hash a file answers to any name."""
    digest = make_asset(module=module, name="a.csv").content_hash
    PinnedContent.objects.create(content_hash=digest, content_type="text/csv; charset=utf-8")
    for name in ('a"; filename="b.html', "a\r\nX-Evil: 1", "../../x.csv", "ä.csv", "a;b"):
        place = reverse("cx_courses:asset", args=[module.course.key, module.key, "NAME"])
        url = place.replace("NAME", quote(name, safe=""))
        answer = client.get(url, {"v": digest})
        if answer.status_code == 404:  # No address.
            continue
        assert "X-Evil" not in answer
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert "\n" not in answer["Content-Disposition"]


def test_who_gets_a_file(client):
    """Its readers; of a hidden module or a draft of a course only those who read drafts."""
    open_, hidden = (ModuleFactory(), ModuleFactory(is_archived=True))
    draft = ModuleFactory(course=CourseFactory(state=Course.State.DRAFT))
    Module.objects.filter(pk=hidden.pk).update(course=open_.course)
    hidden.refresh_from_db()
    foreign = ModuleFactory()
    files = {
        name: address(make_asset(module=module, name="a.csv"))
        for name, module in (
            ("open", open_), ("hidden", hidden), ("draft", draft), ("foreign", foreign),
        )
    }  # fmt: skip
    people = {
        "learner": (make_learner(open_.course).user, {"open"}),
        "author": (make_learner(open_.course, role="author").user, {"open", "hidden"}),
        "instructor": (make_learner(open_.course, role="instructor").user, {"open", "hidden"}),
        "instructor of the draft": (make_learner(draft.course, role="instructor").user, {"draft"}),
        "nobody": (UserFactory(), set()),
        "anonymous": (None, set()),
    }
    for who, (user, reached) in people.items():
        client.logout()
        if user is not None:
            client.force_login(user)
        for name, url in files.items():
            answer = client.get(url)
            is_sent = answer.status_code == 200
            assert is_sent == (name in reached), (who, name, answer.status_code)
            assert is_sent or answer.status_code in (302, 404)


def test_a_file_that_the_storage_lost_is_not_found(client, module):
    row = make_asset(module=module, name="a.csv")
    assert client.get(address(row)).status_code == 200

    file_store.delete(row.content_hash)

    assert client.get(address(row)).status_code == 404


def test_an_asynchronous_server_gets_the_same_bytes():
    digest = file_store.hash_of(LARGE)
    file_store.write(digest, content=LARGE)
    file = FileToSend("clip.webm", "video/webm", digest)

    async def read(**headers):
        request = AsyncRequestFactory().get("/clip.webm", headers=headers)
        answer = send_file(request, file, cache_control="private")
        found = b"".join([piece async for piece in answer])
        answer.close()
        return found

    assert async_to_sync(read)() == LARGE
    assert async_to_sync(read)(range="bytes=7-400000") == LARGE[7:400001]

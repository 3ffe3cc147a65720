"""Pages are compressed as Django does it, only at another level."""

import gzip
from random import Random

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from cxcourse.compression import PageCompressionMiddleware

TEXT = "".join(f"<p>Line {number} of a page</p>" for number in range(400))
NOISE = Random(1).randbytes(500)
RESPONSES = {
    "page": lambda: HttpResponse(TEXT),
    "too short": lambda: HttpResponse("a" * 199),
    "just long enough": lambda: HttpResponse("a" * 200),
    "empty": lambda: HttpResponse(status=204),
    "compressed before": lambda: HttpResponse(TEXT, headers={"Content-Encoding": "br"}),
    "strong tag": lambda: HttpResponse(TEXT, headers={"ETag": '"one"'}),
    "weak tag": lambda: HttpResponse(TEXT, headers={"ETag": 'W/"one"'}),
    "varies": lambda: HttpResponse(TEXT, headers={"Vary": "Cookie"}),
    "noise": lambda: HttpResponse(NOISE),
    "streamed": lambda: StreamingHttpResponse(iter([TEXT.encode(), b"end"])),
    "file": lambda: FileResponse(iter([TEXT.encode()]), headers={"Content-Length": "9"}),
}


def sent(kind, response, accepted):
    """All that a browser sees, but lengths that are random."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    made = kind(lambda _request: response)(request)
    body = b"".join(made) if made.streaming else made.content
    headers = dict(made.items())
    length = headers.pop("Content-Length", None)
    if headers.get("Content-Encoding") == "gzip":
        assert length in (None, str(len(body)))
        return headers, gzip.decompress(body), length is None
    return headers, body, length


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "br", ""])
@pytest.mark.parametrize("name", RESPONSES)
def test_browser_gets_what_it_gets_from_django(name, accepted):
    make = RESPONSES[name]
    assert sent(PageCompressionMiddleware, make(), accepted) == sent(
        GZipMiddleware, make(), accepted
    )


def test_page_is_compressed_and_padded_by_a_random_length():
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    answer = PageCompressionMiddleware(lambda _request: HttpResponse(TEXT))
    bodies = [answer(request).content for _time in range(60)]

    lengths = {len(body) for body in bodies}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) < PageCompressionMiddleware.max_random_bytes
    assert max(lengths) < len(TEXT) / 4
    assert {gzip.decompress(body).decode() for body in bodies} == {TEXT}


def test_site_uses_it(client, db, settings):
    response = client.get("/account/sign-in/", headers={"Accept-Encoding": "gzip"})

    assert "cxcourse.compression.PageCompressionMiddleware" in settings.MIDDLEWARE
    assert response["Content-Encoding"] == "gzip"
    assert b"<form" in gzip.decompress(response.content)

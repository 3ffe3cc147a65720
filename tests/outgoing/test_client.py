"""Calls go to public addresses only, end in time and read only so much."""

import ipaddress
import socket
import ssl
import time

import pytest

from courses.domain import outgoing, timed_sockets
from tests.outgoing import receiver

INWARD = [
    "127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2001:0:a00:1::1", "100::1",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
SPELLINGS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "0", "localhost",
    "localhost.", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]", "10.1.2.3", "169.254.169.254",
    "3232235777", "[fe80::1]", "[64:ff9b::7f00:1]",
]  # fmt: skip


@pytest.fixture
def connected(monkeypatch):
    """Addresses to which a connection was tried; none succeeds."""
    tried = []

    def connect(address, **_kwargs):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def names(monkeypatch, *answers):
    """A resolver that gives these addresses, one list per lookup."""
    left = list(answers)
    resolved = socket.getaddrinfo

    def resolve(host, port, *more, **kwargs):
        if host in {"::1", "127.0.0.1"}:
            return resolved(host, port, *more, **kwargs)
        return [(None, None, None, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def post(url, body=b"{}"):
    return outgoing.post(url, body=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("text", INWARD)
def test_inward_addresses_are_not_public(text):
    assert not outgoing.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_open_addresses_are_public(text):
    assert outgoing.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_an_inward_address_is_connected_to(host, scheme, connected):
    # A resolver may refuse an unusual spelling before we do.
    with pytest.raises((outgoing.CallRefused, outgoing.CallFailed)):
        post(f"{scheme}://{host}:8000/")

    assert connected == []


@pytest.mark.parametrize("address", INWARD)
def test_a_name_of_an_inward_address_is_not_connected_to(address, connected, monkeypatch):
    names(monkeypatch, [address])

    with pytest.raises(outgoing.CallRefused):
        post("https://innocent.example/")

    assert connected == []


def test_one_inward_address_among_public_ones_refuses_the_name(connected, monkeypatch):
    names(monkeypatch, ["8.8.8.8", "10.0.0.1"])

    with pytest.raises(outgoing.CallRefused):
        post("https://both.example/")

    assert connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(connected, monkeypatch):
    names(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])

    with pytest.raises(outgoing.CallFailed, match="ConnectionRefusedError"):
        post("https://rebinding.example/")

    assert connected == [("8.8.8.8", 443)]


@pytest.mark.parametrize(
    "url",
    [
        "", "https://", "https:///x", "ftp://example.org/", "file:///etc/passwd", "//example.org/",
        "gopher://example.org/", "https://a@example.org/", "https://a:b@example.org/",
        "https://example.org/#x", "https://example.org:99999/", "https://example.org:0/",
        "https://exa mple.org/", "https://example.org/\r\nX: y", "https://example.org\\@a/",
        "https://bücher.example/", "https://[::1/", "https://example.org/\x00", "javascript:1",
    ],
)  # fmt: skip
def test_address_with_extra_parts_is_refused(url, connected):
    with pytest.raises(outgoing.CallRefused):
        post(url)

    assert connected == []


def test_public_addresses_are_called_by_https_only(connected, monkeypatch):
    names(monkeypatch, ["8.8.8.8"])

    with pytest.raises(outgoing.CallRefused, match="https"):
        post("http://plain.example/")

    assert connected == []


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8"])
def test_an_allow_listed_host_or_network_is_called(allowed, settings):
    settings.COURSES_OUTGOING_ALLOW = [allowed]
    with receiver.running(receiver.status(200, b"hello", X_Seen="yes")) as server:
        answer = post(server.url, b"sent")

    assert (answer.status, answer.body, answer.is_cut) == (200, b"hello", False)
    assert answer.headers["x-seen"] == "yes"
    headers, body = server.received[0]
    assert body == b"sent"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == server.url.split("/")[2]


def test_a_name_with_several_addresses_is_called_at_the_one_that_answers(settings, monkeypatch):
    settings.COURSES_OUTGOING_ALLOW = ["own.example"]
    names(monkeypatch, ["::1", "127.0.0.1"])
    with receiver.running(receiver.status(200, b"hello")) as server:
        answer = post(server.url.replace("127.0.0.1", "own.example"))

    assert answer.body == b"hello"
    assert [headers["host"].split(":")[0] for headers, _body in server.received] == ["own.example"]


def test_no_address_of_a_name_answers(connected, monkeypatch):
    names(monkeypatch, ["8.8.8.8", "2606:4700::1111"])

    with pytest.raises(outgoing.CallFailed, match="ConnectionRefusedError"):
        post("https://down.example/")

    assert connected == [("8.8.8.8", 443), ("2606:4700::1111", 443)]


@pytest.mark.parametrize("allowed", ["10.0.0.0/8", "example.org", "not a network", "::1"])
def test_an_allow_list_allows_nothing_else(allowed, settings):
    settings.COURSES_OUTGOING_ALLOW = [allowed]
    with receiver.running() as server, pytest.raises(outgoing.CallRefused):
        post(server.url)

    assert server.received == []


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(code, settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with receiver.running() as other, receiver.running() as server:
        server.behave = receiver.status(code, Location=other.url)
        assert post(server.url).status == code

    assert other.received == []


def test_no_proxy_of_the_environment_is_used(settings, monkeypatch):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with receiver.running() as proxy, receiver.running() as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        post(server.url)

    assert (len(proxy.received), len(server.received)) == (0, 1)


def test_no_more_is_read_than_allowed(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with receiver.running(receiver.endless(10 * outgoing.MOST_BYTES)) as server:
        answer = post(server.url)

    assert answer.is_cut
    assert len(answer.body) == outgoing.MOST_BYTES


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_a_call_ends_in_time_even_while_bytes_still_drip(kind, settings, monkeypatch):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr(outgoing, "TIMEOUT_S", 0.3)
    with receiver.running() as server:
        server.behave = getattr(receiver, kind)(server.released)
        begun = time.monotonic()
        with pytest.raises(outgoing.CallFailed, match="No answer"):
            post(server.url)
        taken = time.monotonic() - begun

    assert taken < 5


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(outgoing, "TIMEOUT_S", 0.1)
    hung = receiver.threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: hung.wait(30) or [])
    try:
        with pytest.raises(outgoing.CallFailed, match="looked up in time"):
            post("https://slow.example/")
    finally:
        hung.set()


def test_a_connection_cut_or_refused_is_a_failure(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with receiver.running(receiver.cut) as server, pytest.raises(outgoing.CallFailed):
        post(server.url)
    with pytest.raises(outgoing.CallFailed):
        post(server.url)


def test_https_needs_a_certificate_that_holds(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    with receiver.running() as server, pytest.raises(outgoing.CallFailed):
        post(server.url.replace("http:", "https:"))

    assert server.received == []


def test_the_certificate_is_checked_against_the_name_and_not_the_address(monkeypatch):
    asked = []

    class Context:
        def wrap_socket(self, _socket, *, server_hostname):
            asked.append(server_hostname)
            raise ssl.SSLCertVerificationError("it is another's")

    class Socket:
        def settimeout(self, _seconds): ...
        def close(self): ...

    names(monkeypatch, ["8.8.8.8"])
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: Socket())
    monkeypatch.setattr(timed_sockets, "_trusted", Context)

    with pytest.raises(outgoing.CallFailed, match="another's"):
        post("https://named.example/")

    assert asked == ["named.example"]


def test_a_header_that_comes_several_times_is_one_list(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]

    def behave(handler):
        handler.send_response(204)
        handler.send_header("Link", "<a>; rel=next")
        handler.send_header("link", "<b>; rel=differences")
        handler.end_headers()

    with receiver.running(behave) as server:
        answer = post(server.url)

    assert answer.headers["link"] == "<a>; rel=next, <b>; rel=differences"

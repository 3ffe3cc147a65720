"""Behind a proxy every visitor has an address of their own, and nobody can invent one."""

from urllib.parse import urlencode

import pytest

from tests.wire.conftest import Site
from tests.wire.server import Answer, ask

pytestmark = pytest.mark.slow

ATTACKER = "127.0.0.3"


def sign_in(site: Site, name: str, password: str, source: str, **headers: str) -> Answer:
    port = site.ports["buffering"]
    page = ask(port, "GET", "/account/sign-in/", source=source)
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = page.content.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"csrfmiddlewaretoken": token, "username": name, "password": password}
    return ask(
        port,
        "POST",
        "/account/sign-in/",
        urlencode(form).encode(),
        source=source,
        Cookie=cookie,
        Content_Type="application/x-www-form-urlencoded",
        **headers,
    )


def test_wrong_passwords_from_other_addresses_lock_nobody_out(site: Site) -> None:
    answers = [
        sign_in(site, "admin", "wrong", ATTACKER, X_Forwarded_For=f"198.51.100.{number}").status
        for number in range(12)
    ]
    assert answers[:9] == [200] * 9
    assert answers[9:] == [429] * 3
    assert sign_in(site, "admin", site.password, "127.0.0.1").status == 302


def test_invented_addresses_pass_no_limit_of_the_api(site: Site) -> None:
    answers = [
        ask(
            site.ports["buffering"],
            "GET",
            "/api/v1/courses",
            source="127.0.0.4",
            Authorization="Bearer cxk_00_00",
            X_Forwarded_For=f"198.51.100.{number}",
        ).status
        for number in range(25)
    ]
    assert answers.count(429) == 5
    # Others go on: the proxy's address is not theirs.
    answer = ask(
        site.ports["buffering"], "GET", "/api/v1/courses", Authorization="Bearer cxk_00_00"
    )
    assert answer.status == 401

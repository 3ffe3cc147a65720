"""What is read of a platform's answer with its people: links, roles, ids."""

import pytest

from courses.lti.listed_people import listed
from courses.lti.models import LtiRegistration
from courses.lti.roster_calls import first_url
from courses.lti.service_calls import links

URL = "https://school.example/Members?a=1"
LINKS = [
    ("", {}),
    ('<https://school.example/M?P=B,c>; rel="next"', {"next": "https://school.example/M?P=B,c"}),
    ("<?Page=2>;rel=next", {"next": "https://school.example/Members?Page=2"}),
    (
        '</a>; title="x, y"; REL="Next last" , </b> ; rel=differences',
        {
            "next": "https://school.example/a",
            "last": "https://school.example/a",
            "differences": "https://school.example/b",
        },
    ),
    ("</a>; rel='next'", {"next": "https://school.example/a"}),
    ("</a>; title=next", {}),
    ('<http://[bad>; rel="next"', {"next": "http://[bad"}),
]


@pytest.mark.parametrize(("header", "found"), LINKS)
def test_links_of_a_header(header, found):
    assert links(header=header, url=URL) == found


def test_the_wish_for_the_size_of_a_page_keeps_what_the_address_has():
    assert first_url(URL) == f"{URL}&limit=200"
    assert first_url("https://school.example/m") == "https://school.example/m?limit=200"


def test_members_whom_nobody_can_read_are_left_out():
    members = [
        {"user_id": 7, "roles": ["Learner"]},
        {"user_id": "8", "roles": ["Learner"], "status": "Deleted"},
        {"user_id": "9", "roles": "Learner"},
        {"user_id": True, "roles": ["Learner"]},
        {"user_id": "x" * 201, "roles": ["Learner"]},
        {"user_id": "a\n", "roles": ["Learner"]},
        {"user_id": 1.5},
        {"roles": ["Learner"]},
        None,
        "ada",
    ]
    found = list(listed(members=members, registration=LtiRegistration(privacy="id")))
    assert [(one.id, one.role, one.has_left) for one in found] == [
        ("7", "learner", False),
        ("8", "", True),
        ("9", "", False),
    ]

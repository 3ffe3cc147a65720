"""What we sign to be given access tokens, read by another library than the one that signs it."""

import json
import time
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from courses.lti import access_tokens, addresses, own_keys
from tests.lti.school import OTHER_KEY, School

pytestmark = pytest.mark.django_db
AUDIENCE = "https://auth.school.example/token"


def published(school):
    """The keys that the site publishes for the registration."""
    return json.loads(Client().get(urlsplit(addresses.keys(school.row.uuid)).path).content)


def read(school):
    """An assertion for the registration, as joserfc reads it with a published key."""
    text = access_tokens._assertion(access_tokens.key_of(registration=school.row))
    return jwt.decode(text, KeySet.import_key_set(published(school)), algorithms=["RS256"])


@pytest.mark.parametrize("audience", ["", AUDIENCE])
def test_assertion_says_what_the_security_framework_asks_for(audience):
    school = School(token_audience=audience)

    found = read(school)

    assert found.header["alg"] == "RS256"
    assert found.header["kid"] in {key["kid"] for key in published(school)["keys"]}
    assert set(found.claims) == {"iss", "sub", "aud", "iat", "exp", "jti"}
    assert found.claims["iss"] == found.claims["sub"] == school.client_id
    assert found.claims["aud"] == (audience or school.row.token_url)
    assert found.claims["iat"] <= time.time() < found.claims["exp"]
    assert 0 < found.claims["exp"] - found.claims["iat"] <= 3600
    now = jwt.JWTClaimsRegistry(iss={"essential": True}, aud={"essential": True})
    now.validate(found.claims)


def test_every_assertion_has_an_id_of_its_own():
    school = School()
    assert read(school).claims["jti"] != read(school).claims["jti"]


def test_assertion_is_signed_with_the_newest_key(monkeypatch):
    school = School()
    before = read(school).header["kid"]
    monkeypatch.setattr(own_keys, "draw", lambda: OTHER_KEY)
    own_keys.rotate(registration=school.row, now=timezone.now())

    found = read(school)

    assert found.header["kid"] != before
    assert {before, found.header["kid"]} <= {key["kid"] for key in published(school)["keys"]}


def test_private_key_is_not_shown_with_the_rest():
    key = access_tokens.key_of(registration=School().row)
    assert "PRIVATE" in key.pem
    assert "PRIVATE" not in repr(key)

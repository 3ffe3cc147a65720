"""A platform's side of launches, as far as they pass through a browser; tokens made by PyJWT."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.utils import timezone
from jwt.algorithms import RSAAlgorithm

from courses.lti import addresses, registrations
from courses.lti import vocabulary as words
from courses.lti.models import LtiDeployment

ISSUER = "https://school.example"
MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TOOL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
GONE = object()
"""As the value of a claim: the claim is left out."""


def jwk(key: Any = KEY, kid: str = "k1", **more: Any) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return {"kid": kid, "kty": "RSA", "n": public["n"], "e": public["e"], **more}


class School:
    """A registration with a warm key set and an approved deployment; each browser is new."""

    def __init__(self, *, issuer: str = ISSUER, client_id: str = "tool-1", **values: Any) -> None:
        given = {
            "auth_url": f"{issuer}/auth",
            "keyset_url": f"{issuer}/keys",
            "token_url": f"{issuer}/token",
            **values,
        }
        self.issuer, self.client_id = issuer, client_id
        self.row = registrations.create(
            issuer=issuer, client_id=client_id, name=client_id, now=timezone.now(), **given
        )
        self.row.keys, self.row.keys_read_at = [jwk()], timezone.now()
        self.row.save()
        self.deployment = LtiDeployment.objects.create(
            registration=self.row, deployment_id="d1", state="active", created_at=timezone.now()
        )
        self.key, self.kid = KEY, "k1"

    def begin(self, http: Client, **more: str) -> dict[str, str]:
        """Begin a login in this browser; return what the platform was asked."""
        sent = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "hint",
            "target_link_uri": addresses.launch(),
            **more,
        }
        answer = http.post(urlsplit(addresses.login()).path, sent, secure=True)
        assert answer.status_code == 302, answer.content.decode()
        return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def claims(self, expected: str = "", **more: Any) -> dict[str, Any]:
        """The claims of a learner's launch; `more` by their full names, GONE leaves one out."""
        now = int(timezone.now().timestamp())
        found = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "7",
            "exp": now + 60,
            "iat": now,
            "nonce": expected,
            "given_name": "Ada",
            "family_name": "Lovelace",
            "email": "ada@school.example",
            words.MESSAGE_TYPE: words.RESOURCE_LINK_REQUEST,
            words.VERSION: words.VERSION_1_3,
            words.DEPLOYMENT_ID: "d1",
            words.TARGET_LINK_URI: addresses.launch(),
            words.RESOURCE_LINK: {"id": "link-1", "title": "A link"},
            words.ROLES: [f"{MEMBER}#Learner"],
            words.CONTEXT: {"id": "red", "title": "Red class", "label": "R", "type": ["Section"]},
            words.PRESENTATION: {"return_url": f"{self.issuer}/back", "document_target": "iframe"},
            **more,
        }
        return {name: value for name, value in found.items() if value is not GONE}

    def sign(self, claims: dict[str, Any], *, headers: Any = None, **more: Any) -> str:
        given = {"algorithm": "RS256", "key": self.key, **more}
        kid = {} if self.kid is None else {"kid": self.kid}
        return jwt.encode(claims, headers={**kid, **(headers or {})}, **given)

    def launch(self, http: Client | None = None, course: Any = None, **claims: Any) -> Any:
        """Launch as the browser does, from the login on; return the answer to the token."""
        http = http or Client()
        asked = self.begin(http)
        if course is not None:
            claims = {words.CUSTOM: {"cx_course": course.key}, **claims}
        token = self.sign(self.claims(asked["nonce"], **claims))
        return post(http, {"state": asked["state"], "id_token": token})


def post(http: Client, form: dict[str, str]) -> Any:
    return http.post(urlsplit(addresses.launch()).path, form, secure=True)


def follow(http: Client, answer: Any) -> Any:
    """The first page of the session that a launch opened."""
    assert answer.status_code == 302, answer.content.decode()
    home = http.get(answer.headers["Location"])
    assert home.status_code == 302, home.content.decode()
    return http.get(home.headers["Location"].partition("#")[0])


def unlike(text: str) -> str:
    """Another text of the same length."""
    return secrets.token_urlsafe(len(text))[: len(text)]

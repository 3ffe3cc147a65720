"""Launch a course of a host's project by LTI, as a platform does, and print what came of it.

A script, not a test: it runs beside the host's manage.py.
"""

import json
import os
import sys
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "host.settings")
django.setup()

import jwt  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from jwt.algorithms import RSAAlgorithm  # noqa: E402

from courses.lti import addresses, registrations  # noqa: E402
from courses.lti import vocabulary as words  # noqa: E402
from courses.lti.models import LtiDeployment  # noqa: E402
from courses.models import Course, Enrolment  # noqa: E402

ISSUER = "https://school.example"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def main() -> dict[str, Any]:
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    call_command("sync_courses", "course", stdout=StringIO())
    course = Course.objects.published().get()
    found = registrations.create(
        issuer=ISSUER,
        client_id="tool",
        name="School",
        now=timezone.now(),
        auth_url=f"{ISSUER}/auth",
        keyset_url=f"{ISSUER}/keys",
        token_url=f"{ISSUER}/token",
        privacy="mail",
    )
    public = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
    found.keys = [{"kid": "k1", "kty": "RSA", "n": public["n"], "e": public["e"]}]
    found.keys_read_at = timezone.now()
    found.save()
    LtiDeployment.objects.create(
        registration=found, deployment_id="d1", state="active", created_at=timezone.now()
    )
    return {"pages": launch(course), **stored()}


def launch(course: Course) -> list[list[Any]]:
    """Every page on the way into the course: its path and its status."""
    # A host's own middleware may choose the language; the addresses of LTI have none.
    http = Client(headers={"accept-language": "de"}, SERVER_NAME="localhost")
    sent = {"iss": ISSUER, "login_hint": "7", "target_link_uri": addresses.launch()}
    login = http.post(urlsplit(addresses.login()).path, sent, secure=True)
    seen = [["login", login.status_code]]
    asked = parse_qs(urlsplit(login.headers.get("Location", "")).query)
    token = jwt.encode(claims(course, asked["nonce"][0]), KEY, "RS256", headers={"kid": "k1"})
    form = {"state": asked["state"][0], "id_token": token}
    page = http.post(urlsplit(addresses.launch()).path, form, secure=True)
    seen.append(["launch", page.status_code])
    while page.status_code == 302:
        address = page.headers["Location"].partition("#")[0]
        page = http.get(address, secure=True)
        seen.append([urlsplit(address).path, page.status_code])
    assert course.title in page.content.decode()
    return seen


def claims(course: Course, nonce: str) -> dict[str, Any]:
    now = int(timezone.now().timestamp())
    return {
        "iss": ISSUER,
        "aud": "tool",
        "sub": "7",
        "exp": now + 60,
        "iat": now,
        "nonce": nonce,
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@school.example",
        words.MESSAGE_TYPE: words.RESOURCE_LINK_REQUEST,
        words.VERSION: words.VERSION_1_3,
        words.DEPLOYMENT_ID: "d1",
        words.TARGET_LINK_URI: addresses.launch(),
        words.RESOURCE_LINK: {"id": "link-1"},
        words.ROLES: ["Learner"],
        words.CONTEXT: {"id": "red", "title": "Red class"},
        words.CUSTOM: {"cx_course": course.key},
    }


def stored() -> dict[str, Any]:
    person = get_user_model()._default_manager.get()
    return {
        "email": getattr(person, "email", ""),
        "roles": list(Enrolment.objects.values_list("role", flat=True)),
    }


sys.stdout.write(json.dumps(main()))

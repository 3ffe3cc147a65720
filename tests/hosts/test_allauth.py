"""The recipe for django-allauth, followed literally: people sign in at a provider on this machine.

The provider is a second project, with django-oauth-toolkit.
"""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.hosts import blocks
from tests.hosts.project import QUICK, ROOT, Project, environment

pytestmark = pytest.mark.proofs

PAGE = ROOT / "docs/host-accounts.md"
VISIT = Path(__file__).with_name("visit_by_oidc.py")
_ID, _SECRET = "the-courses", "a-secret-of-the-courses"
_PROVIDER_SETTINGS = """
from pathlib import Path
INSTALLED_APPS += ["oauth2_provider"]
LOGIN_URL = "/admin/login/"
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": (BASE_DIR / "key.pem").read_text(),
    "SCOPES": {"openid": "Sign in", "profile": "Name", "email": "E-mail"},
    "OAUTH2_VALIDATOR_CLASS": "host.claims.Claims",
}
"""
_CLAIMS = """
from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self):
        return {
            "email": lambda request: request.user.email,
            "given_name": lambda request: request.user.first_name,
            "preferred_username": lambda request: request.user.username,
        }
"""
_PROVIDER_URLS = """
from django.urls import include
urlpatterns += [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
"""
_PEOPLE = """
from django.contrib.auth.models import User
from oauth2_provider.models import Application
User.objects.create_superuser("ada", "ada@example.org", "a-password-of-ada", first_name="Ada")
Application.objects.create(
    client_id="{id}", client_secret="{secret}", client_type="confidential", algorithm="RS256",
    authorization_grant_type="authorization-code", skip_authorization=True,
    redirect_uris="http://localhost/accounts/oidc/company/login/callback/",
)
"""


def provider(folder: Path) -> Project:
    """A project with one person and one client, which is an OpenID Connect provider."""
    project = Project.start(folder)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    project.add("key.pem", pem.decode())
    project.add("host/claims.py", _CLAIMS)
    project.add("host/settings.py", QUICK + _PROVIDER_SETTINGS)
    project.add("host/urls.py", _PROVIDER_URLS)
    project.run(project.python, "manage.py", "migrate", "--run-syncdb", "-v0")
    people = _PEOPLE.format(id=_ID, secret=_SECRET)
    project.run(project.python, "manage.py", "shell", "-c", people)
    return project


@contextmanager
def serving(project: Project) -> Iterator[str]:
    """The address of the project while its server runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [project.python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            session = requests.Session()
            retry = requests.adapters.Retry(60, backoff_factor=0.1, backoff_max=1)
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
            session.get(f"{address}/admin/login/", timeout=30).raise_for_status()
            yield address
        finally:
            server.terminate()


def visit(folder: Path, server: str) -> dict[str, Any]:
    env = {"PYTHONPATH": str(ROOT), "OIDC_CLIENT_ID": _ID, "OIDC_SECRET": _SECRET}
    host = Project.start(folder, env={**env, "OIDC_SERVER": f"{server}/o"})
    host.add("host/settings.py", f'\nINSTALLED_APPS += ["courses"]\n{QUICK}')
    blocks.follow(host, blocks.blocks(PAGE, heading="## django-allauth and OpenID Connect"))
    host.add("host/settings.py", "MIGRATION_MODULES |= {'account': None, 'socialaccount': None}\n")
    host.add(VISIT.name, VISIT.read_text())
    return dict(json.loads(host.run(host.python, VISIT.name)))


def test_a_person_signs_in_at_the_provider(tmp_path: Path) -> None:
    with serving(provider(tmp_path / "provider")) as server:
        shown = visit(tmp_path / "host", server)
    assert shown["link"].startswith("/accounts/login/?next=/learn/progress/")
    assert shown["came_back_to"] == "/learn/progress/"
    assert shown["signed_in"] == {
        "username": "ada",
        "first_name": "Ada",
        "email": "ada@example.org",
    }
    assert shown["statuses"] == {"progress": 200, "account": 200, "export": 200, "sign-up": 404}
    assert shown["signed_out"] == shown["link"]

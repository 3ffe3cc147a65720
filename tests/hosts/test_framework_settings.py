"""A host's settings for REST framework change no byte of our API."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from drf_spectacular.validation import validate_schema

from tests.hosts import nonsense
from tests.hosts.project import Project, quick_host

pytestmark = pytest.mark.slow

# What differs between any two runs: ids, secrets, and what is signed or hashed from them.
# A time is one only as this API writes it; in any other form it stays, and is a difference.
_CHANCE = (
    re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}"),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)"),
    re.compile(r"/launch/[\w-]+"),
    re.compile(r"(?<=first=)[\w%-]+"),
    re.compile(r'\\"[0-9a-f]{32,64}\\"'),
    re.compile(r"(?<=[?&]cursor=)[\w%=-]+"),
    re.compile(r'(?<="Expires": ")[^"]+'),
    re.compile(r'(?<=csrfmiddlewaretoken\\" value=\\")\w+'),
)
_CHANCE_HEADERS = {"Set-Cookie", "Content-Length", "RateLimit-Reset"}
_HOSTS_API = """
from rest_framework import serializers
from rest_framework.generics import ListCreateAPIView


class ToolSerializer(serializers.Serializer):
    name = serializers.CharField()


class Tools(ListCreateAPIView):
    queryset = ()
    serializer_class = ToolSerializer
"""
_HOSTS_URLS = """
from host.tools import Tools
urlpatterns += [path("learn/", include("courses.urls")), path("tools/", Tools.as_view())]
"""
_HOSTS_SETTINGS = """
INSTALLED_APPS += ["rest_framework", "drf_spectacular"]
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
SPECTACULAR_SETTINGS = {"TITLE": "Tools of the host", "VERSION": "7.0"}
"""


def answers_of_the_api(happened: Mapping[str, Any]) -> dict[str, str]:
    """Status, headers and body of every answer, without what chance has made."""
    found = {}
    for name, answer in happened["answers"].items():
        if not name.startswith(("api", "schema", "docs", "launch")):
            continue
        kept = {key: one for key, one in answer["headers"].items() if key not in _CHANCE_HEADERS}
        text = json.dumps({**answer, "headers": kept})
        for pattern in _CHANCE:
            text = pattern.sub("…", text)
        found[name] = text
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    host = quick_host(tmp_path_factory.mktemp("plain"))
    return answers_of_the_api(host.journey("--prepare"))


@pytest.mark.proofs
def test_no_setting_of_the_host_changes_an_answer(plain: dict[str, str], tmp_path: Path) -> None:
    host = quick_host(tmp_path, settings=nonsense.SETTINGS, files=nonsense.FILES)
    found = answers_of_the_api(host.journey("--prepare"))
    assert list(found) == list(plain)
    assert len(found) > 25
    for name, answer in plain.items():
        assert found[name] == answer, name


@pytest.fixture(scope="module")
def describing_host(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A host with an API and a description of its own."""
    return quick_host(
        tmp_path_factory.mktemp("described"),
        settings=_HOSTS_SETTINGS,
        urls=_HOSTS_URLS,
        files={"host/tools.py": _HOSTS_API},
    )


def test_the_hosts_schema_holds_its_own_paths_alone(describing_host: Project) -> None:
    written = describing_host.manage("spectacular", "--validate", "--fail-on-warn")
    found = yaml.safe_load(written)
    validate_schema(found)
    assert list(found["paths"]) == ["/tools/"]
    assert found["info"] == {"title": "Tools of the host", "version": "7.0"}
    schemes = found["components"].get("securitySchemes", {})
    assert not {"apiKey", "oauth2", "learnerToken"} & set(schemes)
    assert "responses" not in found["components"]


@pytest.mark.proofs
def test_openapi_is_the_same_beside_a_hosts_api(
    describing_host: Project, plain: dict[str, str]
) -> None:
    found = answers_of_the_api(describing_host.journey("--prepare"))
    assert found["schema"] == plain["schema"]
    assert found["docs"] == plain["docs"]

"""Our credentials have the shape that the JSON schema of Open Badges 3.0 asks for.

`open_badges.json` has its rules; where CX_CORPORA names a folder with the published file, that too.
"""

import base64
import json
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator, Draft202012Validator, FormatChecker

from courses.domain.certificates.credentials import DATA_INTEGRITY, JWT, SCHEMA
from courses.models import CertificateRule
from tests.domain.test_credential_verifiers import make, signed
from tests.factories import CourseFactory
from tests.interchange import corpora

pytestmark = [pytest.mark.django_db]

PUBLISHED = Path(corpora.FOLDER or "none", "open-badges", SCHEMA.rpartition("/")[2])
RULES = json.loads(Path(__file__).with_name("open_badges.json").read_text(encoding="utf-8"))


@pytest.fixture
def contents():
    """Certificates with and without a name, a score and an end, in both forms."""
    rule = CertificateRule.objects.create(course=CourseFactory(summary="Maps and metrics."))
    rows = [make(rule, number) for number in range(6)]
    tokens = [signed(row, JWT).split(".")[1] for row in rows]
    payloads = [json.loads(base64.urlsafe_b64decode(f"{one}===")) for one in tokens]
    return [signed(row, DATA_INTEGRITY) for row in rows] + payloads


def errors(kind, schema, content):
    found = kind(schema, format_checker=FormatChecker()).iter_errors(content)
    return [f"{error.json_path}: {error.message}" for error in found]


def test_credentials_keep_the_rules_of_the_schema(contents):
    Draft202012Validator.check_schema(RULES)
    for content in contents:
        assert errors(Draft202012Validator, RULES, content) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("proof",), {"type": "DataIntegrityProof"}),
        (("type",), "OpenBadgeCredential"),
        (("validFrom",), "2 March 2026"),
        (("issuer", "id"), "learn.example.org"),
        (("credentialSubject", "identifier", 0, "identityType"), "nickname"),
        (("credentialSubject", "achievement", "description"), ""),
        (("credentialSubject", "achievement", "criteria"), {}),
        (("credentialSchema", 0, "type"), "JsonSchema"),
    ],
)
def test_the_rules_refuse_what_the_schema_refuses(contents, path, value):
    content = contents[1]
    *parents, last = path
    part = content
    for name in parents:
        part = part[name]
    part[last] = value

    assert errors(Draft202012Validator, RULES, content)


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="CX_CORPORA names no folder with the schema")
def test_credentials_keep_the_published_schema(contents):
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    for content in contents:
        assert errors(Draft201909Validator, schema, content) == []

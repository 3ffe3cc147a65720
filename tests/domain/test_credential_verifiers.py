"""Other people's verifiers accept our credentials in both forms, and refuse changed ones.

openbadgeslib (PyPI) reads both forms, with the status lists; @digitalcredentials/vc (npm) the
embedded proofs. Neither fetches anything: what they ask for comes from the functions that serve it.
"""

import base64
import copy
import json
import subprocess
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import openbadgeslib
import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from courses.domain import certificates
from courses.domain.certificates import credentials, keys, numbers, proofs
from courses.domain.certificates.credentials import DATA_INTEGRITY, JWT
from courses.models import Certificate, CertificateRule, SigningKey
from tests.factories import CourseFactory, make_learner
from tests.lengths import length, two_lengths
from tests.programs import node

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ISSUED = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = datetime.now(UTC)


class ExampleLinks:
    name = "CX Course"
    home = "https://learn.example.org/"
    did = "https://learn.example.org/credentials/did.json"

    def achievement(self, rule):
        return f"https://learn.example.org/credentials/achievements/{rule}"

    def course(self, key):
        return f"https://learn.example.org/courses/{key}/"

    def status(self, number, *, is_jwt):
        return f"https://learn.example.org/credentials/status/{number}{'.jwt' * is_jwt}"


LINKS = ExampleLinks()
DID = "did:web:learn.example.org:credentials"


@pytest.fixture
def rule():
    return CertificateRule.objects.create(course=CourseFactory(summary="Maps and metrics."))


def make(rule, number, **more):
    """A certificate that is in no table."""
    has_score = number % 2
    values = {
        "pk": 1 + number,
        "name": f"Ada Łukasz {number}" if number % 5 else "",
        "percent": Decimal(number % 101) if has_score else None,
        "exam_title": "Final exam" if has_score else "",
        "valid_until": NOW + timedelta(days=300) if number % 3 else None,
        **more,
    }
    return Certificate(
        number=numbers.draw(), course=rule.course, rule=rule, course_title=rule.course.title,
        issued_at=ISSUED, changed_at=ISSUED, **values,
    )  # fmt: skip


def signed(row, form):
    return credentials.signed(certificate=row, links=LINKS, form=form, now=NOW)


def download(url, *_args, **_more):
    """What our site serves at this address."""
    if url == LINKS.did:
        return json.dumps(credentials.did_document(links=LINKS)).encode()
    name = url.removeprefix("https://learn.example.org/credentials/status/")
    form = JWT if name.endswith(".jwt") else DATA_INTEGRITY
    number = int(name.removesuffix(".jwt"))
    content = credentials.status_list(number=number, links=LINKS, form=form, now=NOW)
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def openbadges(content, **more):
    """Whether openbadgeslib accepts a credential, resolving the issuer's DID."""
    kind = OB3Verifier if isinstance(content, str) else OB3LdpVerifier
    try:
        kind.for_issuer_did(DID, download=download).verify(content, download=download, **more)
    except OB3VerificationError as error:
        return str(error)
    return True


def documents():
    """Everything that the npm verifier may load."""
    found = {url: proofs._context(url) for url in proofs._FILES}
    did = credentials.did_document(links=LINKS)
    multikey = Path(openbadgeslib.__file__).parent / "ob3/contexts/security-multikey-v1.json"
    url = "https://w3id.org/security/multikey/v1"
    found[url] = json.loads(multikey.read_text())
    for method in did["verificationMethod"]:
        if method["type"] == "Multikey":
            found[method["id"]] = {"@context": url, **method}
    found[did["id"]] = did
    return found


@pytest.fixture
def npm(tmp_path):
    """A function: credentials → what @digitalcredentials/vc says of each."""
    (tmp_path / "node_modules").symlink_to(node.packages() / "node_modules")
    program = tmp_path / "credentials.mjs"
    program.write_bytes((node.SOURCE / program.name).read_bytes())

    def verify(contents):
        allowed = tmp_path / "documents.json"
        allowed.write_text(json.dumps(documents()))
        lines = "".join(f"{json.dumps(one)}\n" for one in contents)
        done = subprocess.run(
            [node.program("node"), program, allowed],
            input=lines, capture_output=True, text=True, check=True, timeout=600,
        )  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()]

    return verify


@pytest.mark.parametrize("two_lengths", two_lengths())
def test_issued_credentials_verify(rule, npm, two_lengths):
    rows = [make(rule, number) for number in range(length(short=20, long=1000))]
    embedded = [signed(row, DATA_INTEGRITY) for row in rows]

    assert [openbadges(signed(row, JWT)) for row in rows] == [True] * len(rows)
    assert [openbadges(one) for one in embedded] == [True] * len(rows)
    assert npm(embedded) == [True] * len(rows)


def other(value, random):
    """Another value of the same kind."""
    if isinstance(value, str):
        if value[4:5] == "-" and value[7:8] == "-":
            return value.replace("2026", "2025").replace("2027", "2029")
        at = random.randrange(len(value))
        return f"{value[:at]}{'x' if value[at] != 'x' else 'y'}{value[at + 1 :]}"
    return [*value[:-1], other(value[-1], random)]


PLACES = [
    ("name",),
    ("validFrom",),
    ("validUntil",),
    ("issuer", "name"),
    ("issuer", "id"),
    ("credentialSubject", "identifier", 0, "identityHash"),
    ("credentialSubject", "achievement", "name"),
    ("credentialSubject", "achievement", "description"),
    ("credentialSubject", "achievement", "id"),
    ("credentialSubject", "result", 0, "value"),
    ("credentialStatus", "statusListIndex"),
    ("id",),
]
WAYS = [(place, number) for place in PLACES for number in range(5)]


def changed(document, place, random):
    found = copy.deepcopy(document)
    *path, last = place
    part = found
    for name in path:
        part = part[name]
    part[last] = other(part[last], random)
    assert found != document
    return found


def test_sixty_changed_credentials_are_refused(rule, npm):
    random = Random(7)
    given = {"name": "Ada", "percent": Decimal(88), "valid_until": NOW + timedelta(days=9)}
    rows = [make(rule, 31 * number + 1, **given) for number in range(5)]
    embedded, tokens = [signed(r, DATA_INTEGRITY) for r in rows], [signed(r, JWT) for r in rows]
    bad = [changed(embedded[number], place, random) for place, number in WAYS]

    assert len(bad) == 60
    assert True not in npm(bad)
    assert True not in [openbadges(one) for one in bad]
    assert True not in [openbadges(forged(tokens[at], place, random)) for place, at in WAYS]


def forged(token, place, random):
    """A token with a changed payload under the old signature."""
    head, body, signature = token.split(".")
    payload = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    payload = changed(payload, place, random)
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def test_a_signature_of_another_key_or_none_is_refused(rule, npm):
    row = make(rule, 1)
    content, token = signed(row, DATA_INTEGRITY), signed(row, JWT)
    SigningKey.objects.all().delete()
    keys.active(now=NOW)

    assert openbadges(token) is not True
    assert openbadges(content) is not True
    unsigned = {name: value for name, value in content.items() if name != "proof"}
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert npm([content, unsigned]) != [True, True]
    assert openbadges(f"{none}.{token.split('.')[1]}.") is not True


def test_after_a_rotation_old_signatures_verify_and_after_a_revocation_not(rule, npm):
    row = make(rule, 1)
    old = [signed(row, JWT), signed(row, DATA_INTEGRITY)]
    first = SigningKey.objects.get()

    keys.rotate(now=NOW)
    new = [signed(row, JWT), signed(row, DATA_INTEGRITY)]
    assert [openbadges(one) for one in (*old, *new)] == [True] * 4
    assert npm([old[1], new[1]]) == [True, True]

    keys.revoke(key=first, now=NOW)
    assert [openbadges(one) is True for one in (*old, *new)] == [False, False, True, True]
    assert [one is True for one in npm([old[1], new[1]])] == [False, True]


def test_a_revocation_is_seen_in_the_status_list(rule):
    ada = make_learner(rule.course)
    row = make(rule, 1, pk=None, enrolment=ada, uuid=uuid.uuid4())
    row.save()
    token, content = signed(row, JWT), signed(row, DATA_INTEGRITY)
    assert openbadges(token, check_status=True) is True
    assert openbadges(content, check_status=True, verify_status_list=False) is True

    certificates.revoke(certificate=row, reason="Copied", by=None, now=NOW)

    for found in (
        openbadges(token, check_status=True),
        openbadges(content, check_status=True, verify_status_list=False),
    ):
        assert found is not True
        assert "revocation" in found
    assert credentials.TTL_S <= 60


def test_who_is_erased_has_a_revoked_certificate_for_good(rule):
    ada = make_learner(rule.course)
    row = make(rule, 1, pk=None, enrolment=ada, name="Ada")
    row.save()
    token = signed(row, JWT)

    certificates.forget(user=ada.user, now=NOW)

    row.refresh_from_db()
    assert (row.name, row.enrolment, row.cause) == ("", None, "erased")
    assert "revocation" in openbadges(token, check_status=True)
    assert certificates.verify(number=row.number, now=NOW).state == "revoked"

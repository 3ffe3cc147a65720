"""Certificates as Open Badges 3.0, and the documents by which programs verify them."""

import base64
import gzip
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from courses.domain.certificates import keys, proofs
from courses.domain.certificates.proofs import CONTEXT_EXTENSIONS, CONTEXT_OB, CONTEXT_VC, Json
from courses.domain.plain import plain
from courses.errors import NotFound
from courses.lru_cache import LRUCache
from courses.models import Certificate, CertificateRule, Course, SigningKey

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
LIST_BITS = 131_072
"""What a status list has at least, so that a verifier's request names nobody."""
TTL_S = 60
"""For so long a verifier may keep a status list: a revocation is visible within a minute."""
_ED25519 = b"\xed\x01"
CACHE_SIZE = 16


class CredentialLinks(Protocol):
    """The public addresses of the site, which the entry points know."""

    name: str
    """What the issuer is called."""
    home: str
    did: str
    """The address of the issuer's DID document."""

    def achievement(self, rule: UUID) -> str: ...
    def course(self, key: str) -> str: ...
    def status(self, number: int, *, is_jwt: bool) -> str: ...


@dataclass(frozen=True)
class Form:
    """One of the two signed forms."""

    is_jwt: bool


JWT, DATA_INTEGRITY = Form(is_jwt=True), Form(is_jwt=False)

_lists: LRUCache[tuple[Any, ...], str | Json] = LRUCache(CACHE_SIZE, name="status_lists")


def issuer_did(links: CredentialLinks) -> str:
    """Return the issuer's id: did:web of where its document is."""
    parts = urlsplit(links.did)
    path = parts.path.removesuffix("/did.json").strip("/").split("/")
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *filter(None, path)])


def signed(
    *, certificate: Certificate, links: CredentialLinks, form: Form, now: datetime
) -> str | Json:
    """Return the certificate as a signed credential. Raises NotFound without PyLD."""
    document = credential(certificate=certificate, links=links, form=form)
    return _sign(document, links, form, created=certificate.changed_at, now=now)


def credential(*, certificate: Certificate, links: CredentialLinks, form: Form) -> Json:
    """Return the credential unsigned."""
    number, index = divmod(certificate.pk, LIST_BITS)
    status = links.status(number, is_jwt=form.is_jwt)
    document = {
        "@context": [CONTEXT_VC, CONTEXT_OB, CONTEXT_EXTENSIONS],
        "id": certificate.uuid.urn,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": _issuer(links),
        "validFrom": _time(certificate.issued_at),
        "credentialSubject": _subject(certificate, links),
        "credentialStatus": {
            "id": f"{status}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": status,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if certificate.valid_until is not None:
        document["validUntil"] = _time(certificate.valid_until)
    return document


def achievement_document(*, uuid: UUID, links: CredentialLinks) -> Json:
    """Return what certificates by this rule are given for. Raises NotFound.

    It is public for published courses, and for those of which there are certificates.
    """
    rule = CertificateRule.objects.filter(uuid=uuid).select_related("course").first()
    if rule is None:
        raise NotFound
    course = rule.course
    if course.state != Course.State.PUBLISHED and not rule.certificates.exists():
        raise NotFound
    text = rule.description or course.summary or course.title
    made = _achievement(links, rule, course, title=course.title, text=text)
    return {"@context": [CONTEXT_VC, CONTEXT_OB], **made}


def status_list(*, number: int, links: CredentialLinks, form: Form, now: datetime) -> str | Json:
    """Return which certificates are void, as a signed list. Raises NotFound beyond the last."""
    first = number * LIST_BITS
    rows = Certificate.objects.filter(pk__gte=first, pk__lt=first + LIST_BITS)
    void = tuple(
        rows.exclude(revoked_at=None, superseded_by=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not void and not rows.exists():
        raise NotFound
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    signer = keys.active(now=now)
    key = (number, links.did, links.name, form, void, signer.key_id, day)
    url = links.status(number, is_jwt=form.is_jwt)
    return _lists.get_or_create(
        key, lambda: _sign(_status_list(url, void, links, day), links, form, created=day, now=now)
    )


def did_document(*, links: CredentialLinks) -> Json:
    """Return the issuer's keys: each for embedded proofs and, as a JWK, for JWTs."""
    did = issuer_did(links)
    methods: list[Json] = []
    for row in keys.published():
        name = f"{did}#{row.uuid}"
        multibase = f"z{proofs.base58(_ED25519 + keys.raw(key=row))}"
        shared = {"controller": did}
        methods.append({"id": name, "type": "Multikey", **shared, "publicKeyMultibase": multibase})
        methods.append(
            {"id": f"{name}-jwk", "type": "JsonWebKey", **shared, "publicKeyJwk": _jwk(row)}
        )
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def jwks() -> Json:
    """Return the public keys as a set of JWKs."""
    return {"keys": [_jwk(row) for row in keys.published()]}


def profile(*, links: CredentialLinks) -> Json:
    """Return who issues the certificates."""
    return {"@context": [CONTEXT_VC, CONTEXT_OB], **_issuer(links)}


def _sign(
    document: Json, links: CredentialLinks, form: Form, *, created: datetime, now: datetime
) -> str | Json:
    signer = keys.active(now=now)
    method = f"{issuer_did(links)}#{signer.key_id}"
    if form.is_jwt:
        return proofs.as_jwt(document=document, signer=signer, kid=f"{method}-jwk")
    return proofs.with_proof(
        document=document, signer=signer, method=method, created=_time(created)
    )


def _subject(certificate: Certificate, links: CredentialLinks) -> Json:
    kind, text = "name", certificate.name
    if not text:
        kind, text = "systemId", certificate.uuid.urn
    identity = {"type": "IdentityObject", "identityHash": text, "identityType": kind}
    made = _achievement(
        links,
        certificate.rule,
        certificate.course,
        title=certificate.course_title,
        text=certificate.description or certificate.course_title,
    )
    subject: Json = {
        "type": ["AchievementSubject"],
        "identifier": [{**identity, "hashed": False}],
        "achievement": made,
    }
    if certificate.percent is not None:
        about = f"{made['id']}#score"
        made["resultDescription"] = [
            {
                "id": about,
                "type": ["ResultDescription"],
                "name": certificate.exam_title,
                "resultType": "Percent",
            }
        ]
        score = f"{plain(certificate.percent):g}"
        subject["result"] = [{"type": ["Result"], "resultDescription": about, "value": score}]
    return subject


def _achievement(
    links: CredentialLinks, rule: CertificateRule, course: Course, *, title: str, text: str
) -> Json:
    return {
        "id": links.achievement(rule.uuid),
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": title,
        "description": text,
        "criteria": {"id": links.course(course.key)},
    }


def _status_list(url: str, void: tuple[int, ...], links: CredentialLinks, day: datetime) -> Json:
    bits = bytearray(LIST_BITS // 8)
    for pk in void:
        index = pk % LIST_BITS
        bits[index // 8] |= 0x80 >> index % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    return {
        "@context": [CONTEXT_VC],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": issuer_did(links)},
        "validFrom": _time(day),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}",
            "ttl": TTL_S * 1000,
        },
    }


def _issuer(links: CredentialLinks) -> Json:
    name = {"name": links.name, "url": links.home}
    return {"id": issuer_did(links), "type": ["Profile"], **name}


def _jwk(row: SigningKey) -> Json:
    kind = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig"}
    return {**kind, "kid": str(row.uuid), "x": row.public_key}


def _time(moment: datetime) -> str:
    return str(plain(moment.replace(microsecond=0)))

"""The two forms in which a credential is signed: VC-JWT, and Data Integrity (eddsa-rdfc-2022)."""

import base64
import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from courses.domain.certificates.keys import Signer
from courses.errors import NotFound

Json = dict[str, Any]

CONTEXT_VC = "https://www.w3.org/ns/credentials/v2"
CONTEXT_OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXT_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
_FILES = {
    CONTEXT_VC: "credentials-v2.json",
    CONTEXT_OB: "open-badges-3.0.3.json",
    CONTEXT_EXTENSIONS: "open-badges-extensions.json",
}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def as_jwt(*, document: Json, signer: Signer, kid: str) -> str:
    """Return the credential as a JWT whose payload it is, with the registered claims."""
    claims: Json = {"iss": document["issuer"]["id"], "jti": document["id"]}
    claims["nbf"] = _seconds(document["validFrom"])
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    subject = document["credentialSubject"].get("id")
    if subject is not None:
        claims["sub"] = subject
    header = {"alg": "EdDSA", "typ": "JWT", "kid": kid}
    signed = f"{_part(header)}.{_part({**document, **claims})}"
    return f"{signed}.{_base64url(signer.sign(signed.encode()))}"


def with_proof(*, document: Json, signer: Signer, method: str, created: str) -> Json:
    """Return the credential with an embedded proof. Raises NotFound without PyLD.

    It stands in a list of one: the schema of Open Badges 3.0 allows no proof outside of a list.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    digest = _hash({"@context": document["@context"], **options}) + _hash(document)
    proof = {**options, "proofValue": f"z{base58(signer.sign(digest))}"}
    return {**document, "proof": [proof]}


def base58(content: bytes) -> str:
    """Return bytes as base58btc writes them."""
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, len(_BASE58))
        text = _BASE58[rest] + text
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + text


def _hash(document: Json) -> bytes:
    """Return SHA-256 of the canonical RDF of a document (RDFC-1.0)."""
    try:
        from pyld import jsonld  # type: ignore[import-untyped]
    except ImportError:
        raise NotFound(
            _("This site does not sign Open Badges: the extra “certificates” is not installed.")
        ) from None
    # PyLD has RDFC-1.0 under the name that it had as a draft; what it returns is the same.
    options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
    text = jsonld.normalize(document, {**options, "documentLoader": _load})
    return hashlib.sha256(text.encode()).digest()


def _load(url: str, _options: Any = None) -> Json:
    """Return a context from its file: nothing is ever fetched."""
    return {"contextUrl": None, "documentUrl": url, "document": _context(url)}


@cache
def _context(url: str) -> Json:
    if url not in _FILES:
        raise ValueError(f"No credential of ours names the context {url}.")
    path = Path(__file__).with_name("contexts") / _FILES[url]
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def _part(content: Json) -> str:
    return _base64url(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())

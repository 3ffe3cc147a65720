"""Keys by joserfc: what the platform signs with, and how it reads what tools signed."""

from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey


@cache
def new_key(kid: str) -> RSAKey:
    """The key of this name: to make one takes as long as everything else that a platform does."""
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


class JoseKeys:
    """The platform's key pair."""

    def __init__(self, kid: str = "key-1") -> None:
        self.kid = kid

    def public(self) -> dict[str, Any]:
        return new_key(self.kid).as_dict(private=False)

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode(header, claims, new_key(self.kid))

    def read(self, token: str, key_set: dict[str, Any]) -> dict[str, Any] | None:
        """The claims of a token that one of these keys signed; None for every other."""
        try:
            return jwt.decode(token, KeySet.import_key_set(key_set), algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return None

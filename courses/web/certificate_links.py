"""The public addresses under which certificates are verified."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from courses.conf import settings


class VerificationLinks:
    """Addresses below COURSES_PUBLIC_URL, else below that of the request."""

    def __init__(self, request: HttpRequest) -> None:
        own = f"{request.scheme}://{request.get_host()}"
        self._origin = str(settings.PUBLIC_URL or own).rstrip("/")
        self.name = str(settings.BRAND_NAME)
        self.home = self._url("catalogue")
        self.did = self._url("certificate-did")

    def verification(self, number: str) -> str:
        return self._url("certificate-verify", number)

    def achievement(self, rule: UUID) -> str:
        return self._url("certificate-achievement", rule)

    def course(self, key: str) -> str:
        return self._url("course", key)

    def status(self, number: int, *, is_jwt: bool) -> str:
        return self._url("certificate-status-jwt" if is_jwt else "certificate-status", number)

    def _url(self, name: str, *args: object) -> str:
        return self._origin + reverse(f"cx_courses:{name}", args=args)

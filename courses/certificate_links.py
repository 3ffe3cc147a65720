"""The addresses of certificates: those under which anybody verifies them, and the holder's."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from courses.conf import settings


class VerificationLinks:
    """Addresses below COURSES_PUBLIC_URL, else below that of the request."""

    def __init__(self, request: HttpRequest) -> None:
        own = f"{request.scheme}://{request.get_host()}"
        self._origin = str(settings.PUBLIC_URL or own).rstrip("/")
        self._root = str(request.META.get("SCRIPT_NAME", "")).rstrip("/") + "/"
        self.name = str(settings.BRAND_NAME)
        self.home = self._url("catalogue")
        self.did = self._url("certificate-did")

    def verification(self, number: str) -> str:
        return self._url("certificate-verify", number)

    def badge(self, number: str, *, is_jwt: bool) -> str:
        return self._url("certificate-badge-jwt" if is_jwt else "certificate-badge", number)

    def page(self, certificate: UUID) -> str:
        """Return the address of the holder's page."""
        return self._url("certificate", certificate)

    def pdf(self, certificate: UUID) -> str:
        return self._url("certificate-pdf", certificate)

    def achievement(self, rule: UUID) -> str:
        return self._url("certificate-achievement", rule)

    def course(self, key: str) -> str:
        return self._url("course", key)

    def status(self, number: int, *, is_jwt: bool) -> str:
        return self._url("certificate-status-jwt" if is_jwt else "certificate-status", number)

    def _url(self, name: str, *args: object) -> str:
        # In a frame `reverse` gives addresses of the frame's session, which end with it.
        path = reverse(f"cx_courses:{name}", args=args).removeprefix(get_script_prefix())
        return f"{self._origin}{self._root}{path}"

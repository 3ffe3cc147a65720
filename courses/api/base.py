"""The base of every view: authentication, what it reads and answers, and its problems."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from courses import bodies
from courses.api import cors, parameters, pinned, problems, rate_headers
from courses.api.authentication import (
    BearerAuthentication,
    ClientThrottle,
    HasScope,
    SessionAuthentication,
)
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterBackend, FilterSet
from courses.api.idempotent import is_whole
from courses.api.paging import CursorPagination, WholeList
from courses.api.parsing import StrictJSONParser
from courses.api.problems import Refusal
from courses.api.retiring import retiring_of
from courses.api.schema import SECTION, ApiSchema, handler_of
from courses.api.statuses import REPLACING
from courses.api.transactions import WRITING, all_or_nothing
from courses.api.values import StrictSerializer
from courses.errors import Invalid, NotFound, Problem
from courses.storable import NUL, unstorable


class ApiView(GenericAPIView[Any]):
    """A view with this API's settings, independent of the host's own `REST_FRAMEWORK`."""

    request: ApiRequest
    paginator: CursorPagination | WholeList | None
    settings = pinned.SETTINGS
    authentication_classes = [BearerAuthentication, SessionAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [ClientThrottle]
    renderer_classes: Sequence[type[BaseRenderer]] = [pinned.JSONRenderer]
    content_negotiation_class: type[BaseContentNegotiation] = pinned.ContentNegotiation
    parser_classes = [StrictJSONParser]
    filter_backends = [FilterBackend]
    filterset_class: type[FilterSet] | None = None
    pagination_class: type[CursorPagination | WholeList] | None = CursorPagination
    versioning_class = None
    metadata_class = None
    schema: AutoSchema = ApiSchema()
    _throttles: list[Any] | None = None
    query: dict[str, Any]
    """The values of the query parameters that the operation declares with `query=`."""

    judges_requests: ClassVar[bool] = True
    """It refuses what cannot be stored with a problem; no middleware does it before."""
    has_body: ClassVar[bool] = True
    """Whether PUT and PATCH take values: then a missing body is refused."""
    tag: ClassVar[str]
    """Which group of `tags.TAGS` its operations stand in."""
    header_parameters: Sequence[OpenApiParameter] = ()
    """Headers that all of its operations read."""
    reads_section: ClassVar[bool] = False
    """Whether its operations take the parameter `section`, the class they are about."""
    scopes: Mapping[str, str] | str = "admin"
    """The scope that is needed, for all methods or by method."""

    def scope_for(self, method: str | None) -> str | None:
        if isinstance(self.scopes, str):
            return self.scopes
        name = "GET" if method == "HEAD" else str(method)
        return self.scopes.get(name, "admin")

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return pinned.Request(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        cors.note_reader(request._request)
        super().initial(request, *args, **kwargs)
        if cors.is_preflight(request):
            return
        self._require_storable_address(request)
        self.query = self._read_query(request)
        self._require_body(request)
        self._write_as_a_whole(request)

    @property
    def section_key(self) -> str:
        """The key of the class that the parameter `section` names, "" without one."""
        return str(self.request.query_params.get(SECTION.name, ""))

    def page(
        self,
        rows: Any,
        serializer: type[StrictSerializer],
        prepare: Callable[[Any], Any] = list,
    ) -> Response:
        """Answer with the rows that the query string asks for: one page of them, or all.

        `prepare` makes of the rows that were found what is serialized.
        """
        found = prepare(self.paginate_queryset(self.filter_queryset(rows)))
        return self.get_paginated_response(serializer.serialize_all(found))

    def address(self, name: str, *args: Any) -> str:
        """Return the absolute address of the API's route of this name."""
        return self.request.build_absolute_uri(reverse(f"cx_courses:api:{name}", args=args))

    def check_permissions(self, request: Request) -> None:
        """Check permissions after the rate, so that refused requests count too."""
        super().check_throttles(request)
        if not cors.is_preflight(request):
            cors.require_allowed(request)
            super().check_permissions(request)

    def get_throttles(self) -> list[Any]:
        """Return the same ones throughout a request: the answer's headers need their counts."""
        if self._throttles is None:
            self._throttles = super().get_throttles()
        return self._throttles

    def check_throttles(self, request: Request) -> None:
        """Do nothing: the rate was checked before the permissions."""

    def after_refusal(self, request: ApiRequest, **names: Any) -> None:
        """Store again what must outlive a refused request, whose transaction was rolled back.

        Called for requests with an `Idempotency-Key` only.
        """

    def get_exception_handler(self) -> Callable[..., Response]:
        return problems.handle

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        rate_headers.add(response, self._throttles or ())
        self._warn(request, response)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        cors.add_headers(request._request, response)
        return response

    def _write_as_a_whole(self, request: Request) -> None:
        """Run the handler in a transaction that begins after authentication and the whole body.

        Begun earlier, storing a key's last use would block the key's other calls, and a slow
        sender all writers.
        """
        name = str(request.method).lower()
        if request.method in WRITING and hasattr(self, name):
            bodies.read_ahead(request._request)
            handler = getattr(self, name)
            if not is_whole(handler, request):
                setattr(self, name, all_or_nothing(handler))

    def _require_storable_address(self, request: Request) -> None:
        """Raise NotFound or Invalid for an address with characters that cannot be stored.

        PostgreSQL refuses a query with NUL in it. The parser checks bodies.
        """
        if NUL in request.path_info:
            raise NotFound
        if names := unstorable(request.query_params):
            text = str(_("This contains a character that cannot be stored."))
            raise Invalid(problems=[Problem(name, text) for name in names])

    def _read_query(self, request: Request) -> dict[str, Any]:
        """Return the values of the operation's own parameters. Raises Invalid."""
        handler = handler_of(self, request.method)
        others = {str(self.settings.URL_FORMAT_OVERRIDE)}
        others |= {SECTION.name} if self.reads_section else set()
        if getattr(handler, "is_list", False):
            others |= set(self.filterset_class.base_filters) if self.filterset_class else set()
            others |= self.paginator_names
        return parameters.read(request, getattr(handler, "query", None), others)

    @property
    def paginator_names(self) -> set[str]:
        """The query parameters that the pagination reads."""
        return self.paginator.names if self.paginator else set()

    def _require_body(self, request: Request) -> None:
        """Raise Refusal for a missing body: defaults would replace what is stored."""
        if bodies.is_unread(request._request):
            raise Refusal("length_required")
        if self.has_body and request.method in REPLACING and request.stream is None:
            text = _("The body is missing. Send a JSON object; {} uses the defaults.")
            raise Refusal("unreadable", text)

    def _warn(self, request: Request, response: Any) -> None:
        """Add the headers Deprecation, Sunset and Link to a deprecated operation."""
        retiring = retiring_of(handler_of(self, request.method))
        for name, value in retiring.headers().items() if retiring else ():
            known = response.headers.get(name)
            response.headers[name] = f"{known}, {value}" if known else value

"""oEmbed: a card of a published course for its address."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings as django_settings
from django.http.request import validate_host
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from courses.api.base import ApiView
from courses.api.credentials import ApiRequest
from courses.api.problems import Refusal
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer
from courses.conf import settings
from courses.errors import NotFound
from courses.models import Course

WIDTH, HEIGHT = 600, 400
_CACHE_CONTROL = "public, max-age=300"

Text = serializers.CharField
Whole = serializers.IntegerField


class OembedSerializer(StrictSerializer):
    """The names are oEmbed's."""

    type = Text()
    version = Text()
    title = Text()
    provider_name = Text(help_text="The name of the site.")
    provider_url = Text(help_text="The address of the site.")
    cache_age = Whole(help_text="Seconds for which this may be kept.")
    html = Text(help_text="A sandboxed frame with the card.")
    width = Whole(help_text="Width in pixels.")
    height = Whole(help_text="Height in pixels.")


class Pixels(serializers.IntegerField):
    """Never more than is asked for; what cannot be read is no limit."""

    def __init__(self, usual: int) -> None:
        self.usual = usual
        super().__init__(default=usual, help_text="In pixels.")

    def to_internal_value(self, data: Any) -> int:
        if not data.isascii() or not data.isdecimal() or len(data) > len("99999"):
            return self.usual
        return max(1, min(int(data), self.usual))


class OembedQuery(StrictSerializer):
    url = Text(help_text="The page of a published course.")
    maxwidth = Pixels(WIDTH)
    maxheight = Pixels(HEIGHT)
    format = Text(default="json", help_text="`json`, which is the only one.")


class AnyFormat(DefaultContentNegotiation):
    """`format` is oEmbed's own word here and answered by the view."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Oembed(ApiView):
    tag = "launches"

    permission_classes = [AllowAny]
    content_negotiation_class = AnyFormat

    def scope_for(self, method: str | None) -> None:
        """Require no scope: published courses are public."""

    @extend_schema("get_oembed", query=OembedQuery, responses={200: OembedSerializer, 501: None})
    def get(self, request: ApiRequest) -> Response:
        """Return what a page needs to show a card of the course at this address. For everybody."""
        if self.query["format"] != "json":
            raise Refusal("not_implemented")
        course = _course(request, self.query["url"])
        size = {"width": self.query["maxwidth"], "height": self.query["maxheight"]}
        preview = reverse("cx_courses:preview", args=[course.key])
        frame = {"course": course, "src": request.build_absolute_uri(preview), **size}
        body = {
            "type": "rich",
            "version": "1.0",
            "title": course.title,
            "provider_name": str(settings.BRAND_NAME),
            "provider_url": request.build_absolute_uri(reverse("cx_courses:catalogue")),
            "cache_age": 300,
            "html": render_to_string("cx_courses/embed/frame.html", frame).strip(),
            **size,
        }
        return Response(OembedSerializer(body).data, headers={"Cache-Control": _CACHE_CONTROL})


def _course(request: ApiRequest, url: str) -> Course:
    """Return the published course of this address of our site. Raises NotFound."""
    try:
        parts = urlsplit(url)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise NotFound from None
    if not _is_ours(request, parts) or match.view_name != "cx_courses:course":
        raise NotFound
    course = Course.objects.published().filter(key=match.kwargs["course"]).first()
    if course is None:
        raise NotFound
    return course


def _is_ours(request: ApiRequest, parts: SplitResult) -> bool:
    """Return whether the host is the request's, or another that the site answers to."""
    asked = urlsplit(request.build_absolute_uri("/")).hostname or ""
    names = [asked, *(name for name in django_settings.ALLOWED_HOSTS if name != "*")]
    return parts.scheme in ("http", "https") and validate_host(parts.hostname or "", names)

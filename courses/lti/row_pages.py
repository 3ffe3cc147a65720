"""Pages of one row in the admin, besides the form: who may open them, and what stands around."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path

from courses.admin.bases import AdminMixin


class HasRowPages(AdminMixin):
    """Adds `…/<pk>/<name>/` to an admin for each of `row_pages`, answered by `<name>_page`."""

    row_pages: Mapping[str, str] = {}
    """Name of a page → the permission that it asks for, "view" or "change"."""

    def get_urls(self) -> list[Any]:
        begin = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(self._open),
                {"page": name},
                name=f"{begin}_{name}",
            )
            for name in self.row_pages
        ]
        return [*own, *super().get_urls()]

    def _open(self, request: HttpRequest, pk: int, page: str) -> HttpResponseBase:
        if not getattr(self, f"has_{self.row_pages[page]}_permission")(request):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        answer: HttpResponseBase = getattr(self, f"{page}_page")(request, row)
        return answer

    def show_page(
        self,
        request: HttpRequest,
        row: Any,
        page: str,
        *,
        title: str,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        """Return the page, in the frame of the admin."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": row,
            "media": self.media,
            **more,
        }
        template = f"admin/{self.opts.app_label}/{self.opts.model_name}/{page}.html"
        return TemplateResponse(request, template, context, status=status)

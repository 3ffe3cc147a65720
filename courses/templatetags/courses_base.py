"""Which template stands around the learner pages: ours, or one of the host."""

from typing import Any

from django import template
from django.template.base import Node, NodeList
from django.template.loader_tags import ExtendsNode

from courses.conf import DEFAULTS, settings

register = template.Library()


class BaseTemplateNode(ExtendsNode):
    """Extends `COURSES_BASE_TEMPLATE`; in a frame, a trial and after a fault, our own base."""

    must_be_first = False

    def __init__(self) -> None:
        super().__init__(NodeList(), Node())  # The name is never read: see `get_parent`.

    def __repr__(self) -> str:
        return "<BaseTemplateNode>"

    def get_parent(self, context: Any) -> Any:
        request = context.get("request")
        is_framed = any(getattr(request, name, None) is not None for name in ("embed", "trial"))
        is_bare = is_framed or context.get("is_bare", False)
        name = DEFAULTS["BASE_TEMPLATE"] if is_bare else settings.BASE_TEMPLATE
        return self.find_template(name, context)


@register.tag
def base_template(_parser: Any, _token: Any) -> BaseTemplateNode:
    """Extend the base template that the host has chosen."""
    return BaseTemplateNode()

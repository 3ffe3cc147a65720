"""Every route that the site answers, read from the resolver."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> Iterator[tuple[str, URLPattern]]:
    """(name, pattern) of every address: its namespaced name, or its whole pattern without one."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, namespace: str, before: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, inner, path)
        else:
            yield (f"{namespace}{one.name}" if one.name else path), one

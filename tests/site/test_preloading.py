"""What the web server reads before it forks its workers; no test here may use a database."""

import gc

from django.template import engines
from django.test.utils import override_settings
from django.urls import get_resolver
from django.utils import translation

from courses.questions import registry
from cxcourse.preloading import preload


def test_views_types_and_translations_are_read_without_a_database() -> None:
    registry.all_types.cache_clear()
    preload()
    assert registry.all_types.cache_info().currsize == 1
    for language in ("en", "de"):
        with translation.override(language):
            assert language in get_resolver()._reverse_dict


def test_the_pages_of_learners_are_compiled() -> None:
    with override_settings(DEBUG=False):
        preload()
        loader = engines["django"].engine.template_loaders[0]
        names = {str(name) for name in loader.get_template_cache}
    assert any("cx_courses/attempt.html" in name for name in names)
    assert not gc.get_freeze_count()

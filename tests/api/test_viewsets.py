"""View sets: none without its scopes, none without rows bound to the credential."""

import pytest
from django.core.checks import run_checks

from courses.api.urls import router
from courses.api.viewsets import ApiViewSet, faults


class Open(ApiViewSet):
    """Names nothing."""


class Closed(ApiViewSet):
    scopes = "catalogue:read"

    def get_queryset(self):
        return self.request.auth.courses()


def test_a_view_set_without_scopes_or_rows_of_its_own_is_an_error():
    assert [one.id for one in faults(Open)] == ["cx_courses.E020", "cx_courses.E021"]
    assert list(faults(Closed)) == []


@pytest.mark.django_db
def test_the_check_looks_at_every_view_set_with_an_address(monkeypatch):
    assert [
        one for one in run_checks(tags=["cx_courses"]) if one.id.startswith("cx_courses.E02")
    ] == []
    monkeypatch.setattr(router, "registry", [("open", Open, "open")])
    found = {one.id for one in run_checks(tags=["cx_courses"])}
    assert {"cx_courses.E020", "cx_courses.E021"} <= found


def test_a_view_set_has_no_action_that_it_does_not_define():
    standard = ("list", "create", "retrieve", "update", "partial_update", "destroy")
    for _prefix, viewset, _name in router.registry:
        assert {name for name in standard if hasattr(viewset, name)} <= set(vars(viewset)), viewset

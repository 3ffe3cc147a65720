"""A deprecated operation is announced in every answer and in the description. There is none."""

import datetime as dt

from django.test import RequestFactory
from rest_framework.response import Response

from courses.api.base import ApiView
from courses.api.retiring import Retiring, retire
from courses.api.schema import document, extend_schema

SINCE, ENDS = dt.datetime(2027, 1, 1, tzinfo=dt.UTC), dt.datetime(2028, 1, 1, tzinfo=dt.UTC)
GUIDE = "https://courses.example.org/api/v1/docs"


class Old(ApiView):
    authentication_classes = permission_classes = throttle_classes = []

    @retire(Retiring(since=SINCE, ends=ENDS, instead=GUIDE))
    @extend_schema("old")
    def get(self, request):
        """Return something old."""
        return Response({}, headers={"Link": '<x>; rel="next"'})

    @retire(Retiring(since=SINCE, ends=None, instead=GUIDE))
    @extend_schema("older")
    def post(self, request):
        """Refuses."""
        raise ZeroDivisionError

    @extend_schema("new")
    def put(self, request):
        """Return something new."""
        return Response({})


def answer(method):
    return Old.as_view()(getattr(RequestFactory(), method)("/"))


def test_an_old_operation_says_since_when_until_when_and_what_instead():
    headers = answer("get").headers

    assert headers["Deprecation"] == f"@{int(SINCE.timestamp())}"
    assert headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert headers["Link"] == f'<x>; rel="next", <{GUIDE}>; rel="deprecation"'


def test_refusals_have_the_deprecation_header_other_methods_do_not():
    refused, fine = answer("post"), answer("put")

    assert refused.status_code == 500
    assert "Deprecation" in refused.headers
    assert "Sunset" not in refused.headers
    assert "Deprecation" not in fine.headers


def test_no_operation_is_deprecated():
    methods = [operation for path in document()["paths"].values() for operation in path.values()]

    assert not any(operation.get("deprecated") for operation in methods)

"""Run a request that writes in one transaction, whatever the host's `ATOMIC_REQUESTS`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from rest_framework.response import Response

from courses.errors import CoursesError

WRITING = ("POST", "PUT", "PATCH", "DELETE")

Handler = Callable[..., Response]


def all_or_nothing(handler: Handler) -> Handler:
    """Run a view's method in one transaction, which an unexpected error rolls back.

    A refusal of the domain does not: what was done on the way to it stays, such as an attempt
    that was closed because its time was over. The domain undoes the refused part itself.
    """

    @wraps(handler)
    def inner(*args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            try:
                return handler(*args, **kwargs)
            except CoursesError as error:
                refusal = error
        raise refusal

    return inner

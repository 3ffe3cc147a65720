"""Which attempts hold their marks, said so that an index can answer it."""

from typing import Any

from django.db import models


class HoldsMarks(models.Func):
    """Whether the rules in this column hold the marks of their attempt.

    In an index and in a query it is the same text. Django's own lookup in JSON is none to have
    an index on: on SQLite it differs from process to process.
    """

    output_field = models.BooleanField()
    arity = 1
    template = "((%(expressions)s -> 'holds_marks') = 'true'::jsonb)"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "JSON_EXTRACT(%(expressions)s, '$.holds_marks')"
        return self.as_sql(compiler, connection, template=template, **more)

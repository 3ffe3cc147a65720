"""Add the id of the request to log lines."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

NO_REQUEST: dict[str, str] = {"request_id": "-"}

# What every line of the current request carries: request_id, and trace_id if the caller sent one.
request_context: ContextVar[dict[str, str]] = ContextVar("courses_request", default=NO_REQUEST)

# The attributes every record has; whatever else a record carries came in through `extra`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Objects that frameworks attach to records and that are useless in a line of text.
_OPAQUE = frozenset({"request", "server_time"})


class RequestContextFilter(logging.Filter):
    """Put the current request's ids on the record, so that any format may name them."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = request_context.get()
        if context is NO_REQUEST:
            # Django logs a refusal when the request has left the middleware, but passes it along.
            context = getattr(getattr(record, "request", None), "log_context", NO_REQUEST)
        for name, value in context.items():
            setattr(record, name, value)
        return True


# Tokens as `domain/bearer.py` draws them; the part that names the row may be read.
_TOKEN = re.compile(r"\b(cx[a-z]_[0-9a-f]{12})_[A-Za-z0-9_-]{20,}")


class SecretFilter(logging.Filter):
    """Take the secrets of tokens out of a line: some addresses hold them."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = _TOKEN.sub(r"\1_…", text)
        if masked != text:
            record.msg, record.args = masked, None
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, ids, extras, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: value
            for name, value in vars(record).items()
            if name not in _STANDARD and name not in _OPAQUE
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)

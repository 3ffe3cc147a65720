"""Where log lines go and what they look like."""

from typing import Any


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Return `LOGGING` that writes to standard error, as JSON (`style` "json") or plain text."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "courses.logs.RequestContextFilter"},
            "secrets": {"()": "courses.logs.SecretFilter"},
        },
        "formatters": {
            "json": {"()": "courses.logs.JsonFormatter"},
            "plain": {
                "format": "{asctime} {levelname:<7} {name} [{request_id}] {message}",
                "datefmt": "%H:%M:%S",
                "style": "{",
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json" if style == "json" else "plain",
                "filters": ["request", "secrets"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        # Django gives its own loggers handlers that would write every line twice.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }

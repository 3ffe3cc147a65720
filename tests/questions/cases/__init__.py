"""One file of cases for every question type that ships, called like the type's key."""

from importlib import import_module

from courses.questions import registry
from courses.questions.contract import Cases, Value

CASES: dict[str, Cases] = {
    key: Cases.of(import_module(f"{__name__}.{key}")) for key in registry.all_types()
}
EXAMPLES: dict[str, list[Value]] = {key: cases.examples for key, cases in CASES.items()}

"""Components of the OpenAPI document for responses, from what each question type declares."""

from typing import Any

from courses.questions import registry

UNION = "QuestionResponse"


def components() -> dict[str, Any]:
    """Return a schema for each registered type's response, and their union.

    Types may have the same fields ({"choice": "true"} fits two of them), so it is `anyOf`, and a
    response carries no type: the question's own `type` names the schema.
    """
    named = {name_of(key): dict(kind.response_schema) for key, kind in registry.all_types().items()}
    for key, kind in registry.all_types().items():
        named[name_of(key)]["description"] = (
            f"A response to a question of the type `{key}` ({kind.label})."
        )
    union = {
        "description": "By the `type` of the question; see `list_question_types`.",
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in named],
    }
    return {**named, UNION: union}


def name_of(key: str) -> str:
    """Return the component's name: `single_choice` → `SingleChoiceResponse`."""
    return "".join(word.title() for word in key.split("_")) + "Response"

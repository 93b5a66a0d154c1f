"""The readable API documents: one page rendered here from the OpenAPI document, without a script and without anything from outside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).with_name("templates")
STYLE = (_FOLDER / "documents.css").read_text(encoding="utf-8")
_METHODS = ("get", "post", "put", "patch", "delete")
_UNTAGGED = "other"


@dataclass(frozen=True)
class Field:
    """One field of a body or one parameter, as a reader needs it."""

    name: str
    kind: str
    required: bool
    text: str
    place: str = "body"


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        fields: parameters and the fields of the body.
        example: an example body as JSON; None when there is no body or no example.
        answers: status, description and the name of the schema.
    """

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    fields: tuple[Field, ...]
    example: str | None
    answers: tuple[tuple[str, str, str], ...]


def _schema_of(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _kind(schema: dict[str, Any]) -> str:
    """Return a type in a few words: `string`, `list of BatchItem`, `string or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _bounds(schema: dict[str, Any]) -> str:
    words = {"minimum": "at least", "maximum": "at most", "minLength": "characters at least", "maxLength": "characters at most",
             "minItems": "items at least", "maxItems": "items at most", "default": "default"}  # fmt: skip
    said = [f"{word} {json.dumps(schema[name])}" for name, word in words.items() if schema.get(name) is not None]
    return f" ({', '.join(said)})" if said else ""


def _body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return next((media["schema"] for media in content.values() if "schema" in media), None)


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[Field]:
    for each in operation.get("parameters", []):
        schema = each.get("schema", {})
        text = each.get("description", "") + _bounds(schema)
        yield Field(each["name"], _kind(schema), each.get("required", False), text, each["in"])
    if (schema := _body_schema(operation)) is not None:
        body = _schema_of(document, schema)
        for name, field in body.get("properties", {}).items():
            yield Field(name, _kind(field), name in body.get("required", []), field.get("description", "") + _bounds(field))


def _example(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    schema = _schema_of(document, schema)
    if "examples" in schema:
        return schema["examples"][0]
    if depth < 4 and schema.get("type") == "array":
        return [_example(document, schema.get("items", {}), depth + 1)]
    if depth < 4 and "properties" in schema:
        required = schema.get("required", [])
        return {name: _example(document, field, depth + 1) for name, field in schema["properties"].items() if name in required}
    if "enum" in schema:
        return schema["enum"][0]
    return {"string": "…", "integer": 1, "number": 1.0, "boolean": False}.get(str(schema.get("type")))


def _answers(operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, answer in sorted(operation.get("responses", {}).items()):
        media = next(iter(answer.get("content", {}).items()), None)
        schema = media[1].get("schema", {}) if media else {}
        yield status, answer.get("description", ""), schema.get("title") or (_kind(schema) if schema else "")


def operations(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """Return the operations of an OpenAPI document by their first tag, in the order of the document."""
    groups: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if (found := item.get(method)) is None:
                continue
            schema = _body_schema(found)
            example = json.dumps(_example(document, schema), indent=2, ensure_ascii=False) if schema is not None else None
            operation = Operation(
                found.get("operationId", f"{method}-{path}"), method.upper(), path, found.get("summary", ""), found.get("description", ""),
                tuple(_fields(document, found)), example, tuple(_answers(found)),
            )  # fmt: skip
            groups.setdefault(next(iter(found.get("tags", [])), _UNTAGGED), []).append(operation)
    return groups


def documents_page(document: dict[str, Any]) -> str:
    """Return the page for an OpenAPI document."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("documents.html.j2").render(info=document["info"], groups=operations(document))

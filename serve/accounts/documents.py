"""The access rules in the OpenAPI document: how each operation is secured, and what a refusal looks like."""

from typing import Any

from fastapi import FastAPI

from serve.accounts.rules import RULES, Rule
from serve.schemas import documented

_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "catchall",
        "description": "A browser session, named `__Host-catchall` over https. Changes need the header `x-csrf-token` too.",
    },
}


def _secure(operation: dict[str, Any], rule: Rule) -> None:
    statuses = {401, 403} if not rule.public or rule.login_optional else set()
    if rule.own_only or rule.personal:
        statuses.add(404)
    for status, answer in documented(*sorted(statuses)).items():
        operation["responses"].setdefault(str(status), answer)
    if not rule.public:
        operation["security"] = [{"key": []}, {"session": []}]
        roles = ", ".join(sorted(rule.roles))
        scope = f" Scope of a key: `{rule.scope}`." if rule.scope else ""
        operation["description"] = f"{operation.get('description', '')}\n\nRoles: {roles}.{scope}".strip()


def document_rules(app: FastAPI) -> None:
    """Make the application's OpenAPI document tell the access rules."""
    plain = app.openapi

    def with_rules() -> dict[str, Any]:
        made = app.openapi_schema is not None
        document = plain()
        if not made:
            document.setdefault("components", {})["securitySchemes"] = _SCHEMES
            for path, item in document["paths"].items():
                for method, operation in item.items():
                    if (rule := RULES.get((method.upper(), path))) is not None:
                        _secure(operation, rule)
        return document

    app.openapi = with_rules  # type: ignore[method-assign]

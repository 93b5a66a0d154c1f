"""Who may do what, as data: one rule for each method and path template. A route without a rule is nobody's.

`PAGES` are the pages of the web application, which the document of the programming interface does not list.
"""

from dataclasses import dataclass

from serve.accounts.identity import ROLES, Identity, Role, Scope

EVERYONE: frozenset[Role] = frozenset(ROLES)
ADMINISTRATORS: frozenset[Role] = frozenset({"admin"})
STAFF: frozenset[Role] = frozenset({"officer", "scientist", "admin"})
REVIEWERS: frozenset[Role] = frozenset({"officer", "admin"})
OFFICERS: frozenset[Role] = frozenset({"officer"})
CASE_READERS: frozenset[Role] = frozenset({"exporter", "officer", "admin"})
"""Scientists learn from determinations that are exported or shown de-identified, not from cases."""
SUBMITTERS: frozenset[Role] = frozenset({"exporter", "officer"})
HOOK_OWNERS: frozenset[Role] = frozenset({"exporter", "admin"})
"""Who is told by webhooks, and who looks after the service."""


@dataclass(frozen=True)
class Rule:
    """Who may use a route.

    Attributes:
        roles: who may.
        scope: what an API key must be good for as well; None: any key will do.
        own_only: exporters see what belongs to their organisation only; to them everything else is not there (404).
        personal: only its holder and administrators see it; to everybody else it is not there (404).
        public: anybody may, without an account.
        login_optional: public unless the setting `CATCHALL_REQUIRE_LOGIN` says otherwise.
    """

    roles: frozenset[Role] = EVERYONE
    scope: Scope | None = None
    own_only: bool = False
    personal: bool = False
    public: bool = False
    login_optional: bool = False

    def refusal(self, identity: Identity) -> str | None:
        """Return why somebody may not; None when they may."""
        if identity.role not in self.roles:
            return f"The role '{identity.role}' may not do this"
        if self.scope is not None and self.scope not in identity.scopes:
            return f"This key lacks the scope '{self.scope}'"
        return None


_PUBLIC = Rule(public=True)
_CLASSIFY = Rule(scope="classify", public=True, login_optional=True)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): _PUBLIC,
    ("GET", "/readyz"): _PUBLIC,
    ("GET", "/metrics"): _PUBLIC,
    ("GET", "/docs"): _PUBLIC,
    ("GET", "/docs/style.css"): _PUBLIC,
    ("GET", "/v1/taxonomy"): _PUBLIC,
    ("GET", "/v1/release"): _PUBLIC,
    ("POST", "/v1/classify"): _CLASSIFY,
    ("POST", "/v1/classify/batch"): _CLASSIFY,
    ("POST", "/v1/similar"): _CLASSIFY,
    ("POST", "/v1/assess"): _CLASSIFY,
    ("GET", "/v1/controls"): _PUBLIC,
    # Accounts
    ("POST", "/v1/setup"): _PUBLIC,
    ("POST", "/v1/session"): _PUBLIC,
    ("GET", "/v1/session"): Rule(),
    ("DELETE", "/v1/session"): Rule(),
    ("PUT", "/v1/session/password"): Rule(scope="accounts"),
    ("GET", "/v1/oidc/login"): _PUBLIC,
    ("GET", "/v1/oidc/callback"): _PUBLIC,
    ("GET", "/v1/organisations"): Rule(scope="accounts", own_only=True),
    ("POST", "/v1/organisations"): Rule(ADMINISTRATORS, "accounts"),
    ("GET", "/v1/organisations/{organisation_id}"): Rule(scope="accounts", own_only=True),
    ("GET", "/v1/users"): Rule(scope="accounts", own_only=True),
    ("POST", "/v1/users"): Rule(ADMINISTRATORS, "accounts"),
    ("GET", "/v1/users/{user_id}"): Rule(scope="accounts", own_only=True),
    ("PATCH", "/v1/users/{user_id}"): Rule(ADMINISTRATORS, "accounts"),
    ("PUT", "/v1/users/{user_id}/password"): Rule(ADMINISTRATORS, "accounts"),
    ("GET", "/v1/keys"): Rule(scope="accounts"),
    ("POST", "/v1/keys"): Rule(scope="accounts"),
    ("DELETE", "/v1/keys/{key_id}"): Rule(scope="accounts", personal=True),
    # Cases
    ("GET", "/v1/cases"): Rule(CASE_READERS, "cases:read", own_only=True),
    ("POST", "/v1/cases"): Rule(SUBMITTERS, "cases:write"),
    ("GET", "/v1/cases/{case_id}"): Rule(CASE_READERS, "cases:read", own_only=True),
    ("GET", "/v1/cases/{case_id}/events"): Rule(CASE_READERS, "cases:read", own_only=True),
    ("POST", "/v1/cases/{case_id}/request-review"): Rule(SUBMITTERS, "cases:write", own_only=True),
    ("POST", "/v1/cases/{case_id}/answer"): Rule(SUBMITTERS, "cases:write", own_only=True),
    ("POST", "/v1/cases/{case_id}/withdraw"): Rule(SUBMITTERS, "cases:write", own_only=True),
    ("POST", "/v1/cases/{case_id}/reopen"): Rule(REVIEWERS, "review"),
    ("POST", "/v1/cases/{case_id}/redact"): Rule(ADMINISTRATORS, "review"),
    # Review
    ("GET", "/v1/review/policy"): Rule(),
    ("GET", "/v1/review/queue"): Rule(REVIEWERS, "review"),
    ("GET", "/v1/cases/{case_id}/precedents"): Rule(REVIEWERS, "review"),
    ("GET", "/v1/cases/{case_id}/identical"): Rule(REVIEWERS, "review"),
    ("POST", "/v1/review/claim"): Rule(OFFICERS, "review"),
    ("POST", "/v1/cases/{case_id}/claim"): Rule(OFFICERS, "review"),
    ("POST", "/v1/cases/{case_id}/renew"): Rule(OFFICERS, "review"),
    ("POST", "/v1/cases/{case_id}/release"): Rule(OFFICERS, "review"),
    ("POST", "/v1/cases/{case_id}/assign"): Rule(REVIEWERS, "review"),
    ("POST", "/v1/cases/{case_id}/decide"): Rule(OFFICERS, "review"),
    ("POST", "/v1/review/decide"): Rule(OFFICERS, "review"),
    # Webhooks
    ("GET", "/v1/webhooks"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("POST", "/v1/webhooks"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("GET", "/v1/webhooks/{webhook_id}"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("DELETE", "/v1/webhooks/{webhook_id}"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("POST", "/v1/webhooks/{webhook_id}/test"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("GET", "/v1/deliveries"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
    ("POST", "/v1/deliveries/{delivery_id}/replay"): Rule(HOOK_OWNERS, "webhooks", own_only=True),
}

PAGES: dict[tuple[str, str], Rule] = {
    # Everybody's
    ("GET", "/"): _PUBLIC,
    ("GET", "/static/{name}"): _PUBLIC,
    ("GET", "/styleguide"): _PUBLIC,
    ("POST", "/preferences"): _PUBLIC,
    ("GET", "/categories"): _PUBLIC,
    ("GET", "/regimes"): _PUBLIC,
    ("GET", "/accessibility"): _PUBLIC,
    ("GET", "/legal"): _PUBLIC,
    ("GET", "/sign-in"): _PUBLIC,
    ("POST", "/sign-in"): _PUBLIC,
    ("POST", "/sign-out"): Rule(),
    ("GET", "/password"): Rule(scope="accounts"),
    ("POST", "/password"): Rule(scope="accounts"),
    ("GET", "/demo/{example}"): _PUBLIC,
    # Exporters'
    ("GET", "/classify"): _CLASSIFY,
    ("POST", "/classify"): _CLASSIFY,
    ("POST", "/classify/memo"): _CLASSIFY,
    ("POST", "/classify/save"): Rule(SUBMITTERS, "cases:write"),
    ("GET", "/cases"): Rule(CASE_READERS, "cases:read"),
    ("GET", "/cases/{case_id}"): Rule(CASE_READERS, "cases:read", own_only=True),
    ("GET", "/cases/{case_id}/memo"): Rule(CASE_READERS, "cases:read", own_only=True),
    ("POST", "/cases/{case_id}/request-review"): Rule(SUBMITTERS, "cases:write", own_only=True),
    ("POST", "/cases/{case_id}/answer"): Rule(SUBMITTERS, "cases:write", own_only=True),
    ("POST", "/cases/{case_id}/withdraw"): Rule(SUBMITTERS, "cases:write", own_only=True),
    # Officers', scientists' and administrators'
    ("GET", "/queue"): Rule(REVIEWERS, "review"),
    ("POST", "/queue/next"): Rule(OFFICERS, "review"),
    ("GET", "/queue/{case_id}"): Rule(REVIEWERS, "review"),
    ("POST", "/queue/{case_id}/claim"): Rule(OFFICERS, "review"),
    ("POST", "/queue/{case_id}/release"): Rule(OFFICERS, "review"),
    ("POST", "/queue/{case_id}/decide"): Rule(OFFICERS, "review"),
    ("POST", "/queue/{case_id}/assign"): Rule(REVIEWERS, "review"),
    ("POST", "/queue/{case_id}/reopen"): Rule(REVIEWERS, "review"),
    ("POST", "/queue/{case_id}/redact"): Rule(ADMINISTRATORS, "review"),
    ("GET", "/queue/{case_id}/identical"): Rule(REVIEWERS, "review"),
    ("POST", "/queue/{case_id}/identical"): Rule(OFFICERS, "review"),
    ("GET", "/dashboard"): Rule(STAFF, "review"),
    ("GET", "/model"): Rule(STAFF, "review"),
    ("GET", "/model/disagreements/{case_id}"): Rule(STAFF, "review"),
    ("GET", "/users"): Rule(ADMINISTRATORS, "accounts"),
    ("POST", "/users"): Rule(ADMINISTRATORS, "accounts"),
    ("POST", "/organisations"): Rule(ADMINISTRATORS, "accounts"),
    ("GET", "/users/{user_id}"): Rule(ADMINISTRATORS, "accounts"),
    ("POST", "/users/{user_id}"): Rule(ADMINISTRATORS, "accounts"),
    ("POST", "/users/{user_id}/password"): Rule(ADMINISTRATORS, "accounts"),
    ("GET", "/keys"): Rule(scope="accounts"),
    ("POST", "/keys"): Rule(scope="accounts"),
    ("POST", "/keys/{key_id}/revoke"): Rule(scope="accounts", personal=True),
    ("GET", "/policy"): Rule(STAFF),
    ("GET", "/controls"): Rule(STAFF),
    ("GET", "/audit"): Rule(ADMINISTRATORS, "audit"),
    ("POST", "/audit"): Rule(ADMINISTRATORS, "audit"),
}
RULES.update(PAGES)

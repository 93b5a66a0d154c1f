"""An OpenID Connect provider, asked by Authlib: authorization code flow with PKCE, state and nonce."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from data.errors import ConfigurationError, ProviderFailed, ProviderUnavailable
from serve.clock import Clock
from serve.settings import Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures only. `none` and shared secrets are refused whatever the provider says it supports."""
CALLBACK = "/v1/oidc/callback"
METADATA_LIFETIME = timedelta(hours=1)
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10.0
RETRY_AFTER_SECONDS = 10
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Subject:
    """Whom the provider means.

    Attributes:
        email: None unless the provider says that it has verified the address.
    """

    issuer: str
    subject: str
    email: str | None


@contextmanager
def _asking() -> Iterator[None]:
    """Translate what the libraries raise; their words may quote tokens and stay in the chained cause."""
    try:
        yield
    except httpx2.HTTPError as error:
        raise ProviderUnavailable(reason="it does not answer", retry_after=RETRY_AFTER_SECONDS) from error
    except OAuthError as error:
        raise ProviderFailed(reason="it refused the code") from error
    except JoseError as error:
        raise ProviderFailed(reason="its token is not valid") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderUnavailable(reason="its answer cannot be read", retry_after=RETRY_AFTER_SECONDS) from error


class Provider:
    """The provider of one issuer; safe to share between threads."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, redirect_uri: str, clock: Clock) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._known: tuple[datetime, dict[str, Any], KeySet] | None = None
        self._lock = threading.Lock()

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._client_secret,
            scope="openid email",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
            timeout=TIMEOUT_SECONDS,
        )

    def _metadata(self, afresh: bool = False) -> tuple[dict[str, Any], KeySet]:
        """Return the provider's metadata and signing keys, asked for once an hour or when a key is unknown."""
        now = self._clock()
        with self._lock:
            if self._known is not None and not afresh and abs(now - self._known[0]) < METADATA_LIFETIME:
                return self._known[1:]
            with httpx2.Client(timeout=TIMEOUT_SECONDS) as client:
                metadata = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
                if metadata["issuer"] != self.issuer:
                    raise ProviderFailed(reason="it names another issuer than the one configured")
                keys = KeySet.import_key_set(client.get(metadata["jwks_uri"]).raise_for_status().json())
            self._known = (now, metadata, keys)
            return metadata, keys

    def authorization_url(self, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser.

        Raises:
            ProviderUnavailable: the provider does not answer.
        """
        with _asking(), self._client() as client:
            metadata, _ = self._metadata()
            url, _ = client.create_authorization_url(metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier)
            return str(url)

    def _decoded(self, token: str) -> jwt.Token:
        _, keys = self._metadata()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, self._metadata(afresh=True)[1], algorithms=ALGORITHMS)

    def subject_of(self, code: str, verifier: str, nonce: str) -> Subject:
        """Exchange a code for an identity token, validate it, and return whom it means.

        Raises:
            ProviderFailed: the code or the token is not valid.
            ProviderUnavailable: the provider does not answer.
        """
        with _asking(), self._client() as client:
            metadata, _ = self._metadata()
            answer = client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            token = self._decoded(answer["id_token"])
            expected = {"iss": {"essential": True, "value": self.issuer}, "sub": {"essential": True}, "exp": {"essential": True}}
            params = {"nonce": nonce, "client_id": self._client_id, "access_token": answer["access_token"]}
            claims = CodeIDToken(token.claims, token.header, expected, params)
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY_SECONDS)
            # Some providers write the truth as text.
            verified = claims.get("email_verified") in (True, "true")
            return Subject(self.issuer, str(claims["sub"]), str(claims["email"]) if verified and claims.get("email") else None)


def _require_https(address: str, setting: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ConfigurationError(source=setting, reason="it must be an https address")
    return address


def provider_of(settings: Settings, clock: Clock) -> Provider:
    """Return the provider of the settings.

    Raises:
        ConfigurationError: a setting is missing, or an address is not https.
    """
    if settings.oidc_client_id is None or settings.public_url is None:
        missing = "CATCHALL_OIDC_CLIENT_ID" if settings.oidc_client_id is None else "CATCHALL_PUBLIC_URL"
        raise ConfigurationError(source=missing, reason="logging in with CATCHALL_OIDC_ISSUER needs it")
    issuer = _require_https(str(settings.oidc_issuer), "CATCHALL_OIDC_ISSUER")
    public = _require_https(settings.public_url, "CATCHALL_PUBLIC_URL").rstrip("/")
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    return Provider(issuer, settings.oidc_client_id, secret, public + CALLBACK, clock)

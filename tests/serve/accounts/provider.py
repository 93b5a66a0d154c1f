"""An identity provider on 127.0.0.1: it logs in whom the test says, and can be told to misbehave."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from serve.clock import Clock

CLIENT_ID, CLIENT_SECRET = "catchall-test", "known to both"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def first_key() -> RSAKey:
    """Return the key that every provider starts with; making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class Provider:
    """What the server does.

    Attributes:
        claims: of the person who logs in.
        override: claims of the identity token that replace the true ones; None removes one.
        algorithm: how the identity token is signed.
        fail: paths that answer 500.
        requests: the paths that were asked for.
    """

    clock: Clock
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    override: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    fail: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=first_key)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes back to."""
        code = secrets.token_hex(8)
        self.codes[code] = query
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return the answer to a code, once; None when something is wrong with it."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        # Some clients escape the secret as forms do, some do not.
        if asked is None or proof.replace("+", " ") != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return None
        if (
            asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        now = int(self.clock().timestamp())
        true = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]} | self.claims | self.override
        claims = {name: value for name, value in true.items() if value is not None}
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 300, "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm in ("none", "HS256"):  # by hand: libraries refuse to, which is why attackers do not use them
            unsigned = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
            known_to_all = self.key.as_pem(private=False)
            signature = hmac.new(known_to_all, unsigned.encode(), hashlib.sha256).digest() if self.algorithm == "HS256" else b""
            return f"{unsigned}.{_base64(signature)}"
        key = self.key if self.algorithm == "RS256" else RSAKey.generate_key(2048, {"kid": self.key.kid})
        return jwt.encode(header | {"alg": "RS256"}, claims, key)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _send(self, status: int, content: dict[str, Any], location: str | None = None) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            if location:
                self.send_header("location", location)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _broken(self, path: str) -> bool:
            provider.requests.append(path)
            if path in provider.fail:
                self._send(500, {})
            return path in provider.fail

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if self._broken(parts.path):
                return
            if parts.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._send(302, {}, provider.authorize(query))
            elif parts.path == "/keys":
                self._send(200, {"keys": [provider.key.as_dict(private=False)]})
            else:
                self._send(200, provider.metadata())

        def do_POST(self) -> None:
            if self._broken(self.path):
                return
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            answer = provider.token({name: values[0] for name, values in form.items()}, self.headers.get("authorization", ""))
            self._send(400 if answer is None else 200, answer or {"error": "invalid_grant"})

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def running_provider(clock: Clock) -> Iterator[Provider]:
    """Start a provider; it ends with the block."""
    provider = Provider(clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""One message over the wire: to an address that was looked up, checked and then used; no redirects, no proxy, one time limit."""

import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpcore2

from serve.webhooks.addresses import Address, Network, is_allowed

_Option = Any


@dataclass(frozen=True)
class Sent:
    """What came of an attempt.

    Attributes:
        status: the HTTP status; None when there was none.
        error: why there was none: `address_refused`, `timeout`, `unreachable`, `protocol`; empty otherwise.
    """

    status: int | None
    error: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def hopeless(self) -> bool:
        """Whether another attempt would be useless: an address that is not allowed, or 410 Gone."""
        return self.error == "address_refused" or self.status == 410


class _AddressRefused(Exception):
    """The host leads inside."""


class _Bounded(httpcore2.NetworkStream):
    """A stream whose every wait ends at one moment, so that a slow receiver cannot hold an attempt by a byte now and then."""

    def __init__(self, stream: httpcore2.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - one limit for all
        """Read within what is left of the time."""
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write within what is left of the time."""
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Begin TLS; the certificate must be that of the name, whatever address was used."""
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._ends)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection says of itself."""
        return self._stream.get_extra_info(info)


class _Guarded(httpcore2.SyncBackend):
    """Connects to allowed addresses only. The address that was checked is the one that is used: no second look-up can differ."""

    def __init__(self, internal: tuple[Network, ...], encrypted: bool, ends: float) -> None:
        self._internal, self._encrypted, self._ends = internal, encrypted, ends

    def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError from error
        addresses = list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
        # One internal address among several is enough to refuse: the receiver does not get to choose.
        if not all(is_allowed(address, self._internal, self._encrypted) for address in addresses):
            raise _AddressRefused
        return addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address that answers."""
        failure: Exception = httpcore2.ConnectError()
        for address in self._resolved(host, port):
            left = self._ends - time.monotonic()
            if left <= 0:
                raise httpcore2.ConnectTimeout
            try:
                return _Bounded(super().connect_tcp(str(address), port, left, local_address, socket_options), self._ends)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def send(url: str, headers: dict[str, str], body: str, timeout_seconds: float, internal: tuple[Network, ...]) -> Sent:
    """Post a message and return what came of it; nothing is raised for what a receiver may do. The answer's body is not read."""
    ends = time.monotonic() + timeout_seconds
    backend = _Guarded(internal, url.startswith("https:"), ends)
    lines = {"content-type": "application/json", "user-agent": "Catchall-Webhooks/1"} | headers
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream("POST", url, headers=list(lines.items()), content=body.encode()) as response,
        ):
            return Sent(response.status)
    except _AddressRefused:
        return Sent(None, "address_refused")
    except httpcore2.TimeoutException:
        return Sent(None, "timeout")
    except httpcore2.NetworkError:
        return Sent(None, "unreachable")
    except httpcore2.ProtocolError:
        return Sent(None, "protocol")

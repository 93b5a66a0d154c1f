"""Who is asking, by network address. A forwarded address counts only when the peer is a proxy that the operator named."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from data.errors import ConfigurationError

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"
_IPV6_PREFIX = 64
"""One customer usually holds a whole /64, so it counts as one address."""


def networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a comma-separated list (`10.0.0.0/8, ::1`).

    Raises:
        ConfigurationError: an entry is no address or network.
    """
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError as exc:
        raise ConfigurationError(source="CATCHALL_TRUSTED_PROXIES", reason=str(exc)) from exc


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def client_address(scope: Scope, trusted: Sequence[Network] = ()) -> str:
    """Return the address of the client: the peer, or behind trusted proxies the nearest one that is not a proxy.

    `X-Forwarded-For` is read from the right, because everything left of a trusted proxy's entry is the client's own claim.
    """
    peer = scope.get("client")
    address = _parse(peer[0]) if peer else None
    if address is None:
        return UNKNOWN
    hops = [hop for line in Headers(scope=scope).getlist("x-forwarded-for") for hop in line.split(",")]
    while hops and any(address in network for network in trusted):
        nearer = _parse(hops.pop())
        if nearer is None:
            break
        address = nearer
    return str(address)


def address_group(address: str) -> str:
    """Return what an address is counted as: itself, or the /64 of an IPv6 address."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _IPV6_PREFIX), strict=False))
    return address

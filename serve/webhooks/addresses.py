"""Where webhooks may lead: to the public internet over https; inside, only where the installation allows it."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from data.errors import ConfigurationError, WebhookUnusable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 2_000
_NAT64 = IPv6Network("64:ff9b::/96")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_:")


def networks(setting: str) -> tuple[Network, ...]:
    """Return the networks of a comma-separated setting.

    Raises:
        ConfigurationError: one of them is none.
    """
    try:
        return tuple(ip_network(each.strip()) for each in setting.split(",") if each.strip())
    except ValueError as error:
        raise ConfigurationError(source="CATCHALL_WEBHOOK_INTERNAL", reason=str(error)) from error


def plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, by mapping, NAT64, 6to4 or Teredo; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inner or address


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet."""
    inner = plain(address)
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def is_allowed(address: Address, internal: Iterable[Network], encrypted: bool) -> bool:
    """Return whether a webhook may connect to an address; unencrypted only to networks that were allowed by name."""
    inner = plain(address)
    return any(inner in network for network in internal) or (encrypted and is_public(address))


def _fault(url: str, internal: tuple[Network, ...]) -> str:
    if len(url) > LONGEST or not all("!" <= character <= "~" for character in url) or "\\" in url:
        return f"it must be at most {LONGEST} printable ASCII characters without white space"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme != "https" and not (parts.scheme == "http" and internal):
        return "it must begin with https://"
    if not host or not set(host) <= _HOST or port == 0:
        return "it has no usable host"
    if "@" in parts.netloc or parts.fragment:
        return "it must hold no user, password or fragment"
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    return "" if is_allowed(address, internal, parts.scheme == "https") else "it leads to an internal address"


def check_url(url: str, internal: tuple[Network, ...]) -> None:
    """Refuse an address that a webhook cannot have. What a name resolves to is checked at each delivery.

    Raises:
        WebhookUnusable: says why.
    """
    if reason := _fault(url, internal):
        raise WebhookUnusable(reason=reason)

"""The client's address: the peer, unless a proxy that the operator named says otherwise."""

from typing import Any

import pytest

from data.errors import ConfigurationError
from serve.operations.addresses import UNKNOWN, address_group, client_address, networks


def scope(peer: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"type": "http", "client": (peer, 1234) if peer else None, "headers": headers}


class TestClientAddress:
    """Nobody can invent an address."""

    TRUSTED = networks("10.0.0.0/8, ::1")

    @pytest.mark.parametrize(
        ("peer", "forwarded", "expected"),
        [
            ("192.0.2.7", (), "192.0.2.7"),
            ("192.0.2.7", ("198.51.100.1",), "192.0.2.7"),  # not a proxy: its claim counts for nothing
            ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
            ("10.0.0.1", ("203.0.113.9, 198.51.100.1",), "198.51.100.1"),  # what stands left of it is the client's own claim
            ("10.0.0.1", ("203.0.113.9, 198.51.100.1, 10.0.0.2",), "198.51.100.1"),  # two proxies
            ("10.0.0.1", ("203.0.113.9", "198.51.100.1"), "198.51.100.1"),  # two header lines
            ("10.0.0.1", ("nonsense",), "10.0.0.1"),
            ("10.0.0.1", ("198.51.100.1, ",), "10.0.0.1"),
            ("10.0.0.1", (), "10.0.0.1"),
            ("::1", ("2001:db8::5",), "2001:db8::5"),
            ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
            (None, ("198.51.100.1",), UNKNOWN),
            ("not-an-address", (), UNKNOWN),
        ],
    )
    def test_chain(self, peer: str | None, forwarded: tuple[str, ...], expected: str) -> None:
        assert client_address(scope(peer, *forwarded), self.TRUSTED) == expected

    def test_nobody_is_trusted_by_default(self) -> None:
        assert client_address(scope("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


class TestGroups:
    """An IPv6 customer cannot multiply by walking through a /64."""

    def test_ipv6(self) -> None:
        assert address_group("2001:db8:1:2:3::4") == address_group("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
        assert address_group("2001:db8:1:3::4") != address_group("2001:db8:1:2::4")

    def test_others_as_they_are(self) -> None:
        assert address_group("192.0.2.7") == "192.0.2.7"
        assert address_group(UNKNOWN) == UNKNOWN


class TestNetworks:
    """A setting that cannot be read is named."""

    def test_empty(self) -> None:
        assert networks(" ") == ()

    def test_wrong(self) -> None:
        with pytest.raises(ConfigurationError, match="CATCHALL_TRUSTED_PROXIES"):
            networks("10.0.0.0/8, my-proxy")

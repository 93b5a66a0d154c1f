"""Webhooks lead outside, encrypted; inside only where the installation says so."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.errors import ConfigurationError, WebhookUnusable
from serve.webhooks import sending
from serve.webhooks.addresses import check_url, is_allowed, is_public, networks
from serve.webhooks.sending import Sent, send
from tests.serve.webhooks.receiver import Receiver

INTERNAL = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1", "192.0.2.1", "2001:db8::1", "198.18.0.1",
)  # fmt: skip


class TestAddresses:
    """Private, loopback, link-local, multicast and reserved addresses are internal, in whatever clothing."""

    @pytest.mark.parametrize("address", INTERNAL)
    def test_internal(self, address: str) -> None:
        assert not is_public(ip_address(address))

    @pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
    def test_public(self, address: str) -> None:
        assert is_public(ip_address(address))
        assert is_allowed(ip_address(address), (), encrypted=True)
        assert not is_allowed(ip_address(address), networks("10.0.0.0/8"), encrypted=False)

    def test_allowed_by_name(self) -> None:
        allowed = networks("10.1.0.0/16, 127.0.0.1/32")
        assert is_allowed(ip_address("10.1.9.9"), allowed, encrypted=False)
        assert is_allowed(ip_address("::ffff:10.1.9.9"), allowed, encrypted=True)
        assert not is_allowed(ip_address("10.2.0.1"), allowed, encrypted=True)

    def test_no_network(self) -> None:
        with pytest.raises(ConfigurationError):
            networks("intranet")


class TestUrls:
    """An address that can never be used is refused at once."""

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/x", "ftp://example.org", "https://", "https://u:p@example.org/", "https://example.org/#a", "https://a b/",
            "https://exämple.org/", "https://10.0.0.1/", "https://[::1]/", "https://127.0.0.1:8443/", "https://169.254.169.254/latest",
            "https://example.org:99999/", "https://example.org:0/", "https://example.org\\@127.0.0.1/", "https://exa%6dple.org/",
            "https://example.org/\r\nx: y", "javascript:alert(1)", "//example.org", "", "https://[::1", "https://" + "a" * 2000,
        ],
    )  # fmt: skip
    def test_refused(self, url: str) -> None:
        with pytest.raises(WebhookUnusable):
            check_url(url, ())

    @pytest.mark.parametrize(
        "url", ["https://example.org", "https://example.org:8443/a/b?c=d", "https://93.184.215.14/", "https://xn--exmple-cua.org/"]
    )
    def test_usable(self, url: str) -> None:
        check_url(url, ())

    def test_plain_inside_only(self) -> None:
        check_url("http://10.1.0.7:8080/hook", networks("10.1.0.0/16"))
        with pytest.raises(WebhookUnusable):
            check_url("http://10.2.0.7:8080/hook", networks("10.1.0.0/16"))


class TestSending:
    """The address that was checked is the one that is used, and every failure has a name."""

    HERE = networks("127.0.0.0/8")

    def test_pinned(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def lookup(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            # The second answer would lead elsewhere, as a rebinding name's does.
            return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "127.0.0.2", port))]

        class _Socket:
            getaddrinfo = staticmethod(lookup)
            SOCK_STREAM = 1

        monkeypatch.setattr(sending, "socket", _Socket)
        assert send(f"http://erp.example.org:{receiver.port}/hook", {}, "{}", 5, self.HERE) == Sent(204)
        assert asked == ["erp.example.org"]
        assert receiver.received[0].headers["host"] == f"erp.example.org:{receiver.port}"

    def test_one_internal_address_among_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class _Socket:
            SOCK_STREAM = 1

            @staticmethod
            def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
                return [(2, 1, 6, "", (address, port)) for address in ("93.184.215.14", "10.0.0.1")]

        monkeypatch.setattr(sending, "socket", _Socket)
        assert send("https://example.org/hook", {}, "{}", 1, ()) == Sent(None, "address_refused")

    def test_failures(self, receiver: Receiver) -> None:
        assert send("http://127.0.0.1:9/", {}, "{}", 5, self.HERE) == Sent(None, "unreachable")
        assert send("http://no-such-host.invalid/", {}, "{}", 5, self.HERE) == Sent(None, "unreachable")
        assert send(receiver.url, {}, "{}", 5, ()) == Sent(None, "address_refused")
        assert send(receiver.url.replace("http:", "https:"), {}, "{}", 5, self.HERE).status is None
        receiver.answers = [0]
        assert send(receiver.url, {}, "{}", 0.3, self.HERE) == Sent(None, "timeout")

    def test_no_proxy_is_asked(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert send(receiver.url, {}, "{}", 5, self.HERE) == Sent(204)


def certificate_of(name: str, folder: Path) -> Path:
    """Write a certificate for a name, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def answer_once(listener: ssl.SSLSocket) -> None:
    """Answer one request over TLS; a caller who does not like the certificate goes away."""
    try:
        connection, _ = listener.accept()
        with connection:
            got = b""
            # The whole request: closing before its end would reset the connection, and the answer with it.
            while not got.endswith(b"{}") and (more := connection.recv(65_536)):
                got += more
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    except OSError:
        pass


class TestEncrypted:
    """The connection goes to the checked address, but the certificate must be that of the name."""

    @pytest.mark.parametrize(("host", "expected"), [("erp.example.org", Sent(204)), ("other.example.org", Sent(None, "unreachable"))])
    def test_certificate(self, host: str, expected: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = certificate_of("erp.example.org", tmp_path)
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(path)
        monkeypatch.setattr(sending, "_trust", lambda: ssl.create_default_context(cafile=str(path)))

        class _Socket:
            SOCK_STREAM = 1

            @staticmethod
            def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
                return [(2, 1, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(sending, "socket", _Socket)
        with socket.create_server(("127.0.0.1", 0)) as plain, served.wrap_socket(plain, server_side=True) as listener:
            thread = threading.Thread(target=answer_once, args=(listener,))
            thread.start()
            assert send(f"https://{host}:{listener.getsockname()[1]}/hook", {}, "{}", 10, networks("127.0.0.0/8")) == expected
            thread.join()

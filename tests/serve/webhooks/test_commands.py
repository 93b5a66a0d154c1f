"""`catchall webhooks`, as an administrator types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from tests.serve.webhooks.world import KEY


@pytest.fixture
def run(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CATCHALL_DATABASE_URL", f"sqlite:///{tmp_path / 'catchall.db'}")
    monkeypatch.setenv("CATCHALL_WEBHOOK_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


class TestCommands:
    """Made, listed, tested, ended; the secret is printed once."""

    def test_life(self, run) -> None:  # type: ignore[no-untyped-def]
        assert run("organisations", "add", "Acme Ltd").exit_code == 0
        made = run("webhooks", "add", "https://erp.example.org/x", "--organisation", "acme ltd")
        webhook_id, secret = made.stdout.split()
        assert secret.startswith("whsec_")
        assert webhook_id in run("webhooks", "list").stdout
        assert "whsec_" not in run("webhooks", "list").stdout
        delivery_id = run("webhooks", "test", webhook_id).stdout.strip()
        assert delivery_id in run("webhooks", "deliveries", "--state", "waiting").stdout
        assert run("webhooks", "replay", delivery_id).exit_code == 2
        assert "0 to be sent" in run("webhooks", "replay", "all").stdout
        assert run("webhooks", "delete", webhook_id).exit_code == 0
        assert "cancelled" in run("webhooks", "deliveries").stdout

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["https://10.0.0.1/", "--organisation", "Acme Ltd"], "internal"),
            (["https://example.org/", "--organisation", "nobody"], "no organisation"),
            (["https://example.org/", "--organisation", "Acme Ltd", "--event", "case.lost"], "no event"),
        ],
    )
    def test_refused(self, run, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
        run("organisations", "add", "Acme Ltd")
        answer = run("webhooks", "add", *arguments)
        assert answer.exit_code == 2
        assert says in answer.stderr

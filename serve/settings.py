"""Settings of the API: one frozen object, read once from the environment (`CATCHALL_...`), passed in."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.artefact import READER_FOLDER, RELEASE_FOLDER
from serve.cases.policy import REVIEW_POLICY_FILE


class Settings(BaseSettings):
    """Every setting of the API. Each is documented in README.md."""

    model_config = SettingsConfigDict(env_prefix="CATCHALL_", frozen=True, extra="ignore")

    release_folder: Path = Field(default=RELEASE_FOLDER, description="Release folder to serve; must be built.")
    reader_folder: Path = Field(default=READER_FOLDER, description="Folder of the readers of attributes and quantities; must be built.")
    threads: int = Field(default=2, ge=0, le=256, description="Threads for one inference; 0 uses every core.")
    concurrency: int = Field(default=0, ge=0, le=256, description="Texts evaluated at the same time; 0: one per core.")
    queue: int = Field(default=64, ge=0, le=512, description="Requests that may wait; one more gets 503 with Retry-After.")
    patience_seconds: float = Field(default=10.0, gt=0, le=600, description="How long a text may wait for its turn before 503.")
    max_body_bytes: int = Field(
        default=16_000_000, ge=1_000, le=1_000_000_000, description="Largest request body in bytes; a larger one gets 413."
    )
    rate_per_address: str = Field(default="1200/minute", description="Requests of one network address; one more gets 429. `off`: no limit.")
    rate_per_key: str = Field(default="600/minute", description="Requests with one API key; one more gets 429. `off`: no limit.")
    rate_login: str = Field(default="20/minute", description="Attempts to log in from one network address. `off`: no limit.")
    trusted_proxies: str = Field(default="", description="Addresses and networks whose X-Forwarded-For is believed, comma-separated.")
    tls: bool = Field(default=False, description="Whether clients reach the service by https: adds Strict-Transport-Security.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least severe level to log.")
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="`json` for machines, `console` for a person; `auto`: `console` on a terminal, else `json`."
    )
    shutdown_seconds: int = Field(default=30, ge=1, le=3600, description="How long a stop waits for requests being answered.")
    # Hidden where settings are printed: it may hold a password.
    database_url: str = Field(default="sqlite:///var/catchall.db", repr=False, description="Where accounts and cases are kept.")
    review_policy: Path = Field(default=REVIEW_POLICY_FILE, description="How cases are reviewed (TOML): deadlines, four eyes, retention.")
    require_login: bool = Field(default=False, description="Whether classifying needs an account too.")
    session_idle_minutes: int = Field(default=60, ge=1, le=10_080, description="A browser session ends when not used for so long.")
    session_hours: int = Field(default=12, ge=1, le=720, description="A browser session ends so long after the login.")
    bootstrap_password: SecretStr | None = Field(default=None, description="Password of the first administrator, named `admin`.")
    oidc_issuer: str | None = Field(default=None, description="Address of an OpenID Connect provider to log in with.")
    oidc_client_id: str | None = Field(default=None, description="What the provider calls this service.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="What this service proves itself with to the provider.")
    development: bool = Field(default=False, description="Shows the page of components, `/styleguide`.")
    public_url: str | None = Field(default=None, description="Address users reach the service at; the provider sends them back to it.")
    webhook_key: SecretStr | None = Field(default=None, description="Seals the secrets of webhooks; empty: nothing is sent.")
    webhook_internal: str = Field(default="", description="Internal networks that webhooks may lead to, comma-separated.")
    webhook_timeout_seconds: float = Field(default=10.0, gt=0, le=60, description="How long one attempt to deliver may take.")
    webhook_retry_seconds: float = Field(default=10.0, gt=0, le=3_600, description="The first wait before another attempt; it doubles.")
    webhook_hours: float = Field(default=72.0, gt=0, le=720, description="How long delivery is tried before it is given up.")

    @property
    def sealing_keys(self) -> str:
        """Return what `webhook_key` holds; empty: webhooks are switched off."""
        return self.webhook_key.get_secret_value() if self.webhook_key else ""

"""Settings of the API: one frozen object, read once from the environment (`CATCHALL_...`), passed in."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.artefact import RELEASE_FOLDER


class Settings(BaseSettings):
    """Every setting of the API. Each is documented in README.md."""

    model_config = SettingsConfigDict(env_prefix="CATCHALL_", frozen=True, extra="ignore")

    release_folder: Path = Field(default=RELEASE_FOLDER, description="Release folder to serve; must be built.")
    threads: int = Field(default=0, ge=0, le=256, description="Threads for one inference; 0 uses every core.")
    max_body_bytes: int = Field(
        default=16_000_000, ge=1_000, le=1_000_000_000, description="Largest request body in bytes; a larger one gets 413."
    )

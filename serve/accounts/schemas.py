"""What the routes of accounts take and give."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from serve.accounts.identity import Identity, Role, Scope
from serve.store.accounts import Organisation, User
from serve.store.keys import ApiKey

# No control characters and nothing that turns the direction of writing, with which one name can look like another.
_FORBIDDEN = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320, pattern=f"^[^{_FORBIDDEN}]+$")
]  # as long as the longest e-mail address
Password = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
PathId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9a-zA-Z_-]+$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginIn(_In):
    """Name and password."""

    name: PersonName
    password: Password


class SetupIn(_In):
    """The first administrator."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    organisation: PersonName
    name: PersonName
    password: Password


class PasswordChangeIn(_In):
    """One's own new password."""

    current: Password
    new: Password


class PasswordIn(_In):
    """Another user's new password; null: no login by password."""

    password: Password | None


class OrganisationIn(_In):
    """A new organisation."""

    name: PersonName


class UserIn(_In):
    """A new user."""

    organisation_id: PathId
    name: PersonName
    role: Role
    password: Password | None = Field(default=None, description="Null: the user logs in through the identity provider or uses keys.")


class UserChangeIn(_In):
    """What changes of a user; what is left out stays."""

    role: Role | None = None
    disabled: bool | None = None


class KeyIn(_In):
    """A new API key."""

    name: PersonName = Field(description="What it is for.")
    scopes: list[Scope] = Field(min_length=1, max_length=20, description="What it is good for, within the role of its holder.")
    expires_at: AwareDatetime | None = None
    user_id: PathId | None = Field(default=None, description="Its holder: oneself, or for administrators anybody.")


class OrganisationOut(BaseModel):
    """An organisation."""

    id: str
    name: str
    created_at: str

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationOut":
        """Return what is shown."""
        return cls(id=organisation.id, name=organisation.name, created_at=organisation.created_at)


class UserOut(BaseModel):
    """A user."""

    id: str
    organisation_id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str | None
    has_password: bool

    @classmethod
    def of(cls, user: User) -> "UserOut":
        """Return what is shown: never the hash."""
        return cls(
            id=user.id,
            organisation_id=user.organisation_id,
            name=user.name,
            role=user.role,
            created_at=user.created_at,
            disabled_at=user.disabled_at,
            has_password=user.password_hash is not None,
        )


class KeyOut(BaseModel):
    """A key, without its secret."""

    id: str
    user_id: str
    name: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None = Field(description="To the minute.")

    @classmethod
    def of(cls, key: ApiKey) -> "KeyOut":
        """Return what is shown."""
        return cls(**{**vars(key), "scopes": list(key.scopes)})


class NewKeyOut(KeyOut):
    """A new key with its secret, which is shown this once."""

    secret: str


class WhoOut(BaseModel):
    """Who is asking."""

    user_id: str
    name: str
    organisation_id: str
    role: Role
    via: Literal["key", "session"]
    scopes: list[str]
    csrf_token: str | None = Field(default=None, description="For the header `x-csrf-token` of changes asked for with the cookie.")

    @classmethod
    def of(cls, identity: Identity, csrf: str | None) -> "WhoOut":
        """Return what is shown."""
        return cls(**{**vars(identity), "scopes": sorted(identity.scopes)}, csrf_token=csrf)


class OrganisationsOut(BaseModel):
    """Organisations by name."""

    items: list[OrganisationOut]
    after: str | None = Field(description="Send this as `after` for the next page; null at the end.")


class UsersOut(BaseModel):
    """Users by name."""

    items: list[UserOut]
    after: str | None = Field(description="Send this as `after` for the next page; null at the end.")


class KeysOut(BaseModel):
    """Keys, the oldest first."""

    items: list[KeyOut]

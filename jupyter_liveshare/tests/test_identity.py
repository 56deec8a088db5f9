"""Other ways of logging in than Jupyter's token: JupyterHub's shape, a password alone, none at all."""

import json

import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyter_server.auth.security import passwd
from tornado import web

from jupyter_liveshare import identity

from .test_internal import upstream  # noqa: F401
from .test_mount import shown, user_of


class HubLike(IdentityProvider):
    """Knows accounts by a cookie of its own, touches tokens and cookies, and has a token property without a setter."""

    token = "hub"

    async def get_user(self, handler):
        if self.get_token(handler):
            raise web.HTTPError(500, "asked about a guest's token")
        handler.set_cookie("hub-state", "x")
        name = handler.get_cookie("hub-session")
        if name == "stranger":
            raise web.HTTPError(403, "not allowed here")
        return HubUser(name) if name else None


class HubUser(User):
    hub_user = True


class HubAuthorizer(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return user.hub_user


class TestHub:
    @pytest.fixture
    def jp_server_config(self, jp_server_config, monkeypatch):
        monkeypatch.setenv("JUPYTERHUB_USER", "ada")
        jp_server_config["ServerApp"] |= {"identity_provider_class": HubLike, "authorizer_class": HubAuthorizer}
        return jp_server_config

    async def test_accounts_are_named_and_only_one_is_the_owner(self, ask):
        for name, owner in (("ada", True), ("bob", False)):
            for path in ("s/x/", "api/shares"):
                response = await ask(path, Cookie=f"hub-session={name}")
                user = user_of(shown(response)["headers"])
                assert (user["username"], user["owner"]) == (name, owner), path

    async def test_guests_notice_nothing_of_it(self, ask):
        for cookie in ("", "hub-session=stranger"):
            response = await ask("s/x/?token=guest", Cookie=cookie, Authorization="token guest")
            assert response.code == 200
            assert "X-Liveshare-User" not in shown(response)["headers"]
            assert all(c.startswith("liveshare-") for c in response.headers.get_list("Set-Cookie"))
        assert (await ask("api/shares", Cookie="hub-session=stranger")).code == 403

    async def test_the_sidecar_is_the_owner(self, upstream):  # noqa: F811
        assert json.loads((await upstream("api/me")).body)["identity"]["username"] == "ada"
        assert (await upstream("api/contents")).code == 200


class TestPassword:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["IdentityProvider"] = {"token": ""}
        jp_server_config["PasswordIdentityProvider"] = {"hashed_password": passwd("secret"), "token": ""}
        return jp_server_config

    async def test_the_sidecar_needs_no_password(self, upstream, ask):  # noqa: F811
        assert (await upstream("api/contents")).code == 200
        assert (await ask("api/shares")).code == 403


class TestNone:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["token"] = ""
        return jp_server_config

    async def test_guests_can_still_be_told_from_the_owner(self, ask):
        response = await ask("s/x/")
        assert "X-Liveshare-User" not in shown(response)["headers"]
        assert all(c.startswith("liveshare-") for c in response.headers.get_list("Set-Cookie"))
        response = await ask("api/shares")
        assert user_of(shown(response)["headers"])["owner"] is True
        cookie = next(c for c in response.headers.get_list("Set-Cookie") if c.startswith("username-"))
        response = await ask("s/x/", Cookie=cookie.split(";")[0])
        assert user_of(shown(response)["headers"])["owner"] is True


@pytest.mark.parametrize(
    "shown, owner, configured, expected",
    [
        ("Ada Lovelace", True, "", "Ada Lovelace"),
        ("Ada Lovelace", True, "Dr. Ada", "Dr. Ada"),
        ("Anonymous Io", True, "Dr. Ada", "Dr. Ada"),
        ("Anonymous Io", True, "", "login"),
        ("Anonymous Io", False, "Dr. Ada", "Anonymous Io"),
    ],
)
def test_the_owner_has_a_name_people_know(monkeypatch, shown, owner, configured, expected):
    monkeypatch.setattr("getpass.getuser", lambda: "login")
    user = User(username="u", name=shown, display_name=shown)
    assert identity.display_name(user, owner, configured) == expected


class Accounts(IdentityProvider):
    """People by name."""


class Open(Accounts):
    """Nobody has to log in."""

    auth_enabled = False


@pytest.mark.parametrize(
    "provider, expected",
    [
        (IdentityProvider(token="t"), False),
        (PasswordIdentityProvider(hashed_password="x"), False),
        (Accounts(token="t"), True),
        (Open(token="t"), False),
    ],
)
def test_where_people_log_in_as_themselves(monkeypatch, provider, expected):
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert identity.has_accounts(provider) is expected
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert identity.has_accounts(provider) is True


async def test_the_sidecar_is_told_of_accounts_and_by_nobody_else(ask, monkeypatch):
    headers = shown(await ask("s/x/", X_Liveshare_Accounts="yes"))["headers"]
    assert "X-Liveshare-Accounts" not in headers
    monkeypatch.setattr("jupyter_liveshare.proxy.has_accounts", lambda provider: True)
    assert shown(await ask("s/x/"))["headers"]["X-Liveshare-Accounts"] == "yes"

"""Accounts and groups of a hub, asked of a small hub of our own; and the way in for an account."""

import json

import pytest
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from .conftest import BASE
from .test_internal import upstream  # noqa: F401

GROUPS = {"physics": ["ada", "grace"], "philosophy": ["simone"], "a/b c": ["ada"]}


@pytest.fixture
def hub(jp_asyncio_loop, monkeypatch):
    """A hub with two users and three groups; `asked` holds the requests, `scopes` what the token may."""
    asked, scopes = [], {"list:users", "list:groups"}

    class Hub(web.RequestHandler):
        def prepare(self):
            asked.append(self.request.uri)
            if self.request.headers.get("Authorization") != "token the-hub-token":
                raise web.HTTPError(403)

        def demand(self, scope):
            if scope not in scopes:
                raise web.HTTPError(403)

    class Users(Hub):
        def get(self):
            self.demand("list:users")
            wanted = self.get_query_argument("name_filter")
            names = [name for name in ("ada", "grace", "b&b") if wanted in name]
            self.finish(json.dumps([{"name": name, "kind": "user"} for name in names]))

    class Groups(Hub):
        def get(self, name=None):
            self.demand("list:groups")
            if name is None:
                found = [{"name": group, "users": users} for group, users in GROUPS.items()]
                return self.finish(json.dumps([*found, {"name": "secret"}]))
            if name not in GROUPS:
                raise web.HTTPError(404)
            self.finish({"name": name, "users": GROUPS[name]})

    listening, port = bind_unused_port()
    server = HTTPServer(web.Application([(r"/hub/api/users", Users), (r"/hub/api/groups(?:/([^/]+))?", Groups)]))

    async def start():
        server.add_socket(listening)

    jp_asyncio_loop.run_until_complete(start())
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"http://127.0.0.1:{port}/hub/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "the-hub-token")
    yield {"asked": asked, "scopes": scopes}
    server.stop()


@pytest.fixture
def find(upstream):  # noqa: F811
    """Ask as the sidecar does."""

    async def find(path):
        response = await upstream(f"liveshare/internal/{path}")
        assert b"the-hub-token" not in response.body
        return json.loads(response.body) if response.code == 200 else response.code

    return find


async def test_without_a_hub_nobody_is_found(find):
    assert await find("people?query=a") == {"users": [], "groups": []}
    assert await find("groups/physics") == 404


async def test_accounts_are_found_by_a_part_of_their_name_in_any_case(hub, find):
    found = await find("people?query=B%26B")
    assert found == {"users": [{"username": "b&b", "name": "b&b"}], "groups": []}
    assert "/hub/api/users?name_filter=b%26b&limit=20" in hub["asked"]
    assert [user["username"] for user in (await find("people?query=a"))["users"]] == ["ada", "grace"]


async def test_groups_are_found_with_the_number_of_their_members(hub, find):
    found = await find("people?query=PH")
    assert found["groups"] == [{"group": "physics", "members": 2}, {"group": "philosophy", "members": 1}]
    assert await find("groups/physics") == [{"username": name, "name": name} for name in ("ada", "grace")]
    assert await find("groups/a%2Fb%20c") == [{"username": "ada", "name": "ada"}]
    assert await find("groups/unknown") == 404
    # One whose members the token may not read can't be invited.
    assert (await find("people?query=secret"))["groups"] == []


async def test_what_the_token_may_not_ask_is_left_out(hub, find):
    hub["scopes"].remove("list:groups")
    assert await find("people?query=ph") == {"users": [], "groups": []}
    assert await find("groups/physics") == 404
    hub["scopes"].clear()
    assert await find("people?query=a") == {"users": [], "groups": []}


async def test_a_hub_that_is_away_costs_nothing_but_its_answers(find, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://127.0.0.1:1")
    assert await find("people?query=a") == {"users": [], "groups": []}
    assert await find("groups/physics") == 404


async def test_logging_in_leads_to_the_door_of_a_share_and_nowhere_else(ask, jp_auth_header):
    share = "abcdefghijklmnopqrstuv"
    stranger = await ask(f"login?share={share}")
    assert stranger.code == 302 and "login?next=" in stranger.headers["Location"]
    known = await ask(f"login?share={share}", **jp_auth_header)
    assert (known.code, known.headers["Location"]) == (302, f"{BASE}liveshare/s/{share}")
    for wrong in ("", "..%2f..%2flab", "%2f%2fevil.test", share + "%2f..", share + "%0a"):
        assert (await ask(f"login?share={wrong}", **jp_auth_header)).code == 404, wrong

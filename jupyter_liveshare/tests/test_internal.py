"""The private entrance and what is behind it."""

import asyncio
import base64
import errno
import json
import os

import pytest
from jupyter_core.utils import ensure_async
from jupyter_server_proxy.unixsock import UnixResolver
from jupyter_server_ydoc.handlers import YDocWebSocketHandler
from jupyter_server_ydoc.loaders import FileLoader
from jupyter_server_ydoc.rooms import DocumentRoom
from jupyter_server_ydoc.utils import MessageType
from pycrdt import Decoder, Encoder
from tornado.httpclient import HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.web import HTTPError

import jupyter_liveshare.internal
from jupyter_liveshare.authorizer import LiveshareAuthorizer
from jupyter_liveshare.identity import is_owner

from .conftest import BASE


@pytest.fixture
def upstream(configuration):
    """What the sidecar does: ask Jupyter over the private socket."""

    async def upstream(path, method="GET", body=None, token=None, **headers):
        there = configuration()["upstream"]
        client = SimpleAsyncHTTPClient(force_instance=True, resolver=UnixResolver(there["socket"]))
        request = HTTPRequest(
            f"http://localhost{there['baseUrl']}{path}",
            method=method,
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"token {token or there['token']}", **headers},
            allow_nonstandard_methods=True,
            follow_redirects=False,
        )
        return await client.fetch(request, raise_error=False)

    return upstream


@pytest.fixture
def notebook(jp_create_notebook):
    jp_create_notebook("a b.ipynb")
    return "a b.ipynb"


async def test_the_configuration_is_complete(configuration, live):
    told = configuration()
    assert told["baseUrl"] == told["upstream"]["baseUrl"] == BASE
    assert told["trust"] == live.trust and told["upstream"]["token"] == live.entrance.token
    assert set(told["staticDirs"]) == {"lab", "notebook", "labextensions", "server", "themes", "schemas"}
    assert "jupyter-liveshare" in told["extensions"]
    assert told["guestInterface"] == "lab"
    assert told["publicUrl"] is None and told["guestPort"] is None and told["allowOrigin"] == ""


async def test_the_private_token_is_the_owners_over_the_private_socket(upstream):
    assert (await upstream("api/contents")).code == 200
    # No XSRF check, as for any token.
    made = await upstream("api/contents/new.txt", "PUT", {"type": "file", "format": "text", "content": ""})
    assert made.code == 201
    assert (await upstream("api/contents", token="wrong")).code == 403


async def test_the_private_token_means_nothing_elsewhere(configuration, jp_http_port):
    token = configuration()["upstream"]["token"]
    for path in ("api/contents", "liveshare/api/shares", "liveshare/internal/people"):
        for query, headers in ((f"?token={token}", {}), ("", {"Authorization": f"token {token}"})):
            request = HTTPRequest(f"http://localhost:{jp_http_port}{BASE}{path}{query}", headers=headers)
            response = await SimpleAsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)
            assert response.code in (403, 404), path


@pytest.mark.parametrize("path", ["hold", "files", "files/x", "people", "groups/x", "compare", "commit"])
async def test_internal_routes_are_not_there_for_others(ask, upstream, jp_auth_header, path):
    assert (await ask(f"internal/{path}", **jp_auth_header)).code == 404
    assert (await ask(f"internal/{path}")).code == 404
    ours = jp_auth_header["Authorization"].split()[1]
    assert (await upstream(f"liveshare/internal/{path}", token=ours)).code == 404


async def test_files(upstream, notebook):
    found = await upstream("liveshare/internal/files?path=a%20b.ipynb")
    file_id = json.loads(found.body)["id"]
    assert json.loads((await upstream(f"liveshare/internal/files/{file_id}")).body) == {"path": notebook}
    await upstream("api/contents/a%20b.ipynb", "PATCH", {"path": "c.ipynb"})
    assert json.loads((await upstream(f"liveshare/internal/files/{file_id}")).body) == {"path": "c.ipynb"}
    assert (await upstream("liveshare/internal/files/unknown")).code == 404
    assert (await upstream("liveshare/internal/files?path=unknown")).code == 404
    assert (await upstream("liveshare/internal/files")).code == 404


async def test_comparing_and_committing(upstream, notebook, monkeypatch):
    def one(source):
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": source}
        return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

    both = {"before": one("x"), "after": one("y")}
    answer = await upstream("liveshare/internal/compare", "POST", both)
    assert "+  y" in json.loads(answer.body)["text"]
    assert (await upstream("liveshare/internal/compare", "POST", {})).code == 422
    answer = await upstream("liveshare/internal/commit", "POST", {"path": notebook, "message": "m", "author": None})
    assert "not a git repository" in json.loads(answer.body)["problem"]
    monkeypatch.setattr(jupyter_liveshare.internal.history, "can_compare", lambda: False)
    assert (await upstream("liveshare/internal/compare", "POST", both)).code == 501


@pytest.fixture
def room(live, upstream, notebook, jp_asyncio_loop, jp_serverapp):
    """A real room with the notebook in it, saving 0.1 s after a change."""
    collaboration = live._extension("jupyter_server_ydoc")
    collaboration.document_save_delay = 0.1

    async def make():
        await collaboration.get_document(
            path=notebook, content_type="notebook", file_format="json", copy=False, create=True
        )
        return live.document_rooms()[0]

    return jp_asyncio_loop.run_until_complete(make())


@pytest.fixture
def on_disk(jp_root_dir, notebook):
    return lambda: (jp_root_dir / notebook).read_text()


def write(room, text):
    cell = room._document.create_ycell({"cell_type": "code", "source": text, "metadata": {}, "outputs": []})
    room._document.ycells.append(cell)


async def saves(condition):
    for _ in range(150):
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


async def hold(upstream, *rooms):
    body = {"files": [room._file.file_id for room in rooms]}
    assert (await upstream("liveshare/internal/hold", "PUT", body)).code == 204


async def test_autosave_works_without_a_hold(room, on_disk):
    write(room, "free")
    assert await saves(lambda: "free" in on_disk())


async def test_a_held_room_saves_only_when_asked(room, upstream, on_disk):
    await hold(upstream, room)
    write(room, "one")
    await asyncio.sleep(0.5)
    assert "one" not in on_disk()
    await room._save_to_disc()
    assert "one" in on_disk()
    write(room, "two")
    await asyncio.sleep(0.5)
    assert "two" not in on_disk()
    await hold(upstream)
    assert await saves(lambda: "two" in on_disk())


async def test_a_hold_stops_an_autosave_on_its_way(room, upstream, on_disk):
    room._save_delay = 0.5
    write(room, "late")
    await hold(upstream, room)
    await asyncio.sleep(1)
    assert "late" not in on_disk()
    await hold(upstream)
    assert await saves(lambda: "late" in on_disk())


async def test_the_save_after_progressive_loading_is_held_too(room, upstream, on_disk):
    await hold(upstream, room)
    write(room, "progressive")
    await room._maybe_save_document(None, save_now=True)
    await asyncio.sleep(0.3)
    assert "progressive" not in on_disk()


async def test_an_unchanged_room_is_not_saved_on_release(room, upstream, monkeypatch):
    saved = []
    monkeypatch.setattr(type(room._file), "maybe_save_content", lambda *_: saved.append(1))
    await hold(upstream, room)
    await hold(upstream)
    await asyncio.sleep(0.3)
    assert saved == []


async def test_rooms_get_their_own_methods_back(live):
    await live.stop_extension()
    assert DocumentRoom._save_to_disc.__module__ == "jupyter_server_ydoc.rooms"
    assert DocumentRoom.serve.__module__ == "pycrdt.websocket.yroom"
    assert FileLoader.maybe_save_content.__module__ == "jupyter_server_ydoc.loaders"


class Client:
    """The sidecar's socket, as the room sees it."""

    path = "sidecar"

    def __init__(self):
        self.told, self.queue = [], asyncio.Queue()

    async def send(self, message):
        decoder = Decoder(message)
        if decoder.read_var_uint() == 2:
            told = json.loads(decoder.read_var_string())
            self.told.append(told)
        else:
            self.told.append(message)

    def __aiter__(self):
        return self

    async def __anext__(self):
        message = await self.queue.get()
        if not message:
            raise StopAsyncIteration
        return message

    def events(self):
        return [each["event"] for each in self.told if isinstance(each, dict)]


@pytest.fixture
def sidecar(room, live, monkeypatch, jp_asyncio_loop):
    """A client of the room that counts as the sidecar, and one that doesn't."""
    client, other = Client(), Client()
    monkeypatch.setattr(live.hold, "_admits", lambda each: each is client)
    tasks = [jp_asyncio_loop.create_task(room.serve(each)) for each in (client, other)]
    jp_asyncio_loop.run_until_complete(asyncio.sleep(0.05))
    yield client
    assert other.events() == []
    for each in (client, other):
        each.queue.put_nowait(b"")
    jp_asyncio_loop.run_until_complete(asyncio.gather(*tasks))


async def test_the_sidecar_hears_first_which_room_it_is_in(room, sidecar):
    first = sidecar.told[0]
    assert first["event"] == "room" and len(first["room"]) == 32


async def test_a_save_tells_what_it_has_read(room, sidecar, on_disk):
    write(room, "told")
    await room._save_to_disc()
    assert "told" in on_disk()
    saved = [each for each in sidecar.told if isinstance(each, dict)][-1]
    assert saved["event"] == "saved"
    assert base64.b64decode(saved["deletes"])[0] == 0


class Asker(Client):
    """A client of a room as the handler of its socket is."""

    def __init__(self, room):
        super().__init__()
        self.room = room

    async def save(self):
        encoder = Encoder()
        encoder.write_var_uint(MessageType.RAW)
        encoder.write_var_string("save")
        encoder.write_var_uint(1)
        await YDocWebSocketHandler.on_message(self, encoder.to_bytes())

    def _encode_json_message(self, message):
        return YDocWebSocketHandler._encode_json_message(self, message)


async def test_a_save_tells_who_asked_for_it(room, sidecar, live, monkeypatch):
    room._save_delay = None
    ours, owners = Asker(room), Asker(room)
    monkeypatch.setattr(live.hold, "_admits", lambda each: each in (sidecar, ours))
    for ask in (owners.save, ours.save, room._save_to_disc):
        write(room, "told")
        await ask()
    saved = [each for each in sidecar.told if isinstance(each, dict) and each["event"] == "saved"]
    assert [each["by"] for each in saved] == ["client", "sidecar", "room"]


async def test_what_comes_while_it_is_read_is_not_called_saved(room, sidecar):
    room._save_delay = None  # or a change would take the place of the save before it
    write(room, "before")
    state = room.ydoc.get_state()
    saving = room._save_to_disc()
    await asyncio.sleep(0)
    write(room, "meanwhile")
    await saving
    saved = next(each for each in sidecar.told if isinstance(each, dict) and each["event"] == "saved")
    assert base64.b64decode(saved["state"]) == state


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "full"), "full"),
        (OSError(errno.EROFS, "read only"), "read-only"),
        (FileNotFoundError(errno.ENOENT, "gone"), "gone"),
        (HTTPError(403), "read-only"),
        (HTTPError(404), "gone"),
        (RuntimeError("No path found for file ID"), "gone"),
        (ValueError("odd"), "failed"),
    ],
)
async def test_a_save_that_fails_tells_why(room, sidecar, monkeypatch, error, reason):
    async def broken(*_):
        raise error

    monkeypatch.setattr(room._file, "_save_content", broken)
    write(room, "lost")
    await room._save_to_disc()
    assert [each for each in sidecar.told if isinstance(each, dict)][-1] == {
        "type": "liveshare",
        "event": "failed",
        "reason": reason,
    }


async def test_a_read_only_file_is_told(room, sidecar, monkeypatch):
    get = room._file._contents_manager.get

    async def read_only(*args, **options):
        return await ensure_async(get(*args, **options)) | {"writable": False}

    monkeypatch.setattr(room._file._contents_manager, "get", read_only)
    write(room, "lost")
    await room._save_to_disc()
    assert [each for each in sidecar.told if isinstance(each, dict)][-1] == {
        "type": "liveshare",
        "event": "failed",
        "reason": "read-only",
    }


async def test_a_file_that_overwrites_the_room_is_told_before_and_after(room, sidecar, jp_root_dir, notebook):
    changed = json.loads((jp_root_dir / notebook).read_text())
    changed["metadata"]["from"] = "outside"
    (jp_root_dir / notebook).write_text(json.dumps(changed))
    os.utime(jp_root_dir / notebook, (1, 2_000_000_000))
    write(room, "unsaved")
    sidecar.told.clear()
    await room._save_to_disc()
    kinds = [each["event"] if isinstance(each, dict) else "update" for each in sidecar.told]
    assert kinds[0] in ("overwriting", "update") and kinds[-1] == "overwritten"
    assert "update" in kinds[kinds.index("overwriting") : -1]
    assert room._document.get()["metadata"]["from"] == "outside"


def test_owner(monkeypatch):
    from jupyter_server.auth import User

    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert is_owner(User("x"), "")
    assert not is_owner(User("x"), "y")
    monkeypatch.setenv("JUPYTERHUB_USER", "z")
    assert is_owner(User("z"), "y") and not is_owner(User("y"), "y")


class TestAuthorizer:
    @pytest.fixture
    def liveshare_config(self):
        return {"owner": "ada"}

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["authorizer_class"] = LiveshareAuthorizer
        return jp_server_config

    async def test_other_accounts_reach_only_what_is_shared(self, ask, upstream, jp_fetch, jp_auth_header):
        # By token Jupyter makes up a new name each time: not ada.
        response = await ask("api/shares", **jp_auth_header)
        assert response.code == 200 and '"owner":' not in response.body.decode()
        from tornado.httpclient import HTTPClientError

        with pytest.raises(HTTPClientError) as refusal:
            await jp_fetch("api", "contents")
        assert refusal.value.code == 403
        assert (await upstream("api/contents")).code == 200


async def test_a_failed_start_is_told(ask, live, jp_auth_header, monkeypatch, caplog):
    monkeypatch.setattr(live, "_start", lambda: 1 / 0)
    await live.start_sharing()
    response = await ask("api/shares", **jp_auth_header)
    assert response.code == 503 and "could not start" in json.loads(response.body)["detail"]
    assert "could not start" in caplog.text


class TestWithoutCollaboration:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["jpserver_extensions"]["jupyter_server_ydoc"] = False
        return jp_server_config

    async def test_it_says_what_to_install(self, ask, live, jp_auth_header):
        assert (await ask("s/x/")).code == 503
        response = await ask("api/shares", **jp_auth_header)
        assert response.code == 503
        told = json.loads(response.body)
        assert told["type"] == "liveshare:not-installed" and "pip install jupyter-collaboration" in told["detail"]

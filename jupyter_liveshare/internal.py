"""What the sidecar asks of Jupyter and only Python can do; reachable by the private entrance alone."""

import json

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async, to_os_path
from tornado import web

from . import history, hub


class _Internal(APIHandler):
    def initialize(self, live):
        self.live = live

    async def prepare(self):
        self.current_user = self._jupyter_current_user = None
        if not (self.live.entrance and self.live.entrance.admits(self)):
            raise web.HTTPError(404)
        await super().prepare()

    def _log(self):
        """Only what was refused or failed: the sidecar asks every second, and JupyterHub writes down every request."""
        if self.get_status() >= 400:
            super()._log()


class HoldHandler(_Internal):
    """`PUT hold {"files": [...]}`: the full set of files whose rooms must not autosave."""

    @web.authenticated
    def put(self):
        """Replace the set."""
        self.live.hold.set(frozenset(self.get_json_body()["files"]), self.live.document_rooms())
        self.set_status(204)


class FileHandler(_Internal):
    """`GET files/<id>` gives a file's path, `GET files?path=` its id."""

    @web.authenticated
    async def get(self, file_id=None):
        """Look up, 404 if unknown."""
        manager, path = self.settings["file_id_manager"], self.get_query_argument("path", "")
        if file_id:
            found = {"path": manager.get_path(file_id)}
        else:
            # The manager would make an id up for a path that doesn't exist.
            exists = await ensure_async(self.contents_manager.file_exists(path))
            found = {"id": manager.index(path) if exists else None}
        if None in found.values():
            raise web.HTTPError(404)
        self.finish(json.dumps(found))


class PeopleHandler(_Internal):
    """`GET people?query=`: accounts and groups that can be invited, as far as the hub tells this server."""

    @web.authenticated
    async def get(self):
        """List them; empty without a hub, or without the scopes to ask."""
        query = self.get_query_argument("query", "")
        names, groups = await hub.users(query), await hub.groups(query)
        self.finish(json.dumps({"users": [{"username": name, "name": name} for name in names], "groups": groups}))


class GroupHandler(_Internal):
    """`GET groups/<name>`: who is in a group of the hub's now."""

    @web.authenticated
    async def get(self, name):
        """List their names, 404 if there is no such group."""
        names = await hub.members(name)
        if names is None:
            raise web.HTTPError(404)
        self.finish(json.dumps([{"username": name, "name": name} for name in names]))


class CompareHandler(_Internal):
    """`POST compare {"before": notebook, "after": notebook}`: what changed, as text; 501 without nbdime."""

    @web.authenticated
    async def post(self):
        """Compare."""
        if not history.can_compare():
            raise web.HTTPError(501)
        text = await history.compare(self.request.body)
        if text is None:
            raise web.HTTPError(422)
        self.finish(json.dumps({"text": text}))


class CommitHandler(_Internal):
    """`POST commit {"path": ..., "message": ..., "author": {"name", "id"} or null}`: one file becomes a git commit."""

    @web.authenticated
    async def post(self):
        """Commit; `{"commit": hash or null}`, null if nothing changed, or `{"problem": why}`."""
        asked = self.get_json_body()
        root = getattr(self.contents_manager, "root_dir", None)
        if root is None:
            self.finish(json.dumps({"problem": "The notebooks of this server are not files on its disk."}))
            return
        file = to_os_path(asked["path"], root)
        self.finish(json.dumps(await history.commit(file, asked["message"], asked["author"])))


def handlers(live) -> list:
    """The routes."""
    base, settings = r"/liveshare/internal", {"live": live}
    return [
        (f"{base}/hold", HoldHandler, settings),
        (f"{base}/files(?:/([^/]+))?", FileHandler, settings),
        (f"{base}/people", PeopleHandler, settings),
        (f"{base}/compare", CompareHandler, settings),
        (f"{base}/commit", CommitHandler, settings),
        (f"{base}/groups/([^/]+)", GroupHandler, settings),
    ]

"""
Holds a room's autosave: what is on disk then changes only when somebody saves. And tells the sidecar, on its own room
socket, what only the room knows: which room this is, what each save has written, when the file overwrites the room.
"""

import asyncio
import base64
import errno
import json
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4
from weakref import WeakKeyDictionary, WeakSet

from jupyter_server_ydoc.handlers import YDocWebSocketHandler
from jupyter_server_ydoc.loaders import FileLoader
from jupyter_server_ydoc.rooms import DocumentRoom
from jupyter_server_ydoc.utils import MessageType, OutOfBandChanges
from pycrdt import Encoder
from tornado.web import HTTPError

# The client whose message is being taken: a save that begins meanwhile is its wish, and copies this into its task.
asking: ContextVar = ContextVar("asking", default=None)

PATCHED = ("_maybe_save_document", "_save_to_disc", "_on_outofband_change", "serve")


class Hold:
    """The set of held files, and the patch of jupyter-collaboration's rooms that respects it and tells of saves."""

    def __init__(self, admits: Callable[[object], bool] = lambda _client: False):
        """`admits` says whether a client of a room is the sidecar."""
        self.files: frozenset[str] = frozenset()
        self._admits = admits
        self._behind: WeakSet[DocumentRoom] = WeakSet()  # rooms with a save held back
        self._manual: WeakSet[asyncio.Task] = WeakSet()
        self._ids: WeakKeyDictionary[DocumentRoom, str] = WeakKeyDictionary()
        self._rooms: WeakKeyDictionary[FileLoader, DocumentRoom] = WeakKeyDictionary()
        self._read: WeakKeyDictionary[DocumentRoom, dict] = WeakKeyDictionary()
        self._overwritten: WeakSet[DocumentRoom] = WeakSet()
        self._states: WeakKeyDictionary[DocumentRoom, bytes] = WeakKeyDictionary()
        self._original = {name: DocumentRoom.__dict__.get(name) for name in PATCHED}
        self._save_content = FileLoader.maybe_save_content
        self._on_message = YDocWebSocketHandler.on_message

    def install(self) -> None:
        """Patch the class, so that rooms are held from their first moment on."""
        self._install_hold()
        self._install_reports()

    def uninstall(self) -> None:
        """Give the classes their own methods back."""
        for name, method in self._original.items():
            if method:
                setattr(DocumentRoom, name, method)
            elif name in DocumentRoom.__dict__:
                delattr(DocumentRoom, name)
        FileLoader.maybe_save_content = self._save_content
        YDocWebSocketHandler.on_message = self._on_message

    def set(self, files: frozenset[str], rooms: list[DocumentRoom]) -> None:
        """Hold exactly `files`: stop an autosave that waits its second, save what was held back of the released."""
        self.files, before = files, self.files
        for room in rooms:
            task = room._saving_document
            if room._file.file_id in files - before and task and not task.done() and task not in self._manual:
                task.cancel()
                self._behind.add(room)
            elif room._file.file_id not in files and room in self._behind:
                room._save_to_disc()

    def _install_hold(self) -> None:
        maybe_save, save_to_disc = self._original["_maybe_save_document"], self._original["_save_to_disc"]
        asked = False

        # Both run up to the creation of the save's task without a pause, so one flag tells an asked-for save from
        # any other, also from the one after progressive loading, which calls itself `save_now` too.
        def _maybe_save_document(room, saving_document, save_now=False):
            if room._file.file_id not in self.files or asked:
                self._behind.discard(room)
                return self._followed(maybe_save, room, saving_document, save_now)
            self._behind.add(room)
            return asyncio.sleep(0)

        def _save_to_disc(room):
            nonlocal asked
            asked = True
            try:
                task = save_to_disc(room)
            finally:
                asked = False
            if task:
                self._manual.add(task)
            return task

        DocumentRoom._maybe_save_document, DocumentRoom._save_to_disc = _maybe_save_document, _save_to_disc

    def _install_reports(self) -> None:
        overwrite, serve, save_content = self._original["_on_outofband_change"], DocumentRoom.serve, self._save_content

        async def _on_outofband_change(room):
            self._follow(room)
            await self._tell_overwriting(room)
            try:
                await overwrite(room)
            finally:
                await self._tell_overwritten(room)

        async def _serve(room, channel):
            if self._admits(channel):
                room_id = self._ids.setdefault(room, uuid4().hex)
                await channel.send(_raw({"type": "liveshare", "event": "room", "room": room_id}))
            await serve(room, channel)

        async def maybe_save_content(loader, model):
            room = self._rooms.get(loader)
            read = room and self._read.get(room)
            try:
                saved = await save_content(loader, model)
            except OutOfBandChanges:
                if room:
                    self._overwritten.add(room)
                    await self._tell_overwriting(room)
                raise
            except Exception as error:
                if room:
                    await self._tell(room, "failed", reason=_reason(error))
                raise
            if room and read and saved:
                await self._tell(room, "saved", by=self._asker(), **read)
            elif room and not saved and not await _writable(loader):
                await self._tell(room, "failed", reason="read-only")
            return saved

        on_message = self._on_message

        async def _on_message(client, message):
            token = asking.set(client)
            try:
                await on_message(client, message)
            finally:
                asking.reset(token)

        DocumentRoom._on_outofband_change, DocumentRoom.serve = _on_outofband_change, _serve
        FileLoader.maybe_save_content = maybe_save_content
        YDocWebSocketHandler.on_message = _on_message

    def _asker(self) -> str:
        """Who wanted the save that goes on: the sidecar, another client of the room, or nobody: the room itself."""
        client = asking.get()
        return "room" if client is None else "sidecar" if self._admits(client) else "client"

    async def _followed(self, save, room, *how) -> None:
        """One save: note what state it reads, and tell when it ended in the file overwriting the room."""
        self._rooms[room._file] = room
        self._follow(room)
        try:
            await save(room, *how)
        finally:
            if room in self._overwritten:
                self._overwritten.discard(room)
                await self._tell_overwritten(room)

    def _follow(self, room) -> None:
        """From now on note what is read of the room's document, and what it is right after the file overwrote it."""
        if room in self._read:
            return
        self._read[room] = {}
        document, notes, states = room._document, self._read, self._states
        read = document.aget

        async def aget():
            # Before it is read: reading pauses between cells, and what comes meanwhile may be missing.
            state = room.ydoc.get_state()
            notes[room] = {"state": _text(state), "deletes": _text(room.ydoc.get_update(state))}
            return await read()

        async def aset(value):
            # In one go: what guests write meanwhile comes behind it, and can be told from what is in the file.
            document.set(value)
            states[room] = room.ydoc.get_update()

        document.aget, document.aset = aget, aset

    async def _tell_overwriting(self, room) -> None:
        self._read[room] = {}
        await self._sent(room)
        await self._tell(room, "overwriting")

    async def _tell_overwritten(self, room) -> None:
        # Nothing is written where room and file are the same; where the file can't be read, they aren't even compared.
        compared = bool(self._read[room])
        state = self._states.pop(room, None) or (room.ydoc.get_update() if compared else None)
        await self._sent(room)
        await self._tell(room, "overwritten", state=_text(state) if state else None)

    async def _sent(self, room) -> None:
        """Behind the room's own updates, which wait in a stream and go out in a task each."""
        while room._update_receive_stream.statistics().current_buffer_used:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)
        for _ in range(5):
            await asyncio.sleep(0)

    async def _tell(self, room, event: str, **what) -> None:
        for client in [client for client in room.clients if self._admits(client)]:
            await client.send(_raw({"type": "liveshare", "event": event, **what}))


def _raw(message: dict) -> bytes:
    encoder = Encoder()
    encoder.write_var_uint(MessageType.RAW)
    encoder.write_var_string(json.dumps(message))
    return encoder.to_bytes()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def _writable(loader: FileLoader) -> bool:
    from jupyter_server.utils import ensure_async

    model = await ensure_async(loader._contents_manager.get(loader.path, content=False))
    return bool(model["writable"])


def _reason(error: BaseException) -> str:
    """Why a save failed, in a word that the sidecar knows."""
    while error:
        code = getattr(error, "errno", None)
        if code in (errno.ENOSPC, errno.EDQUOT):
            return "full"
        if code in (errno.EACCES, errno.EPERM, errno.EROFS):
            return "read-only"
        if code in (errno.ENOENT, errno.ENOTDIR) or (isinstance(error, HTTPError) and error.status_code == 404):
            return "gone"
        if isinstance(error, HTTPError) and error.status_code == 403:
            return "read-only"
        if isinstance(error, RuntimeError) and str(error).startswith("No path found"):
            return "gone"
        error = error.__cause__ or error.__context__
    return "failed"

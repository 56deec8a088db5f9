import asyncio
import json
import sys
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

import jupyter_liveshare.sidecar

pytest_plugins = ["pytest_jupyter.jupyter_server"]

BASE = "/a%20b/jup/"
FAKE = str(Path(__file__).with_name("fake_sidecar.py"))


@pytest.fixture
def jp_base_url():
    """Encoded, as Jupyter wants it."""
    return BASE


@pytest.fixture
def liveshare_config():
    """Override to configure `c.Liveshare`."""
    return {}


@pytest.fixture
def jp_server_config(jp_server_config, liveshare_config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where jupyter-collaboration keeps its store
    extensions = ["jupyter_liveshare", "jupyter_server_ydoc", "jupyter_server_fileid", "jupyterlab"]
    state = tmp_path / "state"
    state.mkdir()
    return {
        "ServerApp": {"jpserver_extensions": dict.fromkeys(extensions, True)},
        "Liveshare": {"state_dir": str(state)} | liveshare_config,
    }


@pytest.fixture
def fake(monkeypatch):
    """The fake sidecar instead of Node's."""
    monkeypatch.setattr(jupyter_liveshare.sidecar, "command", lambda: [sys.executable, FAKE])


@pytest.fixture
def live(fake, jp_serverapp, jp_asyncio_loop, http_server):
    """The running extension."""
    app = next(iter(jp_serverapp.extension_manager.extension_apps["jupyter_liveshare"]))

    async def started():
        while not (app.problem or (app.sidecar and app.sidecar.ready.is_set())):
            await asyncio.sleep(0.02)

    jp_asyncio_loop.run_until_complete(asyncio.wait_for(started(), 20))
    yield app
    jp_asyncio_loop.run_until_complete(app.stop_extension())


@pytest.fixture
def configuration(live):
    """What the sidecar was told, and its pid."""
    return lambda: json.loads((Path(live.state_dir) / "configuration.json").read_text())


@pytest.fixture
def ask(live, jp_http_port):
    """A request below `liveshare/`, as raw as given, without credentials unless asked for; never raises."""

    async def ask(path, method="GET", body=None, **headers):
        request = HTTPRequest(
            f"http://localhost:{jp_http_port}{BASE}liveshare/{path}",
            method=method,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=body,
            allow_nonstandard_methods=True,
            follow_redirects=False,
        )
        return await AsyncHTTPClient(max_buffer_size=300 << 20, max_body_size=300 << 20, force_instance=True).fetch(
            request, raise_error=False
        )

    return ask

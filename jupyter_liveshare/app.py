"""The server extension: settings, start, stop."""

import atexit
import logging
import os
import secrets
import shutil
import socket
from pathlib import Path
from urllib.parse import quote

import jupyter_server
from jupyter_core.paths import jupyter_data_dir
from jupyter_server.auth import User
from jupyter_server.extension.application import ExtensionApp
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from traitlets import Bool, Dict, Enum, Integer, List, Unicode

from . import events, internal, proxy
from .identity import PrivateEntrance
from .sidecar import Sidecar, private_folder

NO_COLLABORATION = "Sharing needs jupyter-collaboration: pip install jupyter-collaboration, then restart Jupyter."
COLLABORATION_OFF = "Sharing needs real-time collaboration, which is off (YDocExtension.disable_rtc)."
NO_SOCKETS = "Sharing needs unix sockets, which this system does not have."
EXTENSIONS = [
    "jupyter-liveshare",
    "@jupyter/docprovider-extension",
    "@jupyter/collaboration-extension",
    "@jupyter-widgets/jupyterlab-manager",
    "jupyterlab_pygments",
    "jupyterlab-plotly",
]


class Liveshare(ExtensionApp):
    """Shares live notebooks, right by right, person by person."""

    name = "jupyter_liveshare"

    owner = Unicode(config=True, help="Username of the owner; empty: JupyterHub's user, or whoever Jupyter lets in.")
    owner_name = Unicode(config=True, help="The owner's name as guests read it; empty: the account's or login's.")
    public_url = Unicode(
        None, config=True, allow_none=True, help="Address of this server, base_url included, as guests reach it."
    )
    guest_port = Integer(None, config=True, allow_none=True, help="TCP port of the sidecar's own for guests.")
    state_dir = Unicode(config=True, help="Where shares, people and keys are kept; empty: Jupyter's data folder.")
    limits = Dict(config=True, help="Limits that differ from the sidecar's own.")
    extensions = List(
        Unicode(), EXTENSIONS, config=True, help="Federated JupyterLab extensions that guests load, if installed."
    )

    guest_interface = Enum(
        ["auto", "lab", "notebook"],
        "auto",
        config=True,
        help="Where guests' links lead: JupyterLab, Jupyter Notebook, or the one that this server was started as.",
    )
    page_origins = List(
        Unicode(), config=True, help="Origins (https://host) whose images, fonts and styles static pages may load."
    )
    commit_versions = Bool(
        config=True, help="Whether a version of a notebook in a git work tree becomes a commit of that file."
    )

    sidecar = entrance = folder = server = hold = None
    _problem = ""

    @property
    def problem(self) -> str:
        """Why sharing is impossible until somebody acts; empty if it isn't."""
        return self._problem or (self.sidecar and self.sidecar.fatal) or ""

    def initialize_settings(self):
        """For the authorizer, which knows nothing but the settings."""
        self.serverapp.web_app.settings["liveshare_owner"] = self.owner

    def initialize_handlers(self):
        """Mount, and start when the loop runs: other extensions are loaded then, and Jupyter isn't kept waiting."""
        self.trust = secrets.token_urlsafe(32)
        events.register(self.serverapp.event_logger)
        self.handlers.extend(internal.handlers(self) + proxy.handlers(self))
        self._problem = "Sharing is starting. Try again."
        self.serverapp.io_loop.add_callback(self.start_sharing)

    async def start_sharing(self):
        """Start, or say why not."""
        try:
            self._problem = self._missing()
            if not self._problem:
                self._start()
        except Exception as error:
            self._problem = f"Sharing could not start ({error})."
            self.log.debug("[liveshare] How it failed:", exc_info=True)
        if self._problem:
            self.log.error("[liveshare] %s", self._problem)

    def _start(self):
        from .autosave import Hold  # only here: without jupyter-collaboration it can't be imported

        self.folder = private_folder()
        self.hold = Hold(lambda client: self.entrance.admits(client))
        # Jupyter without a terminal leaves at once when interrupted, and stops no extension.
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.hold.install()
        self.client_path = str(self.folder / "sidecar.sock")
        self.client = proxy.sidecar_client(self.client_path)
        token, jupyter = secrets.token_urlsafe(32), self.serverapp
        self.entrance = PrivateEntrance(jupyter.web_app, token)
        self.entrance.open(jupyter.identity_provider, jupyter.authorizer, User(self._owner_name()))
        limits = {"max_body_size": jupyter.max_body_size, "max_buffer_size": jupyter.max_buffer_size}
        self.server = HTTPServer(self.entrance, **limits)
        self.server.add_socket(bind_unix_socket(str(self.folder / "jupyter.sock"), mode=0o600))
        self.sidecar = Sidecar(self._configuration(token), self.log)
        self.sidecar.start()

    async def stop_extension(self):
        """End the sidecar, close the entrance, leave nothing behind."""
        if self.sidecar:
            await self.sidecar.stop()
            self.client.close()
        if self.server:
            self.server.stop()
        if self.hold:
            self.hold.uninstall()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def document_rooms(self) -> list:
        """The open rooms of jupyter-collaboration that hold a document."""
        rooms = self._extension("jupyter_server_ydoc").ywebsocket_server.rooms.values()
        return [room for room in rooms if hasattr(room, "_save_to_disc")]

    def _extension(self, name):
        return next(iter(self.serverapp.extension_manager.extension_apps.get(name, ())), None)

    def _missing(self) -> str:
        if not hasattr(socket, "AF_UNIX"):
            return NO_SOCKETS
        collaboration = self._extension("jupyter_server_ydoc")
        if not hasattr(collaboration, "ywebsocket_server"):
            return NO_COLLABORATION
        return COLLABORATION_OFF if collaboration.disable_rtc else ""

    def _owner_name(self) -> str:
        return os.environ.get("JUPYTERHUB_USER") or self.owner or "owner"

    def _guest_interface(self) -> str:
        if self.guest_interface != "auto":
            return self.guest_interface
        starter = self.serverapp.starter_app
        return "notebook" if starter and starter.name == "notebook" else "lab"

    def _configuration(self, token: str) -> dict:
        base_url = quote(self.serverapp.base_url, safe="/%:@!$&'()*+,;=~")
        return {
            "socket": self.client_path,
            "trust": self.trust,
            "stateDir": self.state_dir or str(Path(jupyter_data_dir()) / "liveshare"),
            "baseUrl": base_url,
            "publicUrl": self.public_url,
            "upstream": {"socket": str(self.folder / "jupyter.sock"), "baseUrl": base_url, "token": token},
            "staticDirs": self._static_folders(),
            "extensions": self.extensions,
            "guestInterface": self._guest_interface(),
            "allowOrigin": self.serverapp.allow_origin,
            "guestPort": self.guest_port,
            "pageOrigins": self.page_origins,
            "commitVersions": self.commit_versions,
            "limits": self.limits,
            "logLevel": "debug" if self.log.isEnabledFor(logging.DEBUG) else "info",
        }

    def _static_folders(self) -> dict:
        lab, notebook = self._extension("jupyterlab"), self._extension("notebook")
        return {
            "lab": lab.static_dir,
            "notebook": notebook.static_dir if notebook else None,
            "labextensions": [*lab.extra_labextensions_path, *lab.labextensions_path],
            "server": jupyter_server.DEFAULT_STATIC_FILES_PATH,
            "themes": lab.themes_dir,
            "schemas": lab.schemas_dir,
        }

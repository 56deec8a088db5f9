"""Share a live notebook from JupyterLab, right by right, person by person."""

from importlib.metadata import PackageNotFoundError, version

from .app import Liveshare

try:
    __version__ = version("jupyter-liveshare")
except PackageNotFoundError:  # a bare checkout on the path
    __version__ = "0"


def _jupyter_labextension_paths():
    return [{"src": "labextension", "dest": "jupyter-liveshare"}]


def _jupyter_server_extension_points():
    return [{"module": "jupyter_liveshare", "app": Liveshare}]

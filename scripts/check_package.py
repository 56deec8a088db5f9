"""Builds the sdist, and the wheel from the sdist in an environment of its own; looks whether everything is in them."""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

SDIST = (
    ".yarnrc.yml",
    "hatch_build.py",
    "jupyter_liveshare/app.py",
    "LICENSE",
    "protocol/levels.ts",
    "schema/*.json",
    "sidecar/main.ts",
    "src/index.ts",
    "style/index.css",
    "ui-tests/*",
    "yarn.lock",
)
LAB = "jupyter_liveshare-*.data/data/share/jupyter/labextensions/jupyter-liveshare"
WHEEL = (
    "jupyter_liveshare/app.py",
    "jupyter_liveshare/sidecar/main.mjs",
    f"{LAB}/install.json",
    f"{LAB}/package.json",
    f"{LAB}/schemas/jupyter-liveshare/*.json",
    f"{LAB}/static/remoteEntry.*.js",
    "jupyter_liveshare-*.data/data/etc/jupyter/jupyter_server_config.d/jupyter_liveshare.json",
    "jupyter_liveshare-*.dist-info/licenses/LICENSE",
)
UNWANTED = ("*node_modules/*", "jupyter_liveshare/labextension/*", "*/tests/*", "*.test.ts")


def check(title, names, wanted, unwanted):
    """Complain about what is missing or too much."""
    missing = [pattern for pattern in wanted if not any(fnmatch(name, pattern) for name in names)]
    extra = [name for name in names if any(fnmatch(name, pattern) for pattern in unwanted)]
    print(f"{title}: {len(names)} files")
    if missing or extra:
        sys.exit(f"{title}: missing {missing}, unwanted {extra[:10]}")


with tempfile.TemporaryDirectory() as folder:
    build = [sys.executable, "-m", "build", "--outdir", folder, "."]
    made = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        sys.exit(made.stdout)
    (sdist,), (wheel,) = Path(folder).glob("*.tar.gz"), Path(folder).glob("*.whl")
    with tarfile.open(sdist) as archive:
        check(sdist.name, [name.partition("/")[2] for name in archive.getnames()], SDIST, UNWANTED[:2])
    with zipfile.ZipFile(wheel) as archive:
        check(wheel.name, archive.namelist(), WHEEL, UNWANTED)

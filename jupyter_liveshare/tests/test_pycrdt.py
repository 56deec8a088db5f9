"""Random histories of the filter in jupyter-collaboration's own room: pycrdt shows what Yjs shows."""

import base64
import json
import os
import subprocess
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server_ydoc.rooms import DocumentRoom

import jupyter_liveshare.sidecar

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "sidecar/test/pycrdt"
COUNT = int(os.environ.get("PYCRDT_HISTORIES", "600"))
MUTATED = int(os.environ.get("PYCRDT_MUTATED", "4000"))
SEED = int(os.environ.get("FILTER_SEED", time.time_ns() % 1_000_000_000))

pytestmark = pytest.mark.skipif(
    not (SCRIPTS.exists() and (ROOT / "node_modules").exists()), reason="not in a development tree"
)


def room():
    """A room as the collaboration server makes it for a notebook, with a file that never changes."""
    file = SimpleNamespace(path="book.ipynb", observe=lambda *_: None)
    return DocumentRoom("json:notebook:1", "json", "notebook", file, logger=None, ystore=None, log=None)


def notebook(shown):
    """What Yjs shows, a dict of `cells` and `meta`, as jupyter_ydoc puts it into a file."""
    cells = []
    for cell in shown["cells"]:
        cell.pop("execution_state", None)
        if cell["cell_type"] != "code" and not cell.get("attachments", True):
            del cell["attachments"]
        cells.append(cell)
    meta = shown["meta"]
    versions = {key: meta.get(key, 0) for key in ("nbformat", "nbformat_minor")}
    return {"cells": cells, "metadata": meta.get("metadata", {}), **versions}


def replay(name, updates, shows):
    document = room()._document
    for number, update in enumerate(updates, 1):
        document.ydoc.apply_update(base64.b64decode(update))
        if (shown := shows.get(str(number))) is not None:
            expected = notebook(shown)
            assert document.get(deduplicate=False) == expected, f"{name}, after {number} updates"
    ids = [cell["id"] for cell in expected["cells"]]
    if len(ids) == len(set(ids)):
        assert document.get() == expected, name


def lines(script, count):
    """What one of the scripts writes, an object a line."""
    node = jupyter_liveshare.sidecar.command()[0]
    print(f"{script} {count} FILTER_SEED={SEED}")
    command = [node, str(SCRIPTS / script), str(count), str(SEED)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as made:
        yield from map(json.loads, made.stdout)
    assert made.returncode == 0


async def test_the_collaboration_room_shows_what_yjs_shows():
    """T71 T77: invariants of the filter hold in pycrdt too, after every history and on the way."""
    count = 0
    for line in lines("histories.ts", COUNT):
        replay(**line)
        count += 1
    assert count >= 2 * COUNT


async def test_mutated_updates_mean_the_same_to_both():
    """T77 T73: what the filter takes of a mutated update, Yjs and pycrdt show alike; nothing is kept for later."""
    outcomes = Counter()
    for line in lines("fuzz.ts", MUTATED):
        outcomes.update(line.pop("outcomes"))
        replay(**line)
    # all three happen often, or the mutations are no good
    assert min(outcomes[kind] for kind in ("accepted", "partial", "violation")) > MUTATED / 100, outcomes

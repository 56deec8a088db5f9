"""Runs a notebook with nbclient and writes what it says to stdout, as JSON: the reference for the outputs of runs.

python reference.py <notebook> <folder to run in>
"""

import json
import sys

import nbformat
from nbclient import NotebookClient


def main(path: str, folder: str) -> None:
    """Run the notebook; each code cell's outputs, execution count and times come out by its id."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, allow_errors=True, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute()
    cells = {
        cell["id"]: {
            "outputs": cell["outputs"],
            "execution_count": cell["execution_count"],
            "execution": cell["metadata"].get("execution", {}),
        }
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    }
    json.dump(cells, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

import json
import os
import subprocess

import pytest

from jupyter_liveshare import history

ADA = {"name": "Ada <evil> Lovelace\n", "id": "x-1"}


def cell(source, **more):
    return {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    } | more


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


async def compared(before, after):
    return await history.compare(json.dumps({"before": before, "after": after}).encode())


async def test_what_changed_as_text():
    text = await compared(notebook(cell("x = 1\ny")), notebook(cell("x = 2\ny"), cell("<b>new</b>", id="b")))
    assert "-  x = 1\n+  x = 2\n" in text and "<b>new</b>" in text
    assert "\x1b" not in text
    assert await compared(notebook(cell("x")), notebook(cell("x"))) == ""


async def test_what_is_no_notebook_is_no_comparison():
    assert await history.compare(b"{}") is None
    assert await history.compare(b"not json") is None


async def test_a_comparison_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(history, "COMPARE_SECONDS", 0.01)
    assert await compared(notebook(cell("x")), notebook(cell("y"))) is None


def test_without_nbdime(monkeypatch):
    assert history.can_compare()
    monkeypatch.setattr(history.importlib.util, "find_spec", lambda name: None)
    assert not history.can_compare()


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A repository with a commit, a file `a.ipynb` in a folder, and an identity."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "home").mkdir()
    repository = tmp_path / "work tree"
    (repository / "sub").mkdir(parents=True)

    def run(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=repository, check=True, capture_output=True, text=True
        ).stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    run("config", "user.name", "Olga")
    run("config", "user.email", "olga@example.org")
    (repository / "sub/a.ipynb").write_text("one")
    (repository / "other.txt").write_text("one")
    run("add", ".")
    run("commit", "--quiet", "-m", "start")
    run.root = repository
    return run


async def committed(git, message="message", author=None, name="sub/a.ipynb"):
    return await history.commit(str(git.root / name), message, author)


async def test_a_version_is_a_commit_of_that_file_alone(git):
    (git.root / "sub/a.ipynb").write_text("two")
    (git.root / "other.txt").write_text("two")
    (git.root / "staged.txt").write_text("new")
    git("add", "staged.txt", "other.txt")
    made = await committed(git, "--amend\n\n# not a comment; $(touch x) `touch y`", ADA)
    assert made == {"commit": git("rev-parse", "HEAD")}
    assert git("show", "--name-only", "--format=%an|%ae|%cn", "HEAD").split("\n") == [
        "Ada evil Lovelace|x-1@liveshare.invalid|Olga",
        "",
        "sub/a.ipynb",
    ]
    assert git("log", "-1", "--format=%B") == "--amend\n\n# not a comment; $(touch x) `touch y`"
    assert git("rev-list", "--count", "HEAD") == "2"
    # What else was staged is staged still.
    assert git("diff", "--cached", "--name-only").split() == ["other.txt", "staged.txt"]
    assert not (git.root / "sub/x").exists() and not (git.root / "sub/y").exists()


async def test_the_owners_own_version_has_the_owners_name(git):
    (git.root / "sub/a.ipynb").write_text("two")
    await committed(git)
    assert git("log", "-1", "--format=%an <%ae>") == "Olga <olga@example.org>"


async def test_nothing_to_commit(git):
    assert await committed(git) == {"commit": None}
    assert git("rev-list", "--count", "HEAD") == "1"


async def test_a_file_that_git_does_not_know_yet(git):
    (git.root / "new.ipynb").write_text("one")
    assert (await committed(git, name="new.ipynb"))["commit"] == git("rev-parse", "HEAD")
    assert git("status", "--porcelain") == ""


async def test_an_ignored_file_is_told(git):
    (git.root / ".gitignore").write_text("*.tmp.ipynb")
    (git.root / "x.tmp.ipynb").write_text("one")
    assert "ignored" in (await committed(git, name="x.tmp.ipynb"))["problem"]


async def test_a_name_is_never_a_pattern_or_an_option(git):
    for name in ["*.ipynb", "-a.ipynb", ":(top)b.ipynb"]:
        (git.root / name).write_text("one")
        (git.root / "sub/a.ipynb").write_text(name)
        assert "commit" in await committed(git, name=name), name
        assert git("-c", "core.quotePath=false", "show", "--name-only", "--format=", "HEAD") == name
    assert git("status", "--porcelain") == "M sub/a.ipynb"


async def test_nothing_of_the_repository_runs(git):
    for name in ["pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "reference-transaction"]:
        hook = git.root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{git.root}/ran'\n")
        hook.chmod(0o755)
    git("config", "commit.gpgSign", "true")
    git("config", "gpg.program", str(git.root / ".git/hooks/pre-commit"))
    git("config", "core.fsmonitor", str(git.root / ".git/hooks/pre-commit"))
    (git.root / "sub/a.ipynb").write_text("two")
    assert "commit" in await committed(git)
    assert not (git.root / "ran").exists()


async def test_failures_are_told(git, tmp_path, monkeypatch):
    (tmp_path / "alone.ipynb").write_text("one")
    assert "not a git repository" in (await history.commit(str(tmp_path / "alone.ipynb"), "m", None))["problem"]
    git("checkout", "--quiet", "-b", "side")
    (git.root / "sub/a.ipynb").write_text("side")
    git("commit", "--quiet", "-am", "side")
    git("checkout", "--quiet", "main")
    (git.root / "sub/a.ipynb").write_text("main")
    git("commit", "--quiet", "-am", "main")
    subprocess.run(["git", "merge", "side"], cwd=git.root, capture_output=True)
    assert "merge" in (await committed(git))["problem"]
    monkeypatch.setattr(history, "GIT_SECONDS", 0)
    assert "too long" in (await committed(git))["problem"]
    monkeypatch.setenv("PATH", "")
    assert "git" in (await committed(git))["problem"]

"""JupyterHub's accounts and groups, as far as this server's token may read them (`list:users`, `read:groups`)."""

import json
import os
from contextlib import suppress
from urllib.parse import quote, urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPError

MOST, PATIENCE = 20, 5


async def _ask(path: str):
    """The hub's answer; None without a hub or scope, or when it is away. The token goes nowhere else."""
    hub, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN", "")
    if not hub:
        return None
    headers = {"Authorization": f"token {token}", "Accept": "application/json"}
    with suppress(OSError, HTTPError, ValueError):
        fetch = AsyncHTTPClient().fetch(f"{hub}/{path}", headers=headers, request_timeout=PATIENCE)
        return json.loads((await fetch).body)
    return None


async def users(query: str) -> list:
    """Names of accounts that contain a text."""
    found = await _ask(f"users?{urlencode({'name_filter': query.lower(), 'limit': MOST})}") or []
    # Hubs before 4 know no filter.
    return [user["name"] for user in found if query.lower() in user["name"].lower()]


async def groups(query: str) -> list:
    """Groups whose name contains a text and whose members we may know."""
    found = await _ask(f"groups?{urlencode({'limit': 200})}") or []
    known = [group for group in found if query.lower() in group["name"].lower() and "users" in group]
    return [{"group": group["name"], "members": len(group["users"])} for group in known][:MOST]


async def members(group: str) -> list | None:
    """Names of a group's members now; None for a group that isn't there or isn't ours to read."""
    found = await _ask(f"groups/{quote(group, safe='')}")
    return found.get("users") if found else None

"""Who a request comes from: the sidecar by its private entrance, or somebody Jupyter has authenticated."""

import getpass
import hmac
import os
from types import SimpleNamespace

from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.identity import LegacyIdentityProvider, PasswordIdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from tornado import httputil, web


class PrivateEntrance(httputil.HTTPServerConnectionDelegate):
    """Hands requests of the private socket to Jupyter's own application, marked."""

    def __init__(self, application: web.Application, token: str):
        self.application, self.token = application, token

    def start_request(self, server_conn, request_conn):
        """Mark the connection: no header can."""
        request_conn.liveshare_entrance = self
        return self.application.start_request(server_conn, request_conn)

    def admits(self, handler: web.RequestHandler) -> bool:
        """Whether the request came in here and carries the private token."""
        given = handler.request.headers.get("Authorization", "").encode()
        came_here = getattr(handler.request.connection, "liveshare_entrance", None) is self
        return came_here and hmac.compare_digest(given, f"token {self.token}".encode())

    def open(self, identity_provider: IdentityProvider, authorizer, owner: User) -> None:
        """Make the token count as the owner's, whatever way of authentication and authorization the server has."""
        get_user, is_authorized = identity_provider.get_user, authorizer.is_authorized

        def private_or_get_user(handler):
            if not self.admits(handler):
                return get_user(handler)
            handler._token_authenticated = True  # as Jupyter marks its own token: no XSRF check
            return owner

        def private_or_authorized(handler, user, action, resource):
            return self.admits(handler) or is_authorized(handler, user, action, resource)

        identity_provider.get_user = private_or_get_user
        authorizer.is_authorized = private_or_authorized


class _Probe(JupyterHandler):
    """Stands in for a guest's request where Jupyter may set cookies or log: nothing of it reaches the guest."""


async def user_by_cookie(handler: JupyterHandler) -> User | None:
    """The user of Jupyter's own cookie, if any: no login, no new cookie, and a guest's token is never looked at."""
    request, provider = handler.request, handler.identity_provider
    headers = httputil.HTTPHeaders(
        (name, value) for name, value in request.headers.get_all() if name != "Authorization"
    )
    connection = SimpleNamespace(context=request.connection.context, set_close_callback=lambda callback: None)
    line = httputil.RequestStartLine("GET", request.path, "HTTP/1.1")
    bare = httputil.HTTPServerRequest(start_line=line, headers=headers, connection=connection)
    probe = _Probe(handler.application, bare)
    try:
        if type(provider).get_user is IdentityProvider.get_user:
            # The rest of get_user would greet an unknown visitor of an open server as a new user.
            return await ensure_async(provider.get_user_cookie(probe))
        return await ensure_async(provider.get_user(probe)) if provider.auth_enabled else None
    except web.HTTPError:
        return None


def has_accounts(provider: IdentityProvider) -> bool:
    """Whether people log in here as themselves. By Jupyter's own token or password everybody comes in as the owner."""
    own = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)
    return bool(os.environ.get("JUPYTERHUB_USER")) or (provider.auth_enabled and type(provider) not in own)


def is_owner(user: User, owner: str) -> bool:
    """Under JupyterHub only the user whose server it is; else the configured owner; else whoever Jupyter let in."""
    expected = os.environ.get("JUPYTERHUB_USER") or owner
    return not expected or user.username == expected


def display_name(user: User, owner: bool, owner_name: str) -> str:
    """
    The name others read. Jupyter calls somebody who came by token "Anonymous ...", anew each time: such an owner goes
    by the name configured, else by that of the login on this machine.
    """
    name = user.display_name or user.name or user.username
    if not owner:
        return name
    if owner_name or not name.startswith("Anonymous "):
        return owner_name or name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return name

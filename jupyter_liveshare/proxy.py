"""Mounts the sidecar under `<base_url>liveshare/`: HTTP and WebSocket, nothing interpreted."""

import asyncio
import base64
import json
import re
from contextlib import suppress
from html import escape

from jupyter_server.auth.decorator import allow_unauthenticated, ws_authenticated
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from jupyter_server_proxy.handlers import ProxyHandler
from jupyter_server_proxy.unixsock import UnixResolver
from tornado import httpclient, httputil, web, websocket
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from .identity import display_name, has_accounts, is_owner, user_by_cookie
from .login import LoginHandler

MAX_BODY, MAX_MESSAGE = 256 << 20, 128 << 20
CONNECT_TIMEOUT, REQUEST_TIMEOUT, RUN_TIMEOUT, PING_EVERY, START_PATIENCE = 5, 600, 7 * 86_400, 25, 5
PLAIN_TARGET = re.compile(r"/[!-\"$-~]*")  # as HTTP allows it: visible ASCII, no fragment
PASSED = re.compile(
    "(?i)(accept|accept-encoding|accept-language|content-type|if-none-match|if-modified-since|range|origin|user-agent|sec-fetch-.*)"
)
NOT_PASSED_BACK = re.compile("(?i)(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)")
CODES = {400: "bad-path", 403: "not-owner", 404: "not-found", 502: "upstream-away", 503: "upstream-away"}
NOT_HERE = "Sharing is not available here just now. The owner of this server finds the reason in Jupyter's log."
PAGE = """<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Jupyter</title>
<p>{}</p><p>This page tries again by itself.</p>"""


def sidecar_client(path: str) -> SimpleAsyncHTTPClient:
    """An HTTP client that knows one address only, the sidecar's socket."""
    return SimpleAsyncHTTPClient(
        force_instance=True,
        resolver=UnixResolver(path),
        max_clients=1000,
        max_buffer_size=MAX_BODY,
        max_body_size=MAX_BODY,
    )


class Mount(ProxyHandler):
    """Both kinds of routes: raw path on, answer back unchanged."""

    user, upstream, guest = None, None, False
    ping_interval, max_message_size = PING_EVERY, MAX_MESSAGE

    def initialize(self, live):
        """`live` is the extension."""
        self.live = live

    async def get(self, *_):
        """A page, or a socket."""
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            await self.pipe()
        else:
            await self.forward()

    async def forward(self):
        """Ask the sidecar and give its answer."""
        empty = b"" if self.request.method in ("POST", "PUT", "PATCH") else None
        # A run answers when it has ended, and may take as long as it likes.
        patience = RUN_TIMEOUT if self.request.path.endswith("/execute") else REQUEST_TIMEOUT
        request = self.sidecar_request("http", patience, self.request.body or empty)
        try:
            response = await self.live.client.fetch(request, raise_error=False)
        except (OSError, httpclient.HTTPError) as error:
            raise self.away(error) from None
        self.answer(response)

    def sidecar_request(self, scheme, timeout, body=None) -> httpclient.HTTPRequest:
        """This request, with what the sidecar may know of it; headers a client could forge are ours."""
        given = self.request.headers
        headers = {name: value for name, value in given.items() if PASSED.fullmatch(name)}
        if self.guest:
            cookies = [part.strip() for part in given.get("Cookie", "").split(";")]
            headers["Cookie"] = "; ".join(part for part in cookies if part.startswith("liveshare-"))
            headers["Authorization"] = given.get("Authorization", "")
        headers["X-Liveshare-Trust"] = self.live.trust
        headers["X-Liveshare-Origin"] = f"{self.request.protocol}://{self.request.host}"
        headers["X-Liveshare-Remote"] = self.request.remote_ip
        if has_accounts(self.identity_provider):
            headers["X-Liveshare-Accounts"] = "yes"
        if self.user:
            owner = is_owner(self.user, self.live.owner)
            name = display_name(self.user, owner, self.live.owner_name)
            user = {"username": self.user.username, "name": name, "owner": owner}
            headers["X-Liveshare-User"] = base64.urlsafe_b64encode(json.dumps(user).encode()).decode()
        return httpclient.HTTPRequest(
            f"{scheme}://localhost{self.request.uri}",
            method=self.request.method,
            headers={name: value for name, value in headers.items() if value},
            body=body,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            decompress_response=False,
            connect_timeout=CONNECT_TIMEOUT,
            request_timeout=timeout,
        )

    def answer(self, response):
        """Pass status, headers and body on."""
        self.set_status(response.code, response.reason)
        has_body = self.request.method != "HEAD" and response.code not in (204, 304)
        for name in response.headers:
            self._headers.pop(name, None)
        for name, value in response.headers.get_all():
            if not NOT_PASSED_BACK.fullmatch(name) and not (has_body and name == "Content-Length"):
                self.add_header(name, value)
        if has_body:
            self.write(response.body or b"")

    def away(self, error) -> web.HTTPError:
        """What to say when there is no answer."""
        return web.HTTPError(504 if isinstance(error, HTTPTimeoutError) else 502, "The sidecar does not answer.")

    async def pipe(self):
        """Open the sidecar's socket first: what it refuses is refused before the upgrade, its subprotocol is ours."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        try:
            self.upstream = await websocket.websocket_connect(
                self.sidecar_request("ws", CONNECT_TIMEOUT * 4),
                subprotocols=[name.strip() for name in offered.split(",")] if offered else None,
                max_message_size=MAX_MESSAGE,
                resolver=UnixResolver(self.live.client_path),
            )
        except (OSError, httpclient.HTTPError, websocket.WebSocketError) as error:
            if refusal := getattr(error, "response", None):
                return self.answer(refusal)
            raise self.away(error) from None
        try:
            await websocket.WebSocketHandler.get(self)
        finally:
            self.upstream.close(1001)

    def select_subprotocol(self, subprotocols):
        """The sidecar has chosen."""
        return self.upstream.selected_subprotocol

    async def open(self, *_):
        """Both ends are open: let messages flow, no faster than the slower end takes them."""
        self.set_nodelay(True)
        self.pump = asyncio.create_task(self.to_client())

    async def to_client(self):
        """Sidecar to client, until the sidecar closes."""
        try:
            while (message := await self.upstream.read_message()) is not None:
                await self.write_message(message, binary=isinstance(message, bytes))
        except websocket.WebSocketClosedError:
            return
        # No code means that the sidecar went without a word: 1012, it will be back.
        self.close(self.upstream.close_code or 1012, self.upstream.close_reason)

    async def on_message(self, message):
        """Client to sidecar."""
        self._record_activity()
        with suppress(websocket.WebSocketClosedError):  # to_client() closes our side then
            await self.upstream.write_message(message, binary=isinstance(message, bytes))

    def on_ping(self, data):
        """Answered by tornado; each side pings for itself."""

    on_pong = on_ping

    def on_close(self):
        """The client went: so does the sidecar's side."""
        if self.upstream:
            code = self.close_code or 1001
            sendable = code in (1000, 1001) or 3000 <= code < 5000
            self.upstream.close(code if sendable else 1001, self.close_reason if sendable else None)

    async def check_available(self):
        """Refuse what HTTP doesn't allow, and wait a moment for a sidecar that is starting."""
        if not PLAIN_TARGET.fullmatch(self.request.uri):
            raise web.HTTPError(400, "That address is not in its plain form.")
        try:
            if not self.live.problem:
                await asyncio.wait_for(self.live.sidecar.ready.wait(), START_PATIENCE)
        except asyncio.TimeoutError:
            raise web.HTTPError(503, "Sharing is starting. Try again.") from None
        if self.live.problem:
            # The reason may name folders of the owner's.
            raise web.HTTPError(503, NOT_HERE if self.guest else self.live.problem)

    def write_error(self, status_code, exc_info=None, **_):
        """RFC 9457, or a page that reloads itself; Jupyter's error pages would carry the owner's token."""
        error = exc_info[1] if exc_info else None
        told = isinstance(error, web.HTTPError) and error.log_message
        detail = (told % error.args if error.args else told) if told else "Something went wrong on the server."
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        if status_code in (502, 503, 504) and "text/html" in self.request.headers.get("Accept", ""):
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
            return self.finish(PAGE.format(escape(detail)))
        code = "not-installed" if self.live.problem and status_code == 503 else CODES.get(status_code, "internal")
        self.set_header("Content-Type", "application/problem+json")
        problem = {"type": f"liveshare:{code}", "status": status_code, "title": self._reason, "detail": detail}
        self.finish(json.dumps(problem))

    def compute_etag(self):
        """The sidecar has its own."""

    def _log(self):
        status, path = self.get_status(), ascii(self.request.path.partition("#")[0])
        tell = self.log.warning if status >= 400 else self.log.debug
        tell("[liveshare] %s %s %s", status, self.request.method, path)

    def log_exception(self, typ, value, tb):
        """Without the request, whose query may hold a token."""
        if not isinstance(value, web.HTTPError):
            self.log.error("[liveshare] %s failed", self.request.method, exc_info=(typ, value, tb))


class GuestMount(Mount):
    """Routes open to anybody: the sidecar decides. Nothing of Jupyter's is asked, set or shown."""

    guest = True

    async def prepare(self):
        """Name the user if Jupyter's cookie does; Jupyter's own preparation could redirect or set cookies."""
        self.current_user = self._jupyter_current_user = None
        if not self.check_host():
            raise web.HTTPError(403, "This server does not answer to that name.")
        await self.check_available()
        self.user = await user_by_cookie(self)

    def set_default_headers(self):
        """None."""

    def answer(self, response):
        """Nothing but the sidecar's headers."""
        self._headers = httputil.HTTPHeaders()
        super().answer(response)

    def check_origin(self, origin=None):
        """The sidecar checks."""
        return True

    get = allow_unauthenticated(Mount.get)

    @allow_unauthenticated
    async def post(self, *_):
        """Any method."""
        await self.forward()

    put = delete = head = patch = options = post


class OwnerMount(Mount):
    """All other routes: for people whom Jupyter has authenticated, with its XSRF check."""

    def check_xsrf_cookie(self):
        """Jupyter's, which jupyter-server-proxy switches off; looked up now, since JupyterHub replaces it."""
        return JupyterHandler.check_xsrf_cookie(self)

    async def prepare(self):
        """Jupyter's checks, but never a redirect to its login page."""
        await JupyterHandler.prepare(self, _redirect_to_login=False)
        self.user = self.current_user
        action = HTTP_METHOD_TO_AUTH_ACTION.get(self.request.method, "write")
        if not (
            self.user
            and self.check_origin()
            and await ensure_async(self.authorizer.is_authorized(self, self.user, action, "liveshare"))
        ):
            raise web.HTTPError(403, "Only the owner of this server can do that.")
        await self.check_available()

    get = ws_authenticated(Mount.get)

    @ws_authenticated
    async def post(self, *_):
        """Any method."""
        await self.forward()

    put = delete = head = patch = options = post


def handlers(live) -> list:
    """The routes; a path that is neither below `s/` nor `assets/` is the owner's."""
    settings = {"live": live}
    return [
        (r"/liveshare/(?:(?:s|assets)/.*|healthz)", GuestMount, settings),
        (r"/liveshare/login", LoginHandler),
        (r"/liveshare(?:/.*)?", OwnerMount, settings),
    ]

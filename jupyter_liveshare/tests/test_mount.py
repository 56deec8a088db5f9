"""The mount: what is passed on, what is not, who gets in."""

import asyncio
import base64
import json

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_liveshare.proxy import Mount

from .conftest import BASE

OWNER = ["api/shares", "api/shares/x/people", "", "metrics", "anything", "s", "healthz/x"]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
GUEST = ["s/x/", "s/x/api/contents", "assets/lab/main.js", "healthz"]


def shown(response):
    return json.loads(response.body)


async def raw(port, target, headers=""):
    """One request by hand: no client normalises the target."""
    reader, writer = await asyncio.open_connection("localhost", port)
    head = f"GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{headers}\r\n"
    writer.write(head.encode("latin1"))
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin1"), body


@pytest.fixture(params=[True, False])
def jp_server_config(jp_server_config, request):
    """Both settings of Jupyter's own gate."""
    jp_server_config["ServerApp"]["allow_unauthenticated_access"] = request.param
    return jp_server_config


async def test_guest_routes_are_open(ask):
    for path in GUEST:
        for method in METHODS:
            response = await ask(path, method)
            assert response.code == 200, path
            if method != "HEAD":
                assert shown(response)["uri"] == f"{BASE}liveshare/{path}"
                assert "X-Liveshare-User" not in shown(response)["headers"]


async def test_owner_routes_are_closed(ask):
    for path in OWNER:
        for method in METHODS:
            response = await ask(path, method)
            assert response.code == 403, path
            assert "Location" not in response.headers
            if method != "HEAD":
                assert shown(response)["type"] == "liveshare:not-owner"


async def test_owner_routes_are_open_to_the_owner(ask, jp_auth_header):
    for path in OWNER:
        for method in METHODS:
            response = await ask(path, method, **jp_auth_header)
            assert response.code == 200, path
            if method != "HEAD":
                headers = shown(response)["headers"]
                assert user_of(headers)["owner"] is True
                assert "Authorization" not in headers and "Cookie" not in headers


def user_of(headers):
    return json.loads(base64.urlsafe_b64decode(headers["X-Liveshare-User"]))


async def test_the_raw_path_is_preserved(live, jp_http_port):
    encoded = ["/%2e%2e/x", "..%2f..%2fx", "%00", "a%2Fb", "%E4%F6", "x?a=%20+&b", "%"]
    for path in [*encoded, "//x", "../api/shares", "./x", "a;b=c", "[a]", "a|b"]:
        target = f"{BASE}liveshare/s/x/{path}"
        status, _, body = await raw(jp_http_port, target)
        assert status == 200, path
        assert json.loads(body)["uri"] == target


async def test_what_http_does_not_allow_in_a_target_is_refused(live, jp_http_port):
    for target in ("s/x/#a", "s/\xe4", "s/\x01"):
        status, _, _ = await raw(jp_http_port, f"{BASE}liveshare/{target}")
        assert status == 400, target


async def test_t23_absolute_target_is_not_ours(live, jp_http_port):
    # Jupyter's own answer: not found, or its login page.
    status, head, _ = await raw(jp_http_port, f"http://evil.example{BASE}liveshare/s/x/")
    assert status in (302, 404) and "X-Sidecar" not in head


async def test_t23_t24_forged_headers_do_not_pass(ask, live, jp_http_port):
    forged = {
        "X_Liveshare_User": "eyJvd25lciI6dHJ1ZX0=",
        "X_Liveshare_Trust": "guess",
        "X_Liveshare_Origin": "https://evil.example",
        "X_Liveshare_Remote": "9.9.9.9",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_For": "9.9.9.9",
        "X_Forwarded_Prefix": "/evil",
        "Forwarded": "for=9.9.9.9",
        "X_Remote_User": "root",
        "X_Forwarded_User": "root",
        "Remote_User": "root",
        "X_JupyterHub_User": "root",
        "X_XSRFToken": "x",
        "Referer": "https://evil.example/?token=x",
    }
    headers = shown(await ask("s/x/", Accept="a/b", Sec_Fetch_Site="none", **forged))["headers"]
    assert headers.pop("X-Liveshare-Trust") == live.trust
    assert headers.pop("X-Liveshare-Origin") == f"http://localhost:{jp_http_port}"
    assert headers.pop("X-Liveshare-Remote") in ("127.0.0.1", "::1")
    assert set(headers) <= {"Accept", "Accept-Encoding", "Sec-Fetch-Site", "User-Agent", "Host", "Connection"}


async def test_t41_only_our_cookies_pass_and_only_on_guests_routes(ask, jp_auth_header):
    cookie = "username-localhost-1=secret; liveshare-x=1; _xsrf=2; liveshare-y=3; notliveshare-z=4"
    guest = shown(await ask("s/x/", Cookie=cookie, Authorization="token guest"))["headers"]
    assert guest["Cookie"] == "liveshare-x=1; liveshare-y=3"
    assert guest["Authorization"] == "token guest"
    owner = shown(await ask("api/shares", Cookie=cookie, **jp_auth_header))["headers"]
    assert "Cookie" not in owner and "Authorization" not in owner


async def test_answers_pass_unchanged_and_without_jupyters_headers(ask):
    response = await ask("s/x/moved")
    assert response.code == 302 and response.headers["Location"] == "/elsewhere"
    assert response.headers.get_list("Set-Cookie") == ["liveshare-a=1; Path=/", "liveshare-b=2; Path=/"]
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert "X-Content-Type-Options" not in response.headers
    response = await ask("s/x/")
    assert response.headers["Etag"] == '"its own"'
    response = await ask("s/x/", If_None_Match='"its own"')
    assert response.code == 304 and not response.body
    assert (await ask("s/x/", "HEAD")).headers["Content-Length"] != "0"
    assert shown(await ask("s/x/", "PATCH", b"body"))["body"] == "body"
    assert shown(await ask("s/x/", "POST"))["body"] == ""


async def test_large_answers_pass(ask):
    assert len((await ask("s/x/large")).body) == 150 << 20


@pytest.fixture
def owner_cookie(ask, jp_auth_header, jp_asyncio_loop):
    """Log in the way a browser does: by the token once, then by cookie."""
    response = jp_asyncio_loop.run_until_complete(ask("api/shares", **jp_auth_header))
    login = next(c for c in response.headers.get_list("Set-Cookie") if c.startswith("username-"))
    return f"{login.split(';')[0]}; _xsrf=abc"


async def test_xsrf_on_owner_routes(ask, owner_cookie, jp_auth_header):
    cookie = owner_cookie
    assert (await ask("api/shares", Cookie=cookie)).code == 200
    refused = await ask("api/shares", "POST", b"{}", Cookie=cookie)
    assert refused.code == 403 and refused.headers["Content-Type"] == "application/problem+json"
    assert (await ask("api/shares", "POST", b"{}", Cookie=cookie, X_XSRFToken="abc")).code == 200
    assert (await ask("api/shares", "POST", b"{}", **jp_auth_header)).code == 200
    foreign = await ask("api/shares", Cookie=cookie, Origin="https://evil.example")
    assert foreign.code == 403


async def test_jupyters_cookie_names_the_user_on_guests_routes(ask, owner_cookie):
    response = await ask("s/x/", "POST", b"{}", Cookie=owner_cookie)
    assert user_of(shown(response)["headers"])["owner"] is True
    assert all(c.startswith("liveshare-") for c in response.headers.get_list("Set-Cookie"))


async def test_jupyters_token_means_nothing_on_guests_routes(ask, jp_auth_header, jp_serverapp):
    response = await ask("s/x/", **jp_auth_header)
    assert "X-Liveshare-User" not in shown(response)["headers"]
    response = await ask(f"s/x/?token={jp_serverapp.identity_provider.token}")
    assert "X-Liveshare-User" not in shown(response)["headers"]
    assert all(c.startswith("liveshare-") for c in response.headers.get_list("Set-Cookie"))


async def test_t15_no_token_in_the_log(ask, jp_http_port, caplog, live, jp_serverapp, monkeypatch):
    caplog.set_level(10)
    await ask("s/x/api?token=gu3sts3cret&x=1", Authorization="token gu3sts3cret", Referer="http://h/?token=gu3sts3cret")
    await ask("api/shares?token=gu3sts3cret")
    await raw(jp_http_port, f"{BASE}liveshare/s/x/#token=gu3sts3cret")
    socket = await websocket_connect(f"ws://localhost:{jp_http_port}{BASE}liveshare/s/x/socket?token=gu3sts3cret")
    socket.close()
    monkeypatch.setattr(Mount, "sidecar_request", lambda *_: 1 / 0)
    assert (await ask("s/x/?token=gu3sts3cret")).code == 500
    text = caplog.text
    assert "liveshare/s/x/api" in text
    assert "gu3sts3cret" not in text
    for secret in (live.trust, live.entrance.token, jp_serverapp.identity_provider.token):
        assert secret not in text


def url(port, path):
    return f"ws://localhost:{port}{BASE}liveshare/{path}"


async def test_sockets_pipe_both_ways(live, jp_http_port):
    socket = await websocket_connect(
        url(jp_http_port, "s/x/socket?a=b"), subprotocols=["one", "two"], max_message_size=200 << 20
    )
    first = json.loads(await socket.read_message())
    assert first["path"] == f"{BASE}liveshare/s/x/socket?a=b"
    assert first["headers"]["X-Liveshare-Trust"] == live.trust
    assert socket.selected_subprotocol == "two"
    for message in ("text \u2713", b"\x00\xff", b"x" * (20 << 20)):
        await socket.write_message(message, binary=isinstance(message, bytes))
        assert await socket.read_message() == message
    socket.close()


async def test_close_codes_reach_the_browser(live, jp_http_port):
    for message, code, reason in (("bye", 4403, "no right any longer"), ("drop", 1012, None)):
        socket = await websocket_connect(url(jp_http_port, "s/x/socket"))
        await socket.read_message()
        await socket.write_message(message)
        assert await socket.read_message() is None
        assert (socket.close_code, socket.close_reason) == (code, reason)


async def test_the_sidecars_side_closes_with_the_guests(live, jp_http_port, caplog):
    caplog.set_level(10)
    socket = await websocket_connect(url(jp_http_port, "s/x/socket"))
    socket.close(4000, "x")
    other = await websocket_connect(url(jp_http_port, "s/x/socket"))
    other.protocol.stream.close()
    for _ in range(100):
        if caplog.text.count("socket closed") == 2:
            break
        await asyncio.sleep(0.05)
    assert '"code": 4000' in caplog.text and '"code": 1001' in caplog.text


async def test_a_refused_socket_is_refused_before_the_upgrade(live, jp_http_port):
    with pytest.raises(HTTPClientError) as refusal:
        await websocket_connect(url(jp_http_port, "s/x/refuse"))
    assert refusal.value.code == 401


async def test_t31_owner_sockets_need_authentication(live, jp_http_port, jp_auth_header):
    for path in ("api/shares/x/socket", "socket", "anything/socket"):
        with pytest.raises(HTTPClientError) as refusal:
            await websocket_connect(url(jp_http_port, path))
        assert refusal.value.code == 403
        socket = await websocket_connect(HTTPRequest(url(jp_http_port, path), headers=jp_auth_header))
        assert user_of(json.loads(await socket.read_message())["headers"])["owner"] is True
        socket.close()


async def test_t37_owner_sockets_check_the_origin(live, jp_http_port, owner_cookie):
    headers = {"Cookie": owner_cookie}
    good = f"http://localhost:{jp_http_port}"
    for origin in ("https://evil.example", "null", f"{good}1", f"{good}.evil.example", "http://localhost:1"):
        request = HTTPRequest(url(jp_http_port, "api/socket"), headers=headers | {"Origin": origin})
        with pytest.raises(HTTPClientError) as refusal:
            await websocket_connect(request)
        assert refusal.value.code == 403
    socket = await websocket_connect(HTTPRequest(url(jp_http_port, "api/socket"), headers=headers | {"Origin": good}))
    socket.close()


async def test_errors_are_ours(ask, live, jp_auth_header):
    crashed = await ask("s/x/crash")
    assert crashed.code == 502
    assert shown(crashed) == {
        "type": "liveshare:upstream-away",
        "status": 502,
        "title": "Bad Gateway",
        "detail": "The sidecar does not answer.",
    }
    with pytest.raises(HTTPClientError) as refusal:
        live.client_path += "-gone"
        await websocket_connect(url(live.serverapp.port, "s/x/socket"))
    assert refusal.value.code == 502
    live._problem = "<b>Something</b> is missing."
    for path in ("s/x/", "healthz"):
        assert b"Something" not in (await ask(path)).body
    page = await ask("", Accept="text/html,*/*", **jp_auth_header)
    assert page.code == 503 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"&lt;b&gt;Something" in page.body and b'http-equiv="refresh"' in page.body
    assert "Set-Cookie" not in (await ask("s/x/", Accept="text/html,*/*")).headers
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"

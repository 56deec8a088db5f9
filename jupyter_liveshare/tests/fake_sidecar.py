"""A sidecar that shows what reached it: answers every request with what it was, echoes sockets."""

import asyncio
import json
import os
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler


class Echo(WebSocketHandler):
    def check_origin(self, origin):
        return True

    def get_compression_options(self):
        return None

    max_message_size = 200 << 20

    def select_subprotocol(self, subprotocols):
        return subprotocols[-1] if subprotocols else None

    def open(self, *_):
        self.write_message(json.dumps({"path": self.request.uri, "headers": dict(self.request.headers)}))

    def on_message(self, message):
        if message == "bye":
            self.close(4403, "no right any longer")
        elif message == "drop":
            self.ws_connection.stream.close()
        else:
            self.write_message(message, binary=isinstance(message, bytes))

    def on_close(self):
        say(msg="socket closed", code=self.close_code)


class Show(RequestHandler):
    def compute_etag(self):
        return '"its own"'

    async def prepare(self):
        path, refused = self.request.path, self.request.headers.get("Upgrade")
        if path.endswith("/crash"):
            os._exit(3)
        if path.endswith("/hang"):
            await asyncio.sleep(60)
        if path.endswith("/refuse") and refused:
            self.set_status(401)
        if path.endswith("/moved"):
            self.set_header("Location", "/elsewhere")
            self.set_status(302)
        self.set_header("X-Sidecar", "yes")
        self.add_header("Set-Cookie", "liveshare-a=1; Path=/")
        self.add_header("Set-Cookie", "liveshare-b=2; Path=/")
        self.set_header("Content-Security-Policy", "sandbox")
        if path.endswith("/large"):
            self.finish(b"x" * (150 << 20))
        else:
            shown = {
                "method": self.request.method,
                "uri": self.request.uri,
                "headers": dict(self.request.headers),
                "body": self.request.body.decode(),
                "environment": sorted(os.environ),
                "argv": sys.argv[1:],
            }
            self.finish(json.dumps(shown))


def say(level=30, **entry):
    print(json.dumps({"level": level, "time": 1, **entry}), flush=True)


async def main():
    configuration = json.loads(sys.stdin.readline())
    with open(os.path.join(configuration["stateDir"], "configuration.json"), "w") as file:
        json.dump(configuration | {"pid": os.getpid()}, file)
    if "fatal" in configuration["limits"]:
        say(60, event="fatal", msg="the state folder cannot be written")
        sys.exit(78)
    if "crash" in configuration["limits"]:
        sys.exit(1)
    server = HTTPServer(Application([(r".*/socket", Echo), (r".*", Show)]))
    server.add_socket(bind_unix_socket(configuration["socket"], 0o600))
    say(event="listening", msg="listening")
    print("a plain line", file=sys.stderr, flush=True)
    # The contract: the process ends when stdin does.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())

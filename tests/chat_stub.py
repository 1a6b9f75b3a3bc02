"""Servers that speak the OpenAI protocol, well and badly: real ones, on loopback."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reaction = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server on loopback that reacts to every request in one way and keeps their bodies."""

    def __init__(self, react: Reaction) -> None:
        self.requests: list[tuple[str, bytes]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                server.requests.append((self.path, body))
                react(self)

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def status(code: int, body: bytes = b'{"error": {"message": "A secret question is refused"}}') -> Reaction:
    def react(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return react


def events(*lines: bytes, wait: float = 0.0, promise: int = 0) -> Reaction:
    def react(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-type", "text/event-stream")
        if promise:
            request.send_header("content-length", str(promise))
        request.end_headers()
        for line in lines:
            request.wfile.write(b"data: " + line + b"\n\n")
            request.wfile.flush()
        time.sleep(wait)
        request.close_connection = True

    return react


def chunk(text: str) -> bytes:
    return b'{"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "%s"}}]}' % (
        text.encode()
    )


GOOD = events(chunk("Listen "), chunk("first."), b"[DONE]")

# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that misbehaves: an HTTP proxy in front of central, one request a connection, that does to each what a rule of the test says.

A rule is a function of a Request; it returns None (carry it) or one of
    ("cut", n)                 the line drops after n bytes of the request's body reached central
    ("lose",)                  central does it all; its answer never arrives
    ("stop", n)                the line drops after n bytes of the answer
    ("at", n, function)        after n bytes of the answer the function is called, then it goes on
    ("answer", status, body, headers)   central never hears of it
    ("parallel", n)            it arrives n times at once; one of the answers comes back
    ("delay", seconds)         then it is carried"""

import select
import socket
import struct
import threading
import time

PORTAL = b"<!DOCTYPE html><html><title>Wi-Fi</title><body>Acepte las condiciones</body></html>"


class Request:
    def __init__(self, head):
        self.line, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = self.line.split(" ")
        self.path = self.target.split("?")[0]
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if line)}
        self.length = int(self.headers.get("content-length", 0))
        self.body = b""

    @property
    def step(self):
        """hello, nonces, register, bundle, holdings, heads, decisions, catalogue, media"""
        parts = self.path.split("/")
        return parts[3] if len(parts) > 3 else self.path

    def head(self):
        kept = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items() if name not in ("connection",))
        return f"{self.line}\r\n{kept}connection: close\r\n\r\n".encode("latin-1")


def drop(connection):
    """As a line drops: no good-bye, what is under way is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Proxy:
    def __init__(self, upstream_port):
        self.upstream_port = upstream_port
        self.rule = lambda request: None
        self.lock = threading.Lock()
        self.media_bytes = 0  # bodies of media that reached central
        self.wire_bytes = 0   # heads and bodies, both ways
        self.requests = []
        self.listener = socket.socket()
        # What fills the buffers of a dropped line counts as lost: small ones keep it little.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def count(self, **wanted):
        with self.lock:
            return sum(all(getattr(request, name) == value for name, value in wanted.items()) for request in self.requests)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            client.settimeout(60)
            data = b""
            while b"\r\n\r\n" not in data:
                more = client.recv(65536)
                if not more:
                    client.close()
                    return
                data += more
            head, body = data.split(b"\r\n\r\n", 1)
            request = Request(head)
            with self.lock:
                self.requests.append(request)
                action = self.rule(request) or ("carry",)
            if action[0] == "delay":
                time.sleep(action[1])
                action = ("carry",)
            if action[0] == "answer":
                self._answer(client, request, body, *action[1:])
            elif action[0] == "parallel":
                self._parallel(client, request, body, action[1])
            else:
                self._carry(client, request, body, action)
        except OSError:
            client.close()

    @staticmethod
    def _read_body(client, request, body):
        if "expect" in request.headers and not body:
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(body) < request.length:
            more = client.recv(65536)
            if not more:
                break
            body += more
        return body

    def _answer(self, client, request, body, status, content=b"", headers=None):
        request.body = self._read_body(client, request, body)
        lines = {"Content-Length": str(len(content)), "Connection": "close", "Content-Type": "text/html", **(headers or {})}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        client.sendall(f"HTTP/1.1 {status} Whatever\r\n{text}\r\n".encode() + (b"" if request.method == "HEAD" else content))
        client.close()

    def _upstream(self):
        upstream = socket.create_connection(("127.0.0.1", self.upstream_port), timeout=60)
        upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What waits in this end's own buffer when a line is cut never reached central, and is counted as if it had: little may wait there.
        upstream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        return upstream

    def _parallel(self, client, request, body, times):
        body = self._read_body(client, request, body)
        request.headers.pop("expect", None)
        answers = []

        def post():
            with self._upstream() as upstream:
                upstream.sendall(request.head() + body)
                answer = b""
                while more := upstream.recv(65536):
                    answer += more
                answers.append(answer)

        threads = [threading.Thread(target=post) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # The nonce is good once: the others are refused, and nobody minds which.
        client.sendall(sorted(answers)[0])
        client.close()

    def _carry(self, client, request, body, action):
        upstream = self._upstream()
        limit = action[1] if action[0] == "cut" else None
        left = request.length
        sent = back = 0
        told = False
        upstream.sendall(request.head())
        with self.lock:
            self.wire_bytes += len(request.head()) + request.length
        pending = body
        while True:
            if pending and limit is not None:
                pending = pending[:limit - sent]
            if pending:
                upstream.sendall(pending)
                if request.step == "bundle":
                    request.body += pending
                sent += len(pending)
                left -= len(pending)
                if request.step == "media":
                    with self.lock:
                        self.media_bytes += len(pending)
                pending = b""
            if limit is not None and sent >= limit:
                # What reached central stays there; nothing more comes, and the client learns nothing.
                upstream.shutdown(socket.SHUT_WR)
                drop(client)
                upstream.settimeout(1)
                try:
                    while upstream.recv(65536):
                        pass
                finally:
                    upstream.close()
                return
            ready, _, _ = select.select([upstream] + ([client] if left > 0 else []), [], [], 60)
            if not ready:
                break
            if upstream in ready:
                answer = upstream.recv(65536)
                if not answer:
                    break
                back += len(answer)
                with self.lock:
                    self.wire_bytes += len(answer)
                if action[0] == "at" and back >= action[1]:
                    action[2]()
                    action = ("carry",)
                if action[0] == "stop" and back >= action[1]:
                    client.sendall(answer[:len(answer) - (back - action[1])])
                    client.shutdown(socket.SHUT_WR)
                    client.close()
                    upstream.close()
                    return
                early = answer.startswith(b"HTTP/1.1 1")
                if not told and not early:
                    # One request a connection: a client that is not told would send its next one into a line that closes.
                    answer = answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
                    told = True
                if action[0] != "lose" or early:
                    client.sendall(answer)
            if client in ready:
                pending = client.recv(min(65536, left))
                if not pending:
                    upstream.shutdown(socket.SHUT_WR)
                    left = 0
        upstream.close()
        if action[0] == "lose":
            drop(client)
        else:
            client.close()

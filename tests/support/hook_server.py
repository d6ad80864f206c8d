"""A school's webhook as a peer: HTTPS, and what goes wrong with one.

Answers by the path: "/ok" 204, "/gone" 410, "/missing" 404, "/busy" 503, "/moved" 302 to "/ok", "/slow" after
a while, "/stuck" never, "/endless" 200 with a body without an end. What is asked stands in the transcript.
"""

import argparse
import http.server
import ssl
import threading
import time

SLOW_SECONDS = 0.3
ANSWERS = {"/ok": 204, "/gone": 410, "/missing": 404, "/busy": 503, "/moved": 302, "/slow": 204}


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        with server.lock:
            server.calls += 1
            server.note(f"-- calls {server.calls}")
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with server.lock:
            server.note(f"{self.command} {self.path}")
            for name, value in self.headers.items():
                server.note(f"{name}: {value}")
            server.note(body)
        if self.path == "/stuck":
            time.sleep(60)
        if self.path == "/slow":
            time.sleep(SLOW_SECONDS)
        with server.lock:
            server.calls -= 1
        if self.path == "/endless":
            self.endless()
            return
        self.send_response(ANSWERS[self.path])
        if self.path == "/moved":
            self.send_header("Location", "/ok")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def endless(self):
        self.send_response(200)
        self.end_headers()
        sent = 0
        try:
            while sent < 64 << 20:
                self.wfile.write(b"x" * 4096)
                sent += 4096
        except OSError:
            pass
        with self.server.lock:
            self.server.note(f"-- endless {sent}")
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Hook)
        self.lock, self.calls = threading.Lock(), 0
        self.transcript = open(options.transcript, "w", encoding="utf-8")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(options.certificate, options.key)

    def finish_request(self, request, client_address):
        super().finish_request(self.context.wrap_socket(request, server_side=True), client_address)

    def note(self, line):
        self.transcript.write(line + "\n")
        self.transcript.flush()

    def handle_error(self, request, client_address):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("certificate", "key", "transcript"):
        parser.add_argument("--" + name, required=True)
    with Server(parser.parse_args()) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

"""A mail server as a peer: SMTP (RFC 5321) with TLS at once or by STARTTLS, and what goes wrong with one.

Answers by the recipient's local part: "bounce" is unknown (550), "busy" is to be tried again (451), "spam"
is refused once the message is there (554), "slow" takes a while. Everything that is said stands in the
transcript, a line each: "C: " what the client said, "S: " what it was answered.
"""

import argparse
import base64
import socketserver
import ssl
import threading
import time

SLOW_SECONDS = 0.3


class Session(socketserver.StreamRequestHandler):
    def setup(self):
        if self.server.tls == "implicit":
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        self.server.entered()
        self.authenticated = not self.server.user
        self.encrypted = self.server.tls == "implicit"
        self.recipient = ""
        try:
            self.say("220 mail.example ready")
            while self.answer(self.hear()):
                pass
        except (OSError, EOFError):
            pass
        finally:
            self.server.left()

    def say(self, line):
        self.server.note("S: " + line)
        self.wfile.write((line + "\r\n").encode())
        self.wfile.flush()

    def hear(self):
        line = self.rfile.readline()
        if not line:
            raise EOFError
        text = line.decode("latin-1").rstrip("\r\n")
        self.server.note("C: " + text)
        return text

    def answer(self, line):
        verb = line.upper()
        if verb.startswith("EHLO"):
            self.hello()
        elif verb == "STARTTLS" and self.server.tls == "starttls" and not self.encrypted:
            self.encrypt()
        elif verb.startswith("AUTH PLAIN") and self.encrypted:
            self.authenticate(line.split()[2:])
        elif verb.startswith("MAIL FROM:"):
            self.sender()
        elif verb.startswith("RCPT TO:"):
            self.recipient = line[8:].strip("<> ").split("@")[0]
            self.say({"bounce": "550 5.1.1 no such mailbox", "busy": "451 4.3.0 later"}.get(
                self.recipient, "250 ok"))
        elif verb == "DATA":
            self.data()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok" if verb in ("RSET", "NOOP") else "502 no such command")
        return True

    def hello(self):
        lines = ["mail.example"]
        if self.server.tls == "starttls" and not self.encrypted:
            lines.append("STARTTLS")
        if self.server.user and self.encrypted:
            lines.append("AUTH PLAIN")
        for line in lines[:-1]:
            self.say("250-" + line)
        self.say("250 " + lines[-1])

    def encrypt(self):
        self.say("220 go on")
        self.request = self.connection = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")
        self.encrypted = True
        self.server.note("-- encrypted")

    def authenticate(self, words):
        if not words:
            self.say("334 ")
            words = [self.hear()]
        _, user, password = base64.b64decode(words[0]).decode().split("\0")
        self.authenticated = (user, password) == (self.server.user, self.server.password)
        self.say("235 welcome" if self.authenticated else "535 5.7.8 wrong user or password")

    def sender(self):
        if self.server.refuse_sender:
            self.say("550 5.7.1 you may not send from here")
        else:
            self.say("250 ok" if self.authenticated else "530 5.7.0 who are you")

    def data(self):
        self.say("354 go on")
        while self.hear() != ".":
            pass
        if self.recipient.startswith("slow"):
            time.sleep(SLOW_SECONDS)
        self.say("554 5.7.1 this looks like spam" if self.recipient == "spam" else "250 taken")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Session)
        self.tls, self.user, self.password = options.tls, options.user, options.password
        self.refuse_sender = options.refuse_sender
        self.lock, self.sessions = threading.Lock(), 0
        self.transcript = open(options.transcript, "w", encoding="latin-1")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(options.certificate, options.key)

    def note(self, line):
        with self.lock:
            self.transcript.write(line + "\n")
            self.transcript.flush()

    def entered(self):
        with self.lock:
            self.sessions += 1
            sessions = self.sessions
        self.note(f"-- sessions {sessions}")

    def left(self):
        with self.lock:
            self.sessions -= 1

    def handle_error(self, request, client_address):
        self.note("-- broken off")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tls", choices=["implicit", "starttls", "none"], required=True)
    for name in ("certificate", "key", "transcript"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--refuse-sender", action="store_true")
    with Server(parser.parse_args()) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

"""A mail server for tests: takes mail, and misbehaves in the ways of real ones."""

import re
import socketserver
import threading
import time
from email import message_from_bytes

TAKEN, SILENT, HANGS_AFTER_DATA, PUTS_OFF, DROPS, DRIPS = (
    "taken",
    "silent",
    "hangs after data",
    "puts off",
    "drops",
    "drips",
)


class Sink(socketserver.ThreadingTCPServer):
    """`mails` are (address, message) as they were acknowledged; `connections` how often somebody came. `pause`: seconds before a mail's text is asked for.
    `arrived`: a file that grows by a byte with each mail, for another process to look at."""

    arrived = None
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, mode=TAKEN, refused=(), pause=0.0):
        super().__init__(("127.0.0.1", 0), Visit)
        self.mode, self.refused, self.pause, self.mails, self.connections = (
            mode,
            set(refused),
            pause,
            [],
            0,
        )
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a killed client


class Visit(socketserver.StreamRequestHandler):
    def answer(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        sink, address = self.server, None
        sink.connections += 1
        if sink.mode == SILENT:
            return self.wait()
        if sink.mode == DRIPS:
            for _ in range(600):
                self.wfile.write(b"2")
                time.sleep(0.1)
            return None
        self.answer("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "RCPT":
                address = re.search(r"<(.*?)>", line)[1]
                if address in sink.refused:
                    self.answer(f"550 5.1.1 {address}: no such mailbox")
                elif sink.mode == PUTS_OFF:
                    self.answer("451 4.7.1 try again later")
                else:
                    self.answer("250 ok")
            elif verb == "MAIL" and sink.mode == DROPS:
                return None
            elif verb == "DATA":
                time.sleep(sink.pause)
                self.answer("354 go on")
                content = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    if not part:
                        return None  # killed in the middle: nothing was taken
                    content += part
                if sink.mode == HANGS_AFTER_DATA:
                    return self.wait()
                sink.mails.append((address, message_from_bytes(content)))
                if sink.arrived:
                    with sink.arrived.open("ab") as grown:
                        grown.write(b".")
                self.answer("250 taken")
            elif verb == "QUIT":
                self.answer("221 bye")
                return None
            else:
                self.answer("250 ok")
        return None

    def wait(self):
        mode = self.server.mode
        for _ in range(600):
            if self.server.mode != mode:
                return
            time.sleep(0.05)

"""What stands in front of BackCare, for one scan: a port that takes https and http, as a site's two ports do.

It tells BackCare which of the two it was, and on pages about a person it brings that person's session along.
"""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.site import HOST

TLS = b"\x16"  # how a connection in https begins
CHUNK = 65536


def certificate(folder: Path) -> Path:
    """Write a certificate for this machine with its key, good for a day, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return file


class Front:
    """Passes each connection's one request on to ``port``, and its answer back."""

    def __init__(self, port: int, file: Path) -> None:
        self.site, self.cookie = port, ""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)
        self.listener = socket.create_server((HOST, 0))
        self.port: int = self.listener.getsockname()[1]

    def serve(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                threading.Thread(target=self.answer, args=self.listener.accept()[:1], daemon=True).start()

    def answer(self, visitor: socket.socket) -> None:
        with suppress(OSError), visitor:
            secure = visitor.recv(1, socket.MSG_PEEK) == TLS
            with self.context.wrap_socket(visitor, server_side=True) if secure else visitor as asking:
                self.pass_on(asking, "https" if secure else "http")

    def pass_on(self, asking: socket.socket, scheme: str) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (part := asking.recv(CHUNK)):
            head += part
        lines = [line for line in head.decode("latin-1").split("\r\n") if not line.lower().startswith("connection:")]
        lines[1:1] = [f"X-Forwarded-Proto: {scheme}", "Connection: close"]
        if self.cookie and scheme == "https":
            lines.insert(1, f"Cookie: {self.cookie}")
        with socket.create_connection((HOST, self.site)) as site:
            site.sendall("\r\n".join(lines).encode("latin-1"))
            while part := site.recv(CHUNK):
                asking.sendall(part)


@contextmanager
def standing(port: int, file: Path) -> Iterator[Front]:
    """Yield a front for the site on ``port``, with the certificate in ``file``."""
    front = Front(port, file)
    threading.Thread(target=front.serve, daemon=True).start()
    try:
        yield front
    finally:
        front.listener.close()

"""Exit with 0 when the server in this container answers /healthz, and with 1 otherwise."""

import http.client
import os
import sys


def healthy() -> bool:
    """Ask under the first host that the settings allow: any other is refused."""
    host = os.environ.get("BACKCARE_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)

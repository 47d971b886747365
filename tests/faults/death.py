"""For the fault tests only: a worker that dies when its answer is ready and nobody has seen it."""

import os
import signal
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Die"


class DeathMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if HEADER in request.headers:
            os.kill(os.getpid(), signal.SIGKILL)
        return response

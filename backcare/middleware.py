"""The two headers that neither Django nor django-csp sends. A view that has set one of them keeps its own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The player's wake lock is the only device feature that pages ask for.
POLICY = ", ".join(
    [*(f"{name}=()" for name in ("camera", "geolocation", "microphone", "payment", "usb")), "screen-wake-lock=(self)"]
)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

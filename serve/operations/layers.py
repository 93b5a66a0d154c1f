"""The layers in front of the application, and their order."""

from fastapi import FastAPI

from serve.capacity import Admission
from serve.limits import BodyLimit
from serve.operations.access import Access
from serve.operations.addresses import networks
from serve.operations.headers import SecurityHeaders
from serve.operations.metrics import Metrics
from serve.operations.rates import RateLimits, rate
from serve.operations.request_ids import RequestIds
from serve.settings import Settings
from serve.web.errors import ErrorPages
from serve.web.pages import Pages

_INFERENCE_PATHS = ("/v1/classify", "/v1/similar", "/v1/assess")
_INFERENCE_ROUTES = frozenset({("POST", "/v1/cases"), ("POST", "/classify"), ("POST", "/classify/save"), ("POST", "/classify/memo")})


def takes_inference(method: str, path: str) -> bool:
    """Return whether a request will ask the model."""
    return path.startswith(_INFERENCE_PATHS) or (method, path) in _INFERENCE_ROUTES or path.endswith("/precedents")


def install_layers(app: FastAPI, settings: Settings, metrics: Metrics, most: int, pages: Pages | None = None) -> None:
    """Put the layers in front of the application; `most`: requests for inference in the house at once.

    From the outside in: request id, security headers, error pages, log and count, rate limits, admission, body limit. So a refusal
    of any layer has an id and headers and is counted, and what is refused for its rate takes no place and is not read.

    Raises:
        ConfigurationError: a limit or a proxy address cannot be read.
    """
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(Admission, limit=most, takes_inference=takes_inference)
    app.add_middleware(
        RateLimits,
        per_address=rate(settings.rate_per_address, "CATCHALL_RATE_PER_ADDRESS"),
        per_key=rate(settings.rate_per_key, "CATCHALL_RATE_PER_KEY"),
        login=rate(settings.rate_login, "CATCHALL_RATE_LOGIN"),
        trusted=networks(settings.trusted_proxies),
    )
    app.add_middleware(Access, metrics=metrics)
    if pages is not None:
        app.add_middleware(ErrorPages, pages=pages)
    app.add_middleware(SecurityHeaders, tls=settings.tls)
    app.add_middleware(RequestIds)

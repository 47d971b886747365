"""The product's settings, with a death on request between COMMIT and reply."""

from backcare.settings import *  # noqa: F403
from backcare.settings import MIDDLEWARE as PRODUCT

MIDDLEWARE = ["tests.faults.death.DeathMiddleware", *PRODUCT]

"""The WSGI application that a server loads: ``backcare.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backcare.settings")
application = get_wsgi_application()

"""The JSON API, version 1: joins the apps' routers."""

from ninja import NinjaAPI

from exercises.api import router as content

api = NinjaAPI(title="BackCare", version="1", docs_url=None, urls_namespace="api")
api.add_router("", content)

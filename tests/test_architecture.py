"""The import rules of CONTRIBUTING, read from the source: each check names every breach, and is itself tried on one."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("backcare", "exercises", "tracking")

# Standard library only: no Django, no clock, no translation. A package's name stands for all of its modules.
PURE = (
    "exercises.timing",
    "exercises.doses",
    "exercises.pack",
    "exercises.reader",
    "exercises.figures",
    "tracking.rules",
    "tracking.redflags",
    "tracking.measures",
    "tracking.days",
    "tracking.progression",
    "tracking.stats",
    "tracking.past",
    "tracking.chart",
    "tracking.svg",
    "tracking.travel",
)
JOINS = ("backcare.urls", "backcare.api", "backcare.views")
TRACKING_MAY_READ = ("exercises.models", "exercises.timing", "exercises.emergency")
# Tables, what the content's share, and the sentences of their faults.
MODELS = (
    "exercises.models",
    "exercises.illustrations",
    "exercises.seeded",
    "exercises.wording",
    "tracking.models",
    "backcare.models",
)
ENTRIES = ("admin", "api", "management", "urls", "views")
CLOCK_MODULES = ("time",)
CLOCK_CALLS = ("now", "today", "utcnow", "localtime", "localdate")
# Underscored, and public all the same: Django's and the named tuple's documented names.
PUBLIC_UNDERSCORES = ("_meta", "_default_manager", "_make", "_fields", "_asdict", "_replace")
MODULE_LINES, FUNCTION_LINES = 400, 40


class Module(NamedTuple):
    """One source file."""

    name: str
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


class Import(NamedTuple):
    """One imported name: ``from module import name``, or ``import module`` with no name."""

    module: str
    name: str | None
    level: int


def dotted(path: Path) -> str:
    """A file's module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [
    Module(dotted(path), path.read_text())
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
NAMES = {module.name for module in MODULES}


def within(name: str, *packages: str) -> bool:
    """Whether a module is one of the packages, or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def imports(module: Module) -> Iterator[Import]:
    """Every import of a module, those inside functions too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, None, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(node.module or "", alias.name, node.level) for alias in node.names)


def targets(module: Module) -> Iterator[str]:
    """The modules that a module imports: ``from exercises import models`` names exercises.models."""
    for one in imports(module):
        inner = f"{one.module}.{one.name}"
        yield inner if inner in NAMES else one.module


def rank(name: str) -> int:
    """How high a module stands: 0 pure, 1 models, 2 forms and the like, 3 what the outside calls."""
    if within(name, *PURE):
        return 0
    if within(name, *MODELS):
        return 1
    parts = name.split(".")
    return 3 if parts[1:2] and parts[1] in ENTRIES else 2


def app_breaches(module: Module) -> Iterator[str]:
    """Rule 1: exercises knows nothing of people; the apps meet in three modules only."""
    app = module.name.split(".")[0]
    for target in targets(module):
        if app == "exercises":
            allowed = not within(target, "tracking", "backcare")
        elif app == "tracking":
            allowed = not within(target, "backcare", "exercises") or within(target, *TRACKING_MAY_READ)
        else:
            allowed = module.name in JOINS or not within(target, "tracking", "exercises")
        if not allowed:
            yield f"{module.name} imports {target}"


def impurities(module: Module) -> Iterator[str]:
    """Rule 2: a pure module needs the standard library and its like, and asks no clock."""
    if not within(module.name, *PURE):
        return
    for target in targets(module):
        standard = target.split(".")[0] in sys.stdlib_module_names and target not in CLOCK_MODULES
        if not standard and not within(target, *PURE):
            yield f"{module.name} imports {target}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS:
            yield f"{module.name}:{node.lineno} asks the clock"


def layer_breaches(module: Module) -> Iterator[str]:
    """Rule 3: imports point downwards, and only urls.py imports views."""
    is_urls = module.name.endswith(".urls")
    for target in targets(module):
        if not within(target, *APPS) or target in APPS:
            continue
        if ".views" in target and not is_urls:
            yield f"{module.name} imports views: {target}"
        elif rank(target) > rank(module.name):
            yield f"{module.name} imports upwards: {target}"


def relative_imports(module: Module) -> Iterator[str]:
    """Rule 4: an import says where it is from."""
    yield from (f"{module.name} imports .{one.module}" for one in imports(module) if one.level)


def borrowed_privates(module: Module) -> Iterator[str]:
    """Rule 4: an underscored name belongs to its module."""
    borrowed = {one.name for one in imports(module) if one.name} | {one.module for one in imports(module)}
    for one in imports(module):
        if any(part.startswith("_") and part != "__future__" for part in (one.name or "", *one.module.split("."))):
            yield f"{module.name} imports {one.module}.{one.name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in borrowed:
            private = node.attr.startswith("_") and not node.attr.startswith("__")
            if private and node.attr not in PUBLIC_UNDERSCORES:
                yield f"{module.name}:{node.lineno} uses {ast.unparse(node)}"


def signal_receivers(module: Module) -> Iterator[str]:
    """Rule 4: what happens is written where it happens."""
    for target in targets(module):
        if within(target, "django.dispatch") or target.endswith(".signals"):
            yield f"{module.name} imports {target}"
    for one in imports(module):
        if one.name == "signals":
            yield f"{module.name} imports {one.module}.signals"


def vague_names(module: Module) -> Iterator[str]:
    """Rule 4: a module is named for what it holds."""
    if module.name.split(".")[-1] in ("utils", "helpers", "common", "misc", "services"):
        yield module.name


def oversized(module: Module) -> Iterator[str]:
    """Rule 5: a module is read in one sitting, a function on one screen."""
    lines = len(module.source.splitlines())
    if lines > MODULE_LINES:
        yield f"{module.name} has {lines} lines"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{module.name}.{node.name} has {length} lines"


CHECKS = (
    app_breaches,
    impurities,
    layer_breaches,
    relative_imports,
    borrowed_privates,
    signal_receivers,
    vague_names,
    oversized,
)
LONG_FUNCTION = "def long() -> None:\n" + "    print()\n" * FUNCTION_LINES
BAD = [
    (app_breaches, "exercises.sync", "from tracking.models import Session"),
    (app_breaches, "exercises.views", "def view():\n    import backcare.views"),
    (app_breaches, "tracking.forms", "from exercises.doses import Dose"),
    (app_breaches, "tracking.forms", "import exercises"),
    (app_breaches, "tracking.forms", "from backcare import settings"),
    (app_breaches, "backcare.middleware", "from tracking import models"),
    (impurities, "exercises.timing", "from django.utils import timezone"),
    (impurities, "exercises.timing", "from exercises.models import Phase"),
    (impurities, "exercises.figures.rig", "import time"),
    (impurities, "exercises.timing", "import datetime\nstart = datetime.datetime.now()"),
    (impurities, "exercises.timing", "from datetime import date\nstart = date.today()"),
    (layer_breaches, "tracking.models", "from tracking.forms import SessionForm"),
    (layer_breaches, "tracking.forms", "from tracking.api import router"),
    (layer_breaches, "exercises.timing", "from exercises import models"),
    (layer_breaches, "tracking.api", "from tracking.views.practice import today"),
    (layer_breaches, "exercises.admin", "from exercises import views"),
    (relative_imports, "exercises.views", "from . import models"),
    (relative_imports, "exercises.views", "from .models import Exercise"),
    (borrowed_privates, "tracking.forms", "from tracking.models import _secret"),
    (borrowed_privates, "tracking.forms", "from tracking import models\nmodels._secret()"),
    (borrowed_privates, "tracking.forms", "import tracking.models\ntracking.models._secret()"),
    (signal_receivers, "tracking.models", "from django.dispatch import receiver"),
    (signal_receivers, "tracking.models", "from django.db.models.signals import post_save"),
    (signal_receivers, "tracking.models", "from django.db.models import signals"),
    (vague_names, "tracking.utils", ""),
    (oversized, "tracking.forms", "\n" * (MODULE_LINES + 1)),
    (oversized, "tracking.forms", LONG_FUNCTION),
]
GOOD = [
    ("tracking.forms", "from exercises.models import Exercise\nfrom exercises import timing"),
    ("tracking.models", "from exercises.timing import seconds\nfrom django.db import models\nmodels.Model._meta"),
    ("exercises.timing", "from __future__ import annotations\nfrom exercises.doses import Dose\nimport math"),
    ("backcare.urls", "from backcare import views\nfrom django.urls import path"),
    ("backcare.api", "from exercises.api import router\nfrom tracking import api"),
    ("exercises.urls", "from exercises import views"),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_source_keeps_the_rule(check: type) -> None:
    assert [breach for module in MODULES for breach in check(module)] == []


@pytest.mark.parametrize(("check", "name", "source"), BAD)
def test_breach_is_found(check: type, name: str, source: str) -> None:
    assert list(check(Module(name, source)))


@pytest.mark.parametrize(("name", "source"), GOOD)
def test_what_is_allowed_passes_every_check(name: str, source: str) -> None:
    assert [breach for check in CHECKS for breach in check(Module(name, source))] == []


def test_every_check_is_tried_on_a_breach() -> None:
    assert {check for check, _, _ in BAD} == set(CHECKS)


def test_pure_modules_exist() -> None:
    assert [name for name in PURE if name not in NAMES] == []

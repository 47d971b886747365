"""The bench's table: figures as medians over the laps, ratios with their range, goals beside them."""

from collections.abc import Iterator, Mapping
from statistics import median

from tests.bench.measure import Measured
from tests.bench.plan import Page

GROWTH = 1.3  # a page for ten years of sessions, over itself for one
YEAR, TEN_YEARS = "730", "7300"
HEAD = (
    f"{'page':<26}{'sessions':>9}{'req/s':>8}{'p50':>7}{'p95':>7}{'p99':>7} ms{'queries':>8}{'kB gz':>7}"
    f"{'x (b)':>7}{'x (c)':>7}  {'range':<13}{'CPU':>6}{'goal':>6}"
)


def table(measured: Mapping[Page, Measured]) -> str:
    """Return a line for each page. CPU: the processor time of worker and database, in floors."""
    return "\n".join([HEAD, *(line(page, found) for page, found in measured.items())])


def line(page: Page, found: Measured) -> str:
    rate, p50, p95, p99 = (
        median(getattr(figures, name) for figures in found.figures) for name in ("rate", "p50", "p95", "p99")
    )
    ratio, spread = median(found.ratios), f"{min(found.ratios):.2f}–{max(found.ratios):.2f}"
    goal = "" if page.limit is None else f"{page.limit:>6}{'' if ratio <= page.limit else '  MISSED'}"
    cpu = median(found.cpu)
    wrong = sum(figures.errors for figures in found.figures)
    goal += f"  {wrong} WRONG ANSWERS" if wrong else ""
    return (
        f"{page.name:<26}{page.who:>9}{rate:>8.0f}{p50:>7.1f}{p95:>7.1f}{p99:>7.1f}   {page.queries:>8}"
        f"{page.size / 1000:>7.1f}{median(found.constant):>7.1f}{ratio:>7.2f}  {spread:<13}{cpu:>6.2f}{goal}"
    )


def growths(measured: Mapping[Page, Measured]) -> Iterator[str]:
    """Yield a line for each page that was measured with one year and with ten."""
    ratios = {(page.name, page.who): median(found.ratios) for page, found in measured.items()}
    for (name, who), ratio in ratios.items():
        if who == TEN_YEARS and (name, YEAR) in ratios:
            grown = ratio / ratios[name, YEAR]
            missed = (
                "" if not name.startswith("progress") else f"  goal {GROWTH}{'' if grown <= GROWTH else '  MISSED'}"
            )
            yield f"{name}: with ten years {grown:.2f} x itself with one{missed}"

"""Pictures of every page into docs/screenshots: `python -m tests.browser.screenshots [NAME ...]` (`make screenshots`)."""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from model.predictor import Predictor
from tests.browser.browsing import NARROW, WIDE, Visit, browsers, missing
from tests.browser.lived_in import live_in
from tests.browser.places import Place, places
from tests.browser.service import running

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
KINDS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "narrow": {"viewport": NARROW, "color_scheme": "light"},
}
MOST_PIXELS_HIGH = {"light": 2_000, "dark": 1_000, "narrow": 1_800}
MOST_BYTES = 150_000


def small(png: bytes, high: int) -> bytes:
    """Return a picture cut at a height, in as many colours as fit into `MOST_BYTES`."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, high)))
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def take(browser: Browser, address: str, known: list[Place], folder: Path) -> None:
    """Take the pictures of some pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, options in KINDS.items():
        for who in dict.fromkeys(each.who for each in known):
            visit = Visit(browser, address, **options)
            if who:
                visit.sign_in(who)
            for place in (each for each in known if each.who == who):
                place.open(visit.page)
                png = visit.page.screenshot(full_page=True, animations="disabled")
                (folder / f"{place.name}-{kind}.png").write_bytes(small(png, MOST_PIXELS_HIGH[kind]))
            visit.close()


def main(names: list[str]) -> None:
    """Take the pictures that are named, or all."""
    if lacking := missing():
        sys.exit(f"No pictures: this machine lacks {lacking}.")
    with TemporaryDirectory() as folder, running(Path(folder), Predictor.load()) as service:
        known = [each for each in places(service, live_in(service)) if not names or each.name in names]
        with browsers() as browser:
            take(browser, service.address, known, FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])

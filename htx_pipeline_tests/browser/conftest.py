"""One UI and one browser for all tests; each test gets a page, and finds what it needs built."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from htx_pipeline_tests.browser import dev as ui
from htx_pipeline_tests.browser.dev import Dev, until
from htx_pipeline_tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REQUIRED = "HTX_REQUIRE_BROWSER"
SCREENSHOTS = "HTX_SCREENSHOTS"
_PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed: apt-get install chromium (or .ci/install)"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason}; {REQUIRED}=1 requires it")
        pytest.skip(reason)
    # a browser does not sandbox what root runs
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--disable-gpu", *as_root]
        )
        expect.set_options(timeout=_PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def dev(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """``make ui``, which is not started where there is no browser."""
    assert browser.is_connected()
    with ui.at_work(tmp_path_factory.mktemp("ui")) as dev:
        yield dev


@contextlib.contextmanager
def somebody(browser: Browser, dev: Dev) -> Iterator[Person]:
    album = Path(os.environ.get(SCREENSHOTS) or ui.ROOT / "screenshots")
    album.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(browser.new_page(locale="en-GB")) as page:
        page.set_default_timeout(_PATIENCE_MS)
        yield Person(page, dev.address, album)


@pytest.fixture(scope="module")
def first_look(dev: Dev, browser: Browser) -> str:
    """What the page of the reports says before anything has run."""
    with somebody(browser, dev) as person:
        page = person.goes_to("/assets/report_readings?view=partitions")
        expect(page.get_by_text("Missing (5)")).to_be_visible()
        person.keeps("reports-before-anything-has-run")
        return page.locator("body").inner_text()


@pytest.fixture(scope="module")
def launched(dev: Dev, browser: Browser, first_look: str) -> str:
    """The address of the page that tells how the first materialisation of everything goes on."""
    assert first_look
    with somebody(browser, dev) as person:
        return person.materialises_all(reports=5)


@pytest.fixture(scope="module")
def materialised(dev: Dev, launched: str) -> str:
    """The same, when its last run has ended well."""
    dev.release_after(())
    return launched


@pytest.fixture
def person(
    dev: Dev, browser: Browser, first_look: str, request: pytest.FixtureRequest
) -> Iterator[Person]:
    """Somebody who comes after the first look; what they saw last is kept if a test fails."""
    assert first_look
    failed = request.session.testsfailed
    with somebody(browser, dev) as person:
        yield person
        if request.session.testsfailed > failed:
            person.takes_picture(f"failed-{request.node.name}")


@pytest.fixture
def built(dev: Dev, person: Person, materialised: str) -> None:
    """What lies in the data folder is released, and nothing has happened since."""
    assert materialised
    if not dev.is_built():
        before = dev.runs()
        person.materialises_all(reports=5)
        dev.release_after(before)


@pytest.fixture
def data(dev: Dev, materialised: str) -> Iterator[Path]:
    """The data folder, to be changed; it is put back when no run is at work any more."""
    assert materialised
    kept = dev.data.with_name("kept")
    ui.copy(dev.data, kept)
    yield dev.data
    until(dev.is_at_rest, "no run is at work")
    ui.copy(kept, dev.data)

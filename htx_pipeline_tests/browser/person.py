"""What a person does in the UI, by the words that stand on the page."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from htx_pipeline.orchestration.automation import watch_raw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

_WIDTH = 1500
_LOADING = re.compile(r"^Loading .+…$")
SENSOR = f"/locations/htx_pipeline/sensors/{watch_raw.name}"


@dataclass(frozen=True)
class Person:
    """Somebody with a browser, and a folder for pictures of what they saw."""

    page: Page
    address: str
    album: Path

    def goes_to(self, path: str, *, height: int = 1000) -> Page:
        """Lists hold only the rows that are in view: a higher window holds more of them."""
        self.page.set_viewport_size({"width": _WIDTH, "height": height})
        self.page.goto(self.address + path)
        return self.page

    def keeps(self, name: str, seen: Locator | None = None) -> None:
        """A picture of the page when it has loaded, with ``seen`` in view."""
        expect(self.page.get_by_text(_LOADING)).to_have_count(0)
        if seen is not None:
            seen.scroll_into_view_if_needed()
        self.takes_picture(name)

    def takes_picture(self, name: str) -> None:
        """The page as it is now."""
        self.page.screenshot(path=self.album / f"{name}.png", animations="disabled")

    def opens_check(self, asset: str, check: str) -> Page:
        """From the asset to the list of its checks, and there to the one."""
        page = self.goes_to(f"/assets/{asset}")
        page.get_by_role("tab", name="Checks", exact=True).click()
        page.get_by_placeholder("Filter checks").fill(check)
        page.get_by_title(check, exact=True).click()
        expect(page.get_by_text("Latest execution")).to_be_visible()
        return page

    def materialises_all(self, reports: int) -> str:
        """Everything, of all reports. The address of the page that tells how it goes on."""
        page = self.goes_to("/asset-groups")
        page.get_by_role("button", name="Materialize all").click()
        dialog = page.get_by_role("dialog")
        self._selects_all(dialog, f"{reports} partitions selected")
        self.keeps("materialise-all", dialog)
        dialog.get_by_role("button", name="Launch backfill").click()
        expect(page.get_by_text("Created backfill")).to_be_visible()
        latest = self.goes_to("/runs").locator("a[href*='/runs/b/']").first
        return str(latest.get_attribute("href"))

    def materialises(self, report: str) -> None:
        """One report."""
        page = self.goes_to(f"/assets/report_readings?view=partitions&partition={report}")
        page.get_by_role("button", name="Materialize…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Launch 1 run").click()
        expect(dialog).to_be_hidden()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """With the sensor on ``data/raw`` turned on."""
        self._turns_sensor(on=True)
        try:
            yield
        finally:
            self._turns_sensor(on=False)

    def _turns_sensor(self, *, on: bool) -> None:
        page = self.goes_to(SENSOR)
        switch = page.get_by_role("checkbox")
        expect(switch).to_be_checked(checked=not on)
        page.locator("label").filter(has=switch).click()
        expect(switch).to_be_checked(checked=on)

    def _selects_all(self, dialog: Locator, then: str) -> None:
        """The dialog is there before it knows the partitions, and "All" is then all of none."""
        every = dialog.get_by_role("button", name="All", exact=True)
        every.click()
        selected = dialog.get_by_text(then)
        for _ in range(30):
            if selected.count():
                break
            self.page.wait_for_timeout(1000)
            every.click()
        expect(dialog).to_contain_text(then)

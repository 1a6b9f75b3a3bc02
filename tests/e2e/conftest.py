"""The running app, started as `make run` starts it, and a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_server import free_port, serve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and os.environ.get("CI") != "true":
        for item in items:
            if "e2e" in str(item.path):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; install it to run these tests"))


@pytest.fixture(scope="session")
def address(guide_home: Path) -> Iterator[str]:
    """Address of a server with the embedded chat model over the shipped guide."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("EYELEVEL_CHAT_MODEL", raising=False)
        port = free_port()
        with serve(port, {"EYELEVEL_HOME": str(guide_home)}):
            yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "CI must have Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page

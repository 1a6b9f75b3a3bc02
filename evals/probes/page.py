"""The web app from the outside: how soon its first page is there, and passages after a question.

Starts `eyelevel serve` itself. The heading and the passages are looked for in a real Chromium, where one is.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from evals.probes.program import finish, read_json

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SECONDS = 60.0
PILLS = '[data-testid="stButtonGroup"] button:has-text("1")'


def main(requests: str) -> None:
    """Seconds from process start to health, first HTML, first heading; and from Enter to passages on screen."""
    browser = _browser()
    if browser is None:
        with serving() as (began, url, server):
            found = _plain(began, url) | {"rss": _memory(server)}
        finish(found)
    with browser as chromium, serving() as (began, url, server):
        found = _plain(began, url)
        page = chromium.new_page()
        page.set_default_timeout(1000 * SECONDS)
        page.goto(url)
        page.locator("h1").first.wait_for()
        found["heading"] = time.perf_counter() - began
        times = [_ask(page, url, row["question"]) for row in read_json(requests)]
        found["passages"] = times[1:]  # the first question waited for the models to be loaded
        found["rss"] = _memory(server)
    finish(found)


def _plain(began: float, url: str) -> dict[str, Any]:
    return {"health": answers(f"{url}/_stcore/health", began), "html": answers(url, began)}


@contextlib.contextmanager
def serving(**environment: str) -> Iterator[tuple[float, str, int]]:
    """When the process was started, its address and its number. It also gets this environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("eyelevel")), "serve", "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield began, f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _memory(server: int) -> float:
    """Megabytes that the server and its children have in use."""
    process = psutil.Process(server)
    return float(sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))) / 1e6


def answers(url: str, began: float) -> float:
    """Seconds from then to the first answer of this address."""
    while time.perf_counter() - began < SECONDS:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as response:
            if response.status == 200:
                return time.perf_counter() - began
        time.sleep(0.02)
    raise SystemExit(f"{url} does not answer")


@contextlib.contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _browser() -> "contextlib.AbstractContextManager[Any] | None":
    try:
        import playwright  # noqa: F401
    except ImportError:
        return None
    return _chromium() if CHROMIUM else None


def _ask(page: Any, url: str, question: str) -> float | None:
    """Seconds from Enter to the passages' pills, in a new conversation; None where none came: it was declined.

    Returns when the answer is whole, so that its writing does not slow the next question.
    """
    page.goto(url)
    box = page.locator("textarea")
    box.wait_for()
    page.wait_for_timeout(500)
    box.fill(question)
    began = time.perf_counter()
    box.press("Enter")
    try:
        page.locator(PILLS).first.wait_for(timeout=1000 * SECONDS)
    except Exception:  # playwright's own TimeoutError
        return None
    passed = time.perf_counter() - began
    page.get_by_role("button", name="Stop").wait_for(state="detached", timeout=3000 * SECONDS)
    return passed


if __name__ == "__main__":
    main(*sys.argv[1:])

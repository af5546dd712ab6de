"""A browser without a network."""

import os
import shutil

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium; without one the tests are skipped, in CI they fail."""
    path = shutil.which("chromium")
    if path is None:
        message = "no chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sure_report(tmp_path_factory):
    """The page of a study with a bootstrap, alone in its folder, in Chinese."""
    from tanshi.report.page import render_page
    from tanshi.study import build_scenario, run_study

    class Unheard:
        def start(self, total):
            """Take the number of steps."""

        def step(self):
            """Take one step."""

    content = {
        "frontier": {"taus": [0.25, 0.75], "bootstrap": 24},
        "report": {"sensitivity": False, "alternatives": True},
    }
    result = run_study(build_scenario(content), command="tanshi study", progress=Unheard())
    file = tmp_path_factory.mktemp("alone") / "report.html"
    file.write_text(render_page(result, "zh"), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def opened(chromium):
    """Open a file in a window of some width, offline; hear of everything that goes wrong."""
    contexts = []

    def open_page(file, width=1280):
        context = chromium.new_context(offline=True, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.complaints = []
        page.asked_for = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.asked_for.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_function("window.tanshiChartsDrawn > 0")
        return page

    yield open_page
    for context in contexts:
        context.close()

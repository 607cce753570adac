"""`mkdocs serve` never ends and never hangs: what is wrong is the page until it is mended, and every change is seen without a restart.

One server for all tests. Each test breaks one thing and mends it, so that they do not depend on each other.
"""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from html_page import read_html
from invented import copy_base
from projects import environment
from repository import buildable

RISK = "aims_data/risks/R-001.yaml"
PATIENCE = 60.0  # seconds for one rebuild, on a slow and busy machine
PAGES = ("index.html", "soa.html", "risks.html", "clauses/4.html", "policy.html")
GENERATED = ("risks/R-001.html", "systems/SYS-01.html", "controls/A.2.2.html")
SOUND = {
    "index.html": "May I use it?",
    "soa.html": "A.2.2",
    "risks.html": "R-001",
    "clauses/4.html": "4.1 Knowing where we are",
    "policy.html": "We take care.",
}


@dataclass
class Serving:
    """A running `mkdocs serve` and the project it serves."""

    project: Path
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> str:
        """The page as text; an error page counts as a page. Raises OSError while the server does not answer."""
        try:
            with urllib.request.urlopen(f"{self.address}/{path}", timeout=PATIENCE) as answer:
                html = answer.read().decode()
        except urllib.error.HTTPError as error:
            html = error.read().decode()
        file = self.project.parent / "page.html"
        file.write_text(html, encoding="utf-8")
        return read_html(file, file.parent).words

    def until(self, path: str, sound: Callable[[str], bool], what: str) -> str:
        """Ask for a page until it is as it should be; fail after `PATIENCE`."""
        end, words = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the server ended while waiting for {what}:\n{self.tail()}"
            with contextlib.suppress(OSError):
                words = self.get(path)
                if sound(words):
                    return words
            time.sleep(0.2)
        raise AssertionError(f"{path} did not show {what} within {PATIENCE:.0f} s; it shows: {words[-600:]}\n{self.tail()}")

    def until_sound(self) -> None:
        """Wait for the portal to be back on every page."""
        for path, word in SOUND.items():
            self.until(path, lambda words, word=word: word in words and "has to be mended" not in words and "cannot be built" not in words, "the portal")
        for path in GENERATED:
            id = Path(path).stem
            self.until(path, lambda words, id=id: words.startswith(id), "the page of the record")

    def tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    @contextlib.contextmanager
    def changed(self, name: str, change: Callable[[str], str]) -> Iterator[None]:
        """A file with another content, and afterwards as it was before."""
        file = self.project / name
        before = file.read_text(encoding="utf-8")
        file.write_text(change(before), encoding="utf-8")
        try:
            yield
        finally:
            file.write_text(before, encoding="utf-8")


def with_unknown_key(text: str) -> str:
    return text.rstrip("\n") + "\ncolour: red\n"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that begins with broken data, shows the list from the first build on, and then, mended, the portal."""
    folder = tmp_path_factory.mktemp("serve")
    project, log = buildable(copy_base(folder)), folder / "log.txt"
    (project / "docs/index.md").write_text("# May I use it?\n\n{{ finder() }}\n", encoding="utf-8")
    (project / "docs/glossary.md").write_text("# Glossary\n\n{{ glossary() }}\n", encoding="utf-8")
    portal = project / "aims_data/documents/AIMS-PRT-01.yaml"
    portal.write_text(portal.read_text(encoding="utf-8").replace("docs/index.md", "docs/index.md, docs/glossary.md"), encoding="utf-8")
    risk = project / RISK
    sound = risk.read_text(encoding="utf-8")
    risk.write_text(with_unknown_key(sound), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", place]
        process = subprocess.Popen(command, cwd=project, env=environment(), stdout=output, stderr=subprocess.STDOUT)
    running = Serving(project, f"http://{place}", process, log)
    try:
        shows_list(running, PAGES, RISK, with_unknown_key(sound).count("\n"))
        risk.write_text(sound, encoding="utf-8")
        running.until_sound()
        yield running
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)


def shows_list(serving: Serving, pages: tuple[str, ...], file: str, line: int) -> None:
    """Every page is the list with the file and the line."""
    for path in pages:
        serving.until(path, lambda words: bool(re.search(rf"{re.escape(file)}\s*(?::|line )\s*{line}\b", words)), f"the error of {file}, line {line}")


def test_a_wrong_value_is_listed_on_every_page_and_mending_it_brings_the_portal_back(serving: Serving) -> None:
    """Also in place of the pages of records, where somebody who edits a record looks; and a strange file name does not break the list."""
    sound = (serving.project / RISK).read_text(encoding="utf-8")
    strange = serving.project / "aims_data/risks/R 007 (copy) ä.yaml"
    with serving.changed(RISK, with_unknown_key):
        strange.write_text(sound, encoding="utf-8")
        try:
            shows_list(serving, PAGES, RISK, len(sound.splitlines()) + 1)
            serving.until("index.html", lambda words: strange.name in words, "the name of the second file")
            shows_list(serving, GENERATED, RISK, len(sound.splitlines()) + 1)
        finally:
            strange.unlink()
    serving.until_sound()


def test_data_pages_templates_and_python_are_picked_up_without_a_restart(serving: Serving) -> None:
    def with_probe(text: str) -> str:
        return text + "\n\nA probe in the template.\n"

    def with_wrapper(text: str) -> str:
        return text + "\n\nimport dataclasses\n\n_soa = soa\n\n\ndef soa(build):\n    return dataclasses.replace(_soa(build), own=-99)\n"

    with (
        serving.changed("aims_data/risks/R-001.yaml", lambda text: re.sub(r"(?m)^title: .*$", "title: A probe in the data", text)),
        serving.changed("docs/policy.md", lambda text: text + "\n\nA probe in the page, see [[R-001]].\n"),
        serving.changed("macros/templates/soa.md.j2", with_probe),
    ):
        serving.until("soa.html", lambda words: "A probe in the template." in words, "the changed template")
        serving.until("policy.html", lambda words: "A probe in the page, see R-001 A probe in the data." in words, "the changed page")
        serving.until("risks/R-001.html", lambda words: words.startswith("R-001 A probe in the data"), "the changed data")
        with serving.changed("macros/views/controls.py", with_wrapper):
            serving.until("soa.html", lambda words: "-99 of our own" in words, "the changed view")
    serving.until_sound()


def test_a_mistake_in_python_is_the_page_until_it_is_mended(serving: Serving) -> None:
    with serving.changed("macros/facts.py", lambda text: text + "\n\ndef broken(:\n"):
        for path in PAGES[:2]:
            serving.until(path, lambda words: "SyntaxError" in words and "facts.py" in words, "the mistake in the code")
        assert "facts.py" in serving.tail() and "SyntaxError" in serving.tail(), "the terminal shows it, too"
    serving.until_sound()


@pytest.mark.parametrize(
    ("template", "mistake", "page", "shown"),
    [
        ("soa.md.j2", '{{ today["100% so"] }}', "soa.html", "100% so"),  # mkdocs-macros formats its message with %
        ("glossary.md.j2", "\n" * 500 + "{% if %}", "glossary.html", "glossary.md.j2"),  # and looks for the line of a syntax error in the page
        ("risk.md.j2", "{{ no_such_value }}", "index.html", "no_such_value"),  # a generated page
    ],
)
def test_a_mistake_in_a_template_never_hangs_the_server(serving: Serving, template: str, mistake: str, page: str, shown: str) -> None:
    with serving.changed(f"macros/templates/{template}", lambda text: f"{text}\n{mistake}\n"):
        serving.until(page, lambda words: shown in words, f"the mistake in {template}")
        assert "Traceback" in serving.tail() and shown in serving.tail(), "the terminal shows it, too"
    serving.until_sound()

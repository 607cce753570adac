"""The site behind a real nginx with the configuration that `aims export nginx` prints: what is kept how long, what may run, who may read."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from browsing import WIDE, as_new
from projects import Built
from published import published_tree

from macros.control.snapshots.manifest import MANIFEST, to_bytes
from macros.control.snapshots.pages import html_page
from macros.control.snapshots.root import Published, branch_root
from macros.export.nginx import Server, Unusable, configuration, script_hashes

MAIN = """\
daemon off;
master_process off;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    include {prefix}/site.conf;
}}
"""
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = "private, max-age=31536000, immutable"
SHORT = "private, max-age=60, must-revalidate"


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Message
    body: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """Show the redirection instead of following it."""


def ask(address: str, method: str = "GET", **headers: str) -> Answer:
    """One request, without following a redirection. Certificates are not checked: the test makes its own."""
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=careless), urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, method=method, headers=headers), timeout=10) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(nginx: str, prefix: Path, site: str, port: int) -> Iterator[None]:
    """A real nginx with a site's configuration and everything that it writes below `prefix`."""
    prefix.mkdir()
    (prefix / "site.conf").write_text(site, encoding="utf-8")
    (prefix / "nginx.conf").write_text(MAIN.format(prefix=prefix), encoding="utf-8")
    command = [nginx, "-p", str(prefix), "-e", str(prefix / "error.log"), "-c", str(prefix / "nginx.conf")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0 and "[warn]" not in tried.stderr, tried.stderr
    with subprocess.Popen(command) as process:
        try:
            _wait_for(port, process, prefix)
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes], prefix: Path) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"nginx did not start: {(prefix / 'error.log').read_text(encoding='utf-8')}", pytrace=False)


@pytest.fixture(scope="session")
def served(site: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `aims publish` writes it: snapshots of the smallest project, the project itself as `next/`, and what lies beside them."""
    folder = published_tree().copy(tmp_path_factory.mktemp("nginx") / "served").folder
    shutil.copytree(site.folder, folder / "next", copy_function=os.link)
    index = folder / "next/search/search_index.json"
    searched = json.loads(index.read_bytes())
    index.unlink()  # it is the site's too
    searched["docs"] = [entry for entry in searched["docs"] if entry["location"].startswith("impact-assessment.html")]  # the whole takes a second on every page
    index.write_text(json.dumps(searched), encoding="utf-8")
    listed = json.loads((folder / "versions.json").read_bytes())
    (folder / "versions.json").write_text(json.dumps([{"version": "next", "title": "next", "aliases": []}, *listed]), encoding="utf-8")
    (folder / "index.html").write_bytes(branch_root(())["index.html"])
    (folder / "404.html").write_text(html_page("not_found.html.j2", root=""), encoding="utf-8")
    (folder / ".aims-published").write_text("{}", encoding="utf-8")
    (folder / "2026.1/disposal.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def serving(nginx: str, served: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[str]]:
    """`with serving(audience="public") as address:` serves the folder with other options."""

    @contextmanager
    def serve(**options: Any) -> Iterator[str]:
        port = free_port()
        server = replace(Server("localhost", served.as_posix(), listen=f"127.0.0.1:{port}"), **options)
        with running(nginx, tmp_path_factory.mktemp("nginx") / "prefix", configuration(server, served), port):
            yield f"http://127.0.0.1:{port}"

    return serve


@pytest.fixture(scope="session")
def address(serving: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address under which nginx serves the folder."""
    with serving() as found:
        yield found


@pytest.mark.parametrize(
    ("path", "status", "kind", "kept"),
    [
        ("/2026.1/risks.html", 200, "text/html; charset=utf-8", YEAR),
        ("/2026.1/assets/aims.css", 200, "text/css; charset=utf-8", YEAR),
        ("/2026.2/manifest.json", 200, "application/json; charset=utf-8", YEAR),
        ("/2026.1/", 200, "text/html; charset=utf-8", "no-cache"),  # says so when the snapshot is disposed of
        ("/2026.1/index.html", 200, "text/html; charset=utf-8", "no-cache"),
        ("/2026.1/disposal.json", 200, "application/json; charset=utf-8", "no-cache"),
        ("/latest/", 200, "text/html; charset=utf-8", SHORT),
        ("/latest/risks.html", 200, "text/html; charset=utf-8", SHORT),
        ("/next/search/search_index.js", 200, "text/javascript; charset=utf-8", SHORT),
        ("/versions.json", 200, "application/json; charset=utf-8", "no-cache"),
        ("/", 200, "text/html; charset=utf-8", "no-cache"),
        ("/index.html", 200, "text/html; charset=utf-8", "no-cache"),
        ("/snapshots.css", 200, "text/css; charset=utf-8", "no-cache"),
        ("/2026.1/no-such-page.html", 404, "text/html; charset=utf-8", "no-store"),
        ("/2026.9/", 404, "text/html; charset=utf-8", "no-store"),
        ("/2026.1/assets/", 403, "text/html; charset=utf-8", "no-store"),  # no listing
        ("/.aims-published", 404, "text/html; charset=utf-8", "no-store"),
        ("/latest", 301, "text/html", "no-cache"),
    ],
)
def test_every_answer_says_what_it_is_and_how_long_it_may_be_kept(address: str, path: str, status: int, kind: str, kept: str) -> None:
    answer = ask(address + path)
    assert (answer.status, answer.headers["Content-Type"], answer.headers.get_all("Cache-Control")) == (status, kind, [kept])
    assert {name: answer.headers[name] for name in SAFE} == SAFE
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
    assert answer.headers["Server"] == "nginx", "the version is nobody's business"


def test_a_missing_page_is_answered_with_a_way_on(address: str) -> None:
    assert b'href="/index.html"' in ask(address + "/2026.1/gone.html").body


def test_a_folder_leads_to_its_slash_and_writing_is_refused(address: str) -> None:
    assert ask(address + "/latest").headers["Location"] == "/latest/"
    assert {ask(address + "/versions.json", method).status for method in ("POST", "PUT", "DELETE")} == {405}
    assert ask(address + "/..%2f..%2fetc/passwd").status in {400, 404}


def test_a_link_out_of_the_folder_is_not_followed(address: str, served: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("secret", encoding="utf-8")
    link = served / "next" / "linked.html"
    link.symlink_to(secret)
    try:
        answer = ask(address + "/next/linked.html")
    finally:
        link.unlink()
    assert answer.status == 403 and b"secret" not in answer.body


def test_an_unchanged_page_costs_one_short_answer(address: str) -> None:
    first = ask(address + "/latest/risks.html")
    again = ask(address + "/latest/risks.html", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body, again.headers["Cache-Control"]) == (304, b"", SHORT)


def test_the_policy_names_three_scripts_and_nothing_unsafe(address: str) -> None:
    policy = dict(part.split(" ", 1) for part in ask(address + "/latest/").headers["Content-Security-Policy"].split("; "))
    own, *hashes = policy["script-src"].split(" ")
    assert own == "'self'" and len(hashes) == 3 and all(value.startswith("'sha256-") for value in hashes)
    assert policy["style-src"] == "'self'"
    assert "unsafe" not in str(policy) and "*" not in str(policy)


def test_only_the_public_edition_may_be_kept_by_caches_between(serving: Callable[..., AbstractContextManager[str]]) -> None:
    with serving(audience="public") as address:
        assert ask(address + "/2026.1/risks.html").headers["Cache-Control"] == YEAR.replace("private", "public")
        assert ask(address + "/latest/risks.html").headers["Cache-Control"] == SHORT.replace("private", "public")


def test_a_password_file_keeps_readers_out(serving: Callable[..., AbstractContextManager[str]], tmp_path: Path) -> None:
    words = tmp_path / "readers"
    words.write_text("auditor:{PLAIN}a long word\n", encoding="utf-8")
    with serving(password_file=str(words)) as address:
        for path in ("/", "/versions.json", "/2026.1/risks.html", "/2026.1/gone.html"):
            answer = ask(address + path)
            assert (answer.status, answer.headers["Cache-Control"]) == (401, "no-store"), path
        assert ask(address + "/2026.1/risks.html", Authorization="Basic YXVkaXRvcjphIGxvbmcgd29yZA==").status == 200


def test_with_a_certificate_it_speaks_https_only(nginx: str, served: Path, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl to make a certificate with")
    make = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "all.pem")
    subprocess.run([openssl, *make], cwd=tmp_path, check=True, capture_output=True)
    server = Server("localhost", served.as_posix(), certificate=f"{tmp_path}/all.pem", key=f"{tmp_path}/key.pem")
    plain, secure = free_port(), free_port()
    text = configuration(server, served)
    for number, port in (("80", plain), ("443", secure)):  # ports that nobody needs to be root for
        text = (
            text.replace(f"listen {number}", f"listen 127.0.0.1:{port}")
            .replace(f"    listen [::]:{number};\n", "")
            .replace(f"    listen [::]:{number} ssl http2;\n", "")
        )
    with running(nginx, tmp_path / "prefix", text, secure):
        assert ask(f"https://127.0.0.1:{secure}/latest/").headers["Strict-Transport-Security"] == "max-age=31536000"
        moved = ask(f"http://127.0.0.1:{plain}/2026.1/risks.html?q=1")
        assert (moved.status, moved.headers["Location"]) == (301, "https://localhost/2026.1/risks.html?q=1")


@pytest.mark.parametrize(
    ("option", "value"),
    [("name", "a;b"), ("name", ""), ("root", "/srv/a b"), ("root", "srv"), ("listen", "80; deny all"), ("key", "/k"), ("password_file", "/x\n}")],
)
def test_a_value_that_is_no_plain_word_is_refused(option: str, value: str) -> None:
    with pytest.raises(Unusable):
        Server(**({"name": "aims.example.org", "root": "/srv/aims"} | {option: value}))


def test_a_folder_without_pages_or_with_a_false_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="holds no start page"):
        script_hashes(tmp_path)
    (tmp_path / "index.html").touch()
    snapshot = tmp_path / "2026.1"
    snapshot.mkdir()
    (snapshot / "index.html").write_text("<p>x</p>", encoding="utf-8")
    texts = {"version": "2026.1", "purpose": "x", "audience": "auditor", "commit": "a" * 40, "date": "2026-05-01T10:00:00Z", "by": "x"}
    known = {"format": 1, "tools": {}, "documents": [], "gaps": [], "drafts": [], "files": {}, "previous": None, **texts}
    for scripts in (["sha256-x'; script-src *"], "all", [1]):
        (snapshot / MANIFEST).write_bytes(to_bytes(known | {"inline_scripts": scripts}))
        with pytest.raises(Unusable, match=r"inline_scripts.*; run `aims verify`"):
            script_hashes(tmp_path)
    (snapshot / MANIFEST).write_bytes(b"{")
    with pytest.raises(Unusable, match=r"2026\.1/manifest\.json is not readable as JSON .*; run `aims verify`"):
        script_hashes(tmp_path)
    (snapshot / MANIFEST).write_bytes(to_bytes(known | {"inline_scripts": [f"sha256-{'x' * 43}="]}))
    assert script_hashes(tmp_path) == [f"sha256-{'x' * 43}="]


# -- in the browser -------------------------------------------------------------------------------------------------------------

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Reader:
    """A page in the browser that notes everything the policy forbade and every error."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []

    def note_message(self, message: Any) -> None:
        """Remember what the console says."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def note_error(self, error: Any) -> None:
        """Remember what a script failed with."""
        self.complaints.append(str(error))

    def go(self, address: str, until: str = "networkidle") -> None:
        """Open an address and wait until all of it is there."""
        self.page.goto(address, wait_until=until)

    def found(self) -> list[str]:
        """What the browser complained about."""
        return [*self.complaints, *self.page.evaluate("window.violations")]


@pytest.fixture(scope="module")
def watching(browser: Any) -> Iterator[Any]:
    """A tab in which the browser says what the policy forbade."""
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    context.close()


@pytest.fixture
def reader(watching: Any) -> Iterator[Reader]:
    """A reader with a browser that knows of nothing."""
    one = Reader(watching)
    watching.on("console", one.note_message)
    watching.on("pageerror", one.note_error)
    yield one
    watching.remove_listener("console", one.note_message)
    watching.remove_listener("pageerror", one.note_error)
    as_new(watching)


@pytest.mark.parametrize("path", ["/next/", "/2026.2/risks.html", "/next/soa.html", "/next/roles.html", "/next/controls/A.6.2.4.html", "/gone"])
def test_a_page_passes_the_policy(address: str, reader: Reader, path: str) -> None:
    reader.go(address + path)
    missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [complaint for complaint in reader.found() if not (path == "/gone" and complaint == missing)] == []


@pytest.mark.parametrize("path", ["/index.html", "/2026.1/deep/gone.html", "/removed/index.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_outside_a_site_have_their_stylesheet(address: str, reader: Reader, served: Path, path: str, scheme: str) -> None:
    """The list, the page for what is not there, and what a disposal leaves: none may hold a style of its own."""
    one = Published(
        json.loads((served / "2026.1/manifest.json").read_bytes()), "0" * 64, {"on": "2030-01-02", "by": "A", "reason": "B", "files": 1, "bytes": 2}
    )
    (served / "removed").mkdir(exist_ok=True)
    (served / "removed/index.html").write_text(html_page("disposed.html.j2", one=one), encoding="utf-8")
    reader.page.set_viewport_size({"width": 320, "height": 700})
    reader.page.emulate_media(color_scheme=scheme)
    try:
        reader.go(address + path, until="load")  # there is no script
    finally:
        shutil.rmtree(served / "removed")
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 31, 33)"}[scheme]
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth") and reader.page.evaluate("window.violations") == []


def test_search_works_under_the_policy(address: str, reader: Reader) -> None:
    """The search runs in a worker, and its results are made by a script."""
    reader.go(address + "/next/")
    reader.page.keyboard.press("/")
    reader.page.keyboard.type("impact assessment")
    reader.page.wait_for_selector(".md-search-result__item a")
    assert reader.found() == []
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    assert reader.complaints == []


def test_light_and_dark_work_under_the_policy(address: str, reader: Reader) -> None:
    reader.go(address + "/next/risks.html")
    before = reader.page.evaluate("document.body.dataset.mdColorScheme")
    reader.page.locator("[data-md-component=palette] label:visible").click()
    assert reader.page.evaluate("document.body.dataset.mdColorScheme") != before
    reader.page.reload(wait_until="networkidle")
    assert reader.page.evaluate("document.body.dataset.mdColorScheme") != before, "an inline script puts the choice back"
    assert reader.found() == []


def test_versions_are_shown_and_chosen_under_the_policy(address: str, reader: Reader) -> None:
    reader.go(address + "/2026.1/policy.html")
    reader.page.locator("section[aria-label='About this version']", has_text="superseded by 2026.2").wait_for()
    reader.page.locator(".md-version__current").focus()
    with reader.page.expect_navigation():
        reader.page.locator(".md-version__link", has_text="2026.2").click()
    assert reader.page.url == address + "/2026.2/policy.html"
    assert reader.found() == []


def test_a_snapshot_is_verified_under_the_policy(address: str, reader: Reader) -> None:
    """Every file comes through this server, compressed or not, with its bytes untouched."""
    reader.go(address + "/2026.2/verify.html")
    reader.page.get_by_role("button", name="Verify", exact=True).click()
    reader.page.get_by_text("Consistent with itself", exact=True).and_(reader.page.locator(".state")).wait_for()
    assert reader.found() == []


def test_two_snapshots_are_compared_under_the_policy(address: str, reader: Reader) -> None:
    reader.go(address + "/latest/compare.html")
    reader.page.locator(".compare .summary", has_text="Changes from").wait_for()
    assert reader.found() == []


def test_the_policy_stops_what_the_build_did_not_make(address: str, reader: Reader, served: Path) -> None:
    """Else the tests above would show nothing."""
    page = served / "next" / "planted.html"
    page.write_text('<p id=a style="color: red" onclick="ran()">x</p><script>window.planted = 1</script><img src="http://127.0.0.2:9/x.png">', encoding="utf-8")
    try:
        reader.go(address + "/next/planted.html")
    finally:
        page.unlink()
    assert reader.page.evaluate("window.planted") is None
    assert {violation.split(" ")[0] for violation in reader.page.evaluate("window.violations")} >= {"style-src-attr", "script-src-elem", "img-src"}

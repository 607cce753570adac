"""A complete nginx configuration for a folder that `aims publish` wrote: what is kept how long, which scripts may run, who may read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from macros.control.snapshots.inline_scripts import of_pages
from macros.control.snapshots.manifest import MANIFEST
from macros.control.snapshots.pages import text_file
from macros.control.snapshots.shape import Unsound, sound

HASH = re.compile(r"sha256-[A-Za-z0-9+/]{43}=")
PATH = re.compile(r"/[\w./@+-]*", re.A)
NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
LISTEN = re.compile(r"((\d{1,3}\.){3}\d{1,3}:|\[[0-9a-fA-F:.]+\]:)?\d{1,5}|unix:/[\w./-]+", re.A)


class Unusable(Exception):
    """The folder or a value cannot be used; the text is a sentence for a person."""


@dataclass(frozen=True)
class Server:
    """What the server is to be: the host's name, the folder on it, and either an address for plain HTTP or a certificate and its key.

    `password_file`: of those who may read. `audience`: which edition it serves. Raises `Unusable` for a value that would not be one
    word in the configuration.
    """

    name: str
    root: str
    audience: str = "auditor"
    listen: str = "127.0.0.1:8080"
    certificate: str | None = None
    key: str | None = None
    password_file: str | None = None

    def __post_init__(self) -> None:
        for what, value, pattern, example in (
            ("--name", self.name, NAME, "aims.example.org"),
            ("--root", self.root, PATH, "/srv/aims"),
            ("--listen", self.listen, LISTEN, "127.0.0.1:8080"),
            ("--certificate", self.certificate, PATH, "/etc/ssl/aims.pem"),
            ("--key", self.key, PATH, "/etc/ssl/private/aims.key"),
            ("--password-file", self.password_file, PATH, "/etc/nginx/aims.htpasswd"),
        ):
            if value is not None and not pattern.fullmatch(value):
                raise Unusable(f"{what} {value!r} is not one plain word like {example}")
        if (self.certificate is None) != (self.key is None):
            raise Unusable("--certificate and --key belong together; give both or none")


def configuration(server: Server, folder: Path) -> str:
    """The text of the configuration. `folder` holds what will be served. Raises `Unusable` where that is no site."""
    shared = "public" if server.audience == "public" and server.password_file is None else "private"
    return text_file("nginx.conf.j2", **vars(server), policy=policy(script_hashes(folder)), shared=shared)


def policy(scripts: list[str]) -> str:
    """The content security policy: everything from this site only, no inline style, and no inline script but these."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'{script}'" for script in scripts)]),
            "style-src 'self'",
            "img-src 'self' data:",  # the theme's stylesheets hold its icons
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def script_hashes(folder: Path) -> list[str]:
    """The inline scripts of everything in a folder: from the manifest where a folder below has one, else from its pages. Raises `Unusable`."""
    if not (folder / "index.html").is_file():
        raise Unusable(f"{folder} holds no start page; name the folder that `aims publish` wrote, or a built site")
    found = set(of_pages(_texts(folder.glob("*.html"))))
    for below in sorted(path for path in folder.iterdir() if path.is_dir()):
        if (below / MANIFEST).is_file():
            found |= set(_in_manifest(below / MANIFEST))
        else:
            found |= set(of_pages(_texts(below.glob("**/*.html"))))
    return sorted(found)


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    return (path.read_text(encoding="utf-8", errors="replace") for path in paths)


def _in_manifest(path: Path) -> list[str]:
    """What a manifest names. A disposed snapshot keeps its manifest, and with it permissions that nothing needs any more, which is harmless."""
    try:
        scripts: list[str] = sound(path.read_bytes())["inline_scripts"]
    except Unsound as error:
        raise Unusable(f"{path} {error}; run `aims verify`") from None
    if not all(HASH.fullmatch(script) for script in scripts):
        raise Unusable(f"{path}: inline_scripts is not a list of hashes like sha256-…=; run `aims verify`")
    return scripts

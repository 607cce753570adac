"""Commands that hand the records to other programs, and the site to its readers: export codeowners, export nginx, publish."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from macros.audience import Audience
from macros.cli.base import Commands, Project, app, errors, option_groups, project_folder, read_project, stoppable, wrong_usage
from macros.cli.entering import refused
from macros.codeowners import FILE, codeowners
from macros.control.git import GitError
from macros.control.progress import progress
from macros.control.snapshots.manifest import NotAManifest
from macros.control.snapshots.publish import NotPublished
from macros.control.snapshots.publish import publish as run_publish
from macros.control.snapshots.root import NEXT
from macros.export.nginx import Server, Unusable, configuration

export = typer.Typer(cls=Commands, no_args_is_help=True, help="The same records in forms that other programs read.")
app.add_typer(export, name="export")


@export.command("codeowners")
def export_codeowners(
    project: Project = None,
    write: Annotated[bool, typer.Option("--write", help=f"Write {FILE} instead of printing.")] = False,
) -> None:
    """Print CODEOWNERS, made from roles, documents and accounts: who is asked before a change is merged."""
    aims = read_project(project, None)
    if aims.loaded.problems:
        raise wrong_usage("some files cannot be read; run `aims check` and mend them first")
    text = codeowners(aims)
    if not write:
        print(text, end="")
        return
    path = aims.project / FILE
    try:
        path.unlink(missing_ok=True)  # it may be a link
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise wrong_usage(f"{FILE} cannot be written: {error.strerror}") from None
    errors.print(f"{FILE} is written", highlight=False)


@dataclass(frozen=True)
class ServerOptions:
    """What the server is to be."""

    name: Annotated[str, typer.Option(help="Host name of the server.")]
    root: Annotated[str | None, typer.Option(help="Where that folder lies on the server; else where it lies here.", show_default=False)] = None
    audience: Annotated[Audience, typer.Option(help="Which edition it serves; only the public one may be kept by caches between.")] = Audience.auditor
    listen: Annotated[str, typer.Option(help="Address for plain HTTP, without --certificate.")] = "127.0.0.1:8080"
    certificate: Annotated[str | None, typer.Option(help="Certificate file: serve HTTPS on port 443.", show_default=False)] = None
    key: Annotated[str | None, typer.Option(help="Its key file.", show_default=False)] = None
    password_file: Annotated[str | None, typer.Option(help="Ask readers for a name and password of this file.", show_default=False)] = None


@export.command("nginx")
@option_groups
def export_nginx(
    folder: Annotated[Path, typer.Argument(help="The folder that `aims publish` wrote, or a built site: its scripts are the ones that may run.")],
    options: ServerOptions,
) -> None:
    """Print a complete nginx configuration: cache times, content security policy, types, and who may read."""
    try:
        server = Server(**vars(options) | {"root": options.root or folder.resolve().as_posix(), "audience": options.audience.value})
        print(configuration(server, folder), end="")
    except Unusable as error:
        raise wrong_usage(str(error)) from None


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Where to write what is served; made if it does not exist. Outside of the project, or public/.")],
    project: Project = None,
    audience: Annotated[Audience, typer.Option(help="Which edition: its own snapshots, and next/ built for it.")] = Audience.auditor,
) -> None:
    """Assemble what readers are served: all snapshots, latest/, and next/ built from the newest commit. Never changes the snapshots."""
    try:
        with stoppable("what is served is whole; run the same again"), progress() as step:
            done = run_publish(project_folder(project), folder, audience.value, step)
    except (NotPublished, GitError, NotAManifest) as error:
        raise refused(str(error)) from None
    versions = ", ".join(done.versions) or "no snapshot yet"
    print(f"{folder} holds the {done.audience} edition: {NEXT} ({done.commit[:12] if done.commit else 'without git'}), {versions}")

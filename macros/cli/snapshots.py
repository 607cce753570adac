"""Commands that make, copy out and remove snapshots: snapshot, archive, dispose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from macros.audience import Audience
from macros.cli.base import Project, app, option_groups, project_folder, read_project, stoppable
from macros.cli.entering import refused
from macros.control.progress import progress
from macros.control.snapshots.archive import archive as write_archive
from macros.control.snapshots.disposal import dispose as remove
from macros.control.snapshots.disposal import how_to_prune
from macros.control.snapshots.snapshot import Issued, Refused, SnapshotRequest
from macros.control.snapshots.snapshot import snapshot as make_snapshot
from macros.site import problems_of

Version = Annotated[str, typer.Argument(help="The snapshot: year and number, like 2026.1.", show_default=False)]
For = Annotated[Audience, typer.Option("--audience", help="For whom; others than the auditor see only what is classified for them.")]


@dataclass(frozen=True)
class Issue:
    """Who makes a snapshot, and of what."""

    by: Annotated[str | None, typer.Option(help="Who makes it; else the name that git knows.", show_default=False)] = None
    with_drafts: Annotated[bool, typer.Option("--with-drafts", help="Publish texts that are not approved too; it never becomes `latest`.")] = False
    audience: For = Audience.auditor
    commit: Annotated[str, typer.Option(help="Which commit it shows.")] = "HEAD"


@app.command()
@option_groups
def snapshot(
    *,
    version: Version,
    purpose: Annotated[str, typer.Option("--for", help="What it is for, like 'Stage 1 audit'.", show_default=False)],
    project: Project = None,
    issue: Issue,
) -> None:
    """Publish the state of a commit on the snapshot branch: built, sealed with a manifest, tagged, never changed again. Exit 1 if it is refused."""
    request = SnapshotRequest(version, purpose, issue.by, issue.audience.value, issue.with_drafts, issue.commit)
    with stoppable("there is no half snapshot; run the same again"), progress() as step:
        try:
            issued = make_snapshot(project_folder(project), request, problems_of, step)
        except Refused as error:
            raise refused(str(error)) from None
    print(_record_of_issue(issued))


@app.command()
def archive(
    version: Version,
    project: Project = None,
    to: Annotated[Path | None, typer.Option(help="The file to write; else aims-VERSION.zip here.", show_default=False)] = None,
    audience: For = Audience.auditor,
) -> None:
    """Write a published snapshot into one ZIP that opens without a server. Two runs give the same bytes. Exit 1 if it is refused."""
    with stoppable("no archive was written; run the same again"), progress() as step:
        try:
            path = write_archive(project_folder(project), version, to, audience.value, step)
        except Refused as error:
            raise refused(str(error)) from None
    print(f"{path} ({path.stat().st_size:,} bytes); its README.txt says how to read and verify it")


@app.command()
def dispose(
    version: Version,
    by: Annotated[str, typer.Option(help="Who disposes of it.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why, like 'Retention period over'.", show_default=False)],
    project: Project = None,
    drop_records: Annotated[bool, typer.Option("--drop-records", help="Remove aims.json too; the snapshot after it cannot be rebuilt then.")] = False,
    audience: For = Audience.auditor,
) -> None:
    """Remove the content of a snapshot whose time in aims_data/snapshots.yaml is over, and record that. Exit 1 if it is refused."""
    try:
        with stoppable("it was removed or it was not, and nothing is between; run the same again"):
            done = remove(read_project(project, None), version, by, reason, audience=audience.value, drop_records=drop_records)
    except Refused as error:
        raise refused(str(error)) from None
    one = done.record
    lines = [f"Snapshot {version}: {one['files']} files, {one['bytes']:,} bytes removed from the branch {done.branch}; the manifest and a page about it stay."]
    if done.no_rebuild:
        lines.append(f"Its aims.json is gone too: `aims verify --rebuild {done.no_rebuild}` is no longer possible.")
    lines += [
        "",
        f"The bytes still exist: in the history of {done.branch}, on the server, in every clone, every backup and every archive that was given away, until",
        "they are removed there. To remove them from a repository, run there (this ends the branch's own history; manifests and tags stay):",
        *(f"  {line}" for line in how_to_prune(done.branch, version)),
        f"and give it to the server with: git push --force origin {done.branch} (and prune there). A server that guards the branch refuses that, rightly:",
        "who runs it lifts the rule for this one push, puts it back, and records who did so, when and why. Run `aims verify --all` before; afterwards",
        "nobody can look further back. The sources stay in the history of the project itself.",
    ]
    print("\n".join(lines))


def _record_of_issue(issued: Issued) -> str:
    one = issued.published.manifest
    lines = [f"Snapshot {one['version']} ({one['purpose']}): " + ("its tag was missing and is set now" if issued.only_tag else "published")]
    lines += [
        f"  shows      commit {one['commit'][:10]} of {one['date']}",
        f"  holds      {len(one['files'])} files, {len(one['documents'])} documents, {len(one['gaps'])} gaps",
        f"  lies on    branch {issued.branch}, folder {one['version']}" + (" and latest" if issued.latest else ""),
        f"  tag        {issued.tag}",
        f"  manifest   {issued.published.digest}",
    ]
    if one["drafts"]:
        lines.append(f"  drafts     {', '.join(one['drafts'])}; therefore it is not `latest`")
    if issued.provisional:
        lines.append(f"  take note  approved only provisionally: {', '.join(issued.provisional)}")
    lines += [
        "Write the manifest's digest down where nobody who can write to this repository can change it: in the audit report, on the printed SoA.",
        f"Publish it with: git push origin {issued.branch} {issued.tag}",
    ]
    return "\n".join(lines)

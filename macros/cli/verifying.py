"""The command that verifies snapshots: verify."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from macros.audience import Audience
from macros.cli.base import Project, app, option_groups, stoppable, wrong_usage
from macros.control.progress import progress
from macros.control.snapshots.findings import Checked, Finding, Report, Verdict
from macros.control.snapshots.verify import CannotVerify, VerifyRequest, digest_in, verify_folder, verify_repository
from macros.control.snapshots.verify_tags import OPENPGP
from macros.problems import printable

MANY = 20
"""So many findings of one kind in one version are printed."""
KEPT = "the audit report, the printed Statement of Applicability, a letter"


class Format(StrEnum):
    """Output formats of `aims verify`."""

    text = "text"
    json = "json"


@dataclass(frozen=True)
class Subject:
    """What is verified."""

    version: Annotated[str | None, typer.Argument(help="The snapshot, like 2026.1; without it all of them.", show_default=False)] = None
    project: Project = None
    every: Annotated[bool, typer.Option("--all", help="All snapshots, as without a version.")] = False
    folder: Annotated[
        Path | None, typer.Option("--dir", help="A folder without git: one snapshot, an unpacked archive, or what is served.", show_default=False)
    ] = None


@dataclass(frozen=True)
class Evidence:
    """What it is held against, beside itself."""

    digest: Annotated[
        str | None, typer.Option(help="SHA-256 of manifest.json that you kept elsewhere, or its first 16 characters and more.", show_default=False)
    ] = None
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Also build it again, with the code of its commit, and compare every byte.")] = False
    signers: Annotated[
        Path | None, typer.Option(help="Your own list of keys, in the form 'allowed signers' of OpenSSH; else that of the repository.", show_default=False)
    ] = None


@app.command()
@option_groups
def verify(
    subject: Subject,
    evidence: Evidence,
    audience: Annotated[Audience, typer.Option("--audience", help="Of whose snapshots.")] = Audience.auditor,
    format: Annotated[Format, typer.Option(help="text for people, json for tools.")] = Format.text,
) -> None:
    """Check published snapshots: files, manifests, chain, tags, seals, history. Writes nothing, needs no network. Exit 1 if something is wrong."""
    if subject.every and subject.version:
        raise wrong_usage(f"--all and {subject.version} together; give one of them")
    if subject.folder and (subject.project or evidence.rebuild or evidence.signers or audience is not Audience.auditor):
        raise wrong_usage("--dir looks at a folder without a repository; leave out --project, --rebuild, --signers and --audience with it")
    try:
        digest = digest_in(evidence.digest) if evidence.digest is not None else None
        request = VerifyRequest(subject.version, digest, audience.value, evidence.rebuild, evidence.signers)
        with stoppable("there is no result; nothing was changed, and it can be run again"), progress() as step:
            report = verify_folder(subject.folder, request, step) if subject.folder else verify_repository(_repository(subject.project), request, step)
    except CannotVerify as error:
        raise wrong_usage(str(error)) from None
    if format is Format.json:
        print(json.dumps(_plain(report), indent=2, ensure_ascii=False))
    else:
        _print(report, evidence.signers)
    if report.verdict is Verdict.wrong:
        raise typer.Exit(1)


def _repository(given: Path | None) -> Path:
    """The folder whose repository is meant: the given one, else the nearest project upwards, else this one, as in a clone without a work tree."""
    if given is not None:
        if not given.is_dir():
            raise wrong_usage(f"--project {given}: there is no such folder")
        return given.resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "mkdocs.yml").is_file()), here)


# -- what is printed ------------------------------------------------------------------------------------------------------------


def _print(report: Report, signers: Path | None) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    for one in report.checked:
        console.print("\n".join(_version(one)))
    for title, findings in (("Good to know", report.notices), ("Wrong", report.problems)):
        if findings:
            console.print(f"\n{title}")
        for line in _lines(findings):
            console.print(line)
    console.print()
    for line in _result(report, signers):
        console.print(line)


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings, of many of one kind in one version the first ones and how many more there are."""
    counts = Counter[tuple[str, str | None]]()
    for finding in findings:
        kind = (finding.rule, finding.version)
        counts[kind] += 1
        if counts[kind] <= MANY:
            yield str(finding)
    for (rule, version), count in counts.items():
        if count > MANY:
            yield f"{version or 'root'}: {count - MANY} more of this kind ({rule}); `aims verify --format json` lists all"


def _version(one: Checked) -> Iterator[str]:
    yield printable(f"{one.version}  {one.purpose}").rstrip()
    if one.digest:
        files = f", {one.files} files" if one.files else ""
        yield f"    manifest {one.digest}{files}{', content removed in a recorded disposal' if one.disposed else ''}"
    yield f"    {_words(one)}"


def _words(one: Checked) -> str:
    match one.verdict, one.why:
        case Verdict.signed, why:
            return printable(f"signed by {why}")
        case Verdict.digest, why if why:
            return f"{why}, which is the snapshot with the digest you gave"
    return one.verdict.value


def _result(report: Report, signers: Path | None) -> Iterator[str]:
    """The last lines: what may be said, what it means, and how to know more."""
    for version in report.rebuilt:
        yield f"{version} was built again from its commit: every byte is the same."
    newest = report.checked[-1].version if report.checked else ""
    match report.verdict:
        case Verdict.wrong:
            count = len(report.problems)
            yield f"Result: not verified. {count} thing{'s are' if count != 1 else ' is'} wrong, listed above with what each means."
        case Verdict.digest:
            yield f"Result: {newest} is the snapshot with the digest you gave." + (
                " The ones before it are those whose digests it names." if len(report.checked) > 1 else ""
            )
        case Verdict.signed if any(one.why.startswith(OPENPGP) for one in report.checked):
            yield "Result: signed. An OpenPGP key counts because it is on this machine: compare its fingerprint with one that you got elsewhere."
        case Verdict.signed if signers:
            yield f"Result: signed. The keys are those of your list {printable(str(signers))}."
        case Verdict.signed:
            yield "Result: signed. The keys stand in aims_data/signers.yaml of this repository: compare the fingerprint with one that you got elsewhere."
        case _:
            looked = "Files, manifests, list, tags, seals and history" if report.whole else "Files and manifests"
            yield f"Result: consistent with itself. {looked} fit together; whoever changed all of them alike would get the same result."
            yield f"To know more, compare with a digest kept elsewhere ({KEPT}): aims verify {newest} --digest DIGEST"
    if not report.whole:
        yield "In a folder only files, manifests and lists can be checked; tags, seals, signatures and history need a clone of the repository."


def _plain(report: Report) -> dict[str, object]:
    def finding(one: Finding) -> dict[str, object]:
        values = {"rule": one.rule, "version": one.version, "where": one.where, "message": one.sentence, "expected": one.expected, "found": one.found}
        return {key: printable(value) if value else value for key, value in values.items()}

    def version(one: Checked) -> dict[str, object]:
        known: dict[str, object] = {"version": printable(one.version), "purpose": printable(one.purpose), "manifest": one.digest or None, "files": one.files}
        return known | {"disposed": one.disposed, "result": one.verdict.value, "why": printable(one.why) or None}

    return {
        "result": report.verdict.value,
        "versions": [version(one) for one in report.checked],
        "problems": [finding(one) for one in report.problems],
        "notices": [finding(one) for one in report.notices],
        "rebuilt": list(report.rebuilt),
    }

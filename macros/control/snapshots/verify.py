"""`aims verify`: the snapshots of a repository, or of a folder without git, against everything that is known about them.

Nothing is written, no network is needed. What is found is a list of findings; what may be said after it is a `Verdict`, never more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from macros.audience import Audience
from macros.control.git import Git, GitError
from macros.control.progress import Step, quiet
from macros.control.snapshots.archive import SUMS
from macros.control.snapshots.branch import FULL, Branch
from macros.control.snapshots.findings import SHOWN, Checked, Finding, Read, Report, Verdict, short
from macros.control.snapshots.manifest import MANIFEST, VERSION
from macros.control.snapshots.rebuild import check_rebuild
from macros.control.snapshots.root import VERSIONS
from macros.control.snapshots.trees import FolderTree, GitTree, Tree
from macros.control.snapshots.verify_branch import Shown, check_growth, check_store, find_branch
from macros.control.snapshots.verify_chain import check_chain, versions_in
from macros.control.snapshots.verify_commit import check_commit, check_seals, main_history
from macros.control.snapshots.verify_disposal import check_disposals
from macros.control.snapshots.verify_files import Folder, check_files, check_state, read_version
from macros.control.snapshots.verify_root import check_archive, check_root
from macros.control.snapshots.verify_tags import SIGNERS, Key, Tag, check_signature, check_tags, signers_at, signers_in

DIGEST = re.compile(rf"[0-9a-f]{{{SHOWN},64}}")


class CannotVerify(Exception):
    """There is nothing here that could be verified, or what was asked for makes no sense; the text is a sentence for a person."""


@dataclass(frozen=True)
class VerifyRequest:
    """What is asked for. `version` None: all; `digest`: of a manifest, kept elsewhere, or its beginning (see `digest_in`)."""

    version: str | None = None
    digest: str | None = None
    audience: str = FULL
    rebuild: bool = False
    signers: Path | None = None
    """A file with the keys that count, instead of those that the repository names."""


def digest_in(text: str) -> str:
    """A digest as somebody typed or pasted it. Raises `CannotVerify`."""
    plain = re.sub(r"[\s:-]", "", re.sub(r"^sha-?256[:-]", "", text.strip().lower()))
    if not DIGEST.fullmatch(plain):
        raise CannotVerify(f"--digest '{text}' is no digest: give the SHA-256 of manifest.json, 64 characters 0-9 and a-f, or at least its first {SHOWN}")
    return plain


# -- a repository ---------------------------------------------------------------------------------------------------------------


def verify_repository(project: Path, request: VerifyRequest, step: Step = quiet) -> Report:
    """The snapshots of a repository: a project, a clone of it, or a bare clone. Raises `CannotVerify` where there are none."""
    try:
        top = top_of(project)
    except GitError as error:
        raise CannotVerify(f"{error}. A folder with a snapshot or an unpacked archive is verified without git: aims verify --dir FOLDER") from None
    if top is None:
        raise CannotVerify(f"{project} is not in a git repository; for a folder with a snapshot or an unpacked archive use: aims verify --dir FOLDER")
    try:
        return _repository(Git(top), request, step)
    except RecursionError:
        return _too_deep(whole=True)
    except GitError as error:
        finding = Finding("git", "repository", f"cannot be read ({error}); a part of it is missing or damaged. `git fsck` says which; get a whole clone")
        return Report((), (finding,), whole=True)


def _repository(git: Git, request: VerifyRequest, step: Step) -> Report:
    step("reading the branch")
    shown, findings = find_branch(git, request.audience)
    if shown is None:
        tags, more = check_tags(git, request.audience, ())
        if all(finding.notice for finding in more):
            name = Branch(git, request.audience).name
            raise CannotVerify(
                f"this repository has no branch {name} here or from origin, so there are no snapshots; `aims snapshot` makes the first one, "
                f"and git fetch origin {name}:{name} gets them from elsewhere"
            )
        return Report((), tuple(more), whole=True)
    tree = GitTree(git, shown.tip.id)
    versions = versions_in(tree)
    _named(request, versions)
    reads, chosen, more = _read(tree, versions, request, step)
    drafts = {read.version for read in reads if read.manifest and read.manifest["drafts"]}
    findings += [
        *more,
        *_other_audience(reads, shown.branch),
        *check_chain(reads),
        *check_root(tree, reads, lambda: step("hashing latest")),
        *check_growth(shown, drafts),
    ]
    findings += [*check_disposals(shown, reads), *([] if request.version else _other_editions(git, request.audience))]
    step("looking into git's store")
    findings += check_store(shown, {read.manifest["commit"] for read in reads if read.manifest})
    tags, more = check_tags(git, request.audience, reads)
    findings += more + _signatures(git, shown, reads, chosen, tags, request.signers)
    main = main_history(git)
    for read in chosen:
        if read.manifest:
            step(f"{read.version}: commit, versions and seals")
            findings += [*check_commit(git, read, main), *check_seals(git, read)]
    rebuilt = []
    if request.rebuild:
        for read in chosen:
            step(f"{read.version}: building it again")
            more = check_rebuild(git, tree, reads, read)
            findings += more
            rebuilt += [] if more else [read.version]
    return _report(reads, chosen, findings, request, whole=True, rebuilt=tuple(rebuilt))


def _other_editions(git: Git, audience: str) -> Iterator[Finding]:
    """The branches of other editions, which are verified by themselves."""
    for branch in (Branch(git, other.value) for other in Audience if other.value != audience):
        if branch.tip:
            sentence = f"holds the snapshots of the edition '{branch.audience}', which were not looked at; to do so: aims verify --audience {branch.audience}"
            yield Finding("edition", f"branch {branch.name}", sentence, notice=True)


def _other_audience(reads: Sequence[Read], branch: Branch) -> Iterator[Finding]:
    """Versions that were made for other readers than this branch is for."""
    for read in reads:
        if read.manifest and read.manifest["audience"] != branch.audience:
            sentence = (
                f"is of the edition '{read.manifest['audience']}', and the branch {branch.name} holds the edition '{branch.audience}'; "
                "it was put here by hand, and readers may see what is not for them"
            )
            yield Finding("manifest-audience", f"{read.version}/{MANIFEST}", sentence, read.version)


def _signatures(git: Git, shown: Shown, reads: Sequence[Read], chosen: Sequence[Read], tags: dict[str, Tag], own: Path | None) -> list[Finding]:
    """Who signed the tags; the keys are those of the file `own`, else those of the newest state of the project."""
    findings, head = list[Finding](), git.commit("HEAD")
    keys = _own_keys(own) if own else signers_at(git, head.id) if head and tags else ()
    for read in reads:
        tag = tags.get(read.version)
        if tag:
            who, more = check_signature(git, read.version, tag, shown.branch.tag(read.version), keys, str(own) if own else SIGNERS)
            read.signed_by = who if tag.digest == read.digest else ""
            findings += [finding for finding in more if not finding.notice or read in chosen]
    return findings


def _own_keys(file: Path) -> tuple[Key, ...]:
    try:
        keys = signers_in(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotVerify(f"--signers {file} cannot be read as text") from None
    if not keys:
        raise CannotVerify(f"--signers {file} names no key; each line is like: auditor@example.org ssh-ed25519 AAAA…")
    return keys


# -- a folder -------------------------------------------------------------------------------------------------------------------


def verify_folder(folder: Path, request: VerifyRequest, step: Step = quiet) -> Report:
    """A folder without git: one version, an unpacked archive, or everything that is served. Raises `CannotVerify` where it is none of them."""
    try:
        return _folder(folder, request, step)
    except RecursionError:
        return _too_deep(whole=False)


def _folder(folder: Path, request: VerifyRequest, step: Step) -> Report:
    if not folder.is_dir():
        raise CannotVerify(f"--dir {folder} is not a folder; unpack an archive first, and name the folder that it made")
    tree = FolderTree(folder)
    if MANIFEST in tree.items:
        return _one_folder(tree, request, step)
    versions = versions_in(tree)
    if not versions:
        raise CannotVerify(
            f"--dir {folder} holds no snapshot: neither {MANIFEST} nor a folder with the name of a version, like 2026.1. If it held one, "
            f"{MANIFEST} was removed, and nothing can be said about the rest"
        )
    _named(request, versions)
    served = VERSIONS in tree.items or len(versions) > 1 or SUMS not in tree.items
    reads, chosen, findings = _read(tree, versions, request, step)
    if served:
        findings += [*check_chain(reads), *check_root(tree, reads, lambda: step("hashing latest"))]
    else:
        findings += check_archive(tree, reads[0])
    return _report(reads, chosen, findings, request, whole=False)


def _one_folder(tree: FolderTree, request: VerifyRequest, step: Step) -> Report:
    name = tree.folder.resolve().name
    version = name if VERSION.fullmatch(name) else request.version or _said(tree) or name
    _named(request, [version])
    reads, chosen, findings = _read(tree, [version], request, step, alone=True)
    return _report(reads, chosen, findings, request, whole=False)


def _said(tree: Tree) -> str | None:
    """The version that a manifest says it is of, for a folder with another kind of name."""
    read, _ = read_version(Folder(tree, "", ""))
    return str(read.manifest["version"]) if read.manifest else None


def _too_deep(whole: bool) -> Report:
    finding = Finding("shape", "snapshots", f"cannot be verified: a list or a {MANIFEST} has values inside values without end; it was changed")
    return Report((), (finding,), whole)


# -- both -----------------------------------------------------------------------------------------------------------------------


def _named(request: VerifyRequest, versions: Sequence[str]) -> None:
    """Raise `CannotVerify` for a version that has no name of one."""
    if request.version is not None and not VERSION.fullmatch(request.version):
        here = f"; here are {', '.join(versions)}" if versions else ""
        raise CannotVerify(f"'{request.version}' is not a version; write the year and a number in it, like 2026.1{here}")


def _read(tree: Tree, versions: Sequence[str], request: VerifyRequest, step: Step, alone: bool = False) -> tuple[list[Read], list[Read], list[Finding]]:
    """All versions as read, those that were asked for, and what is wrong with the files of these (and with the manifests of all)."""
    reads, chosen, findings = list[Read](), list[Read](), list[Finding]()
    for version in versions:
        folder = Folder(tree, "" if alone else version, version)
        read, more = read_version(folder)
        reads.append(read)
        findings += more
        if request.version in {None, version}:
            chosen.append(read)
            files = check_files(folder, read, lambda: step(f"{version}: hashing files"))  # noqa: B023 (used before the loop goes on)
            findings += [*files, *check_state(folder, read)]
    if not chosen:
        here = ", ".join(versions) or "none"
        findings.append(Finding("version", str(request.version), f"is not here; here are: {here}. If it was published, it was removed", request.version))
    return reads, chosen, findings


def _report(reads: list[Read], chosen: list[Read], findings: list[Finding], request: VerifyRequest, whole: bool, rebuilt: tuple[str, ...] = ()) -> Report:
    """What may be said about each version that was asked for."""
    wrong = {finding.version for finding in findings if not finding.notice}
    given = request.digest
    vouched: dict[str, tuple[Verdict, str]] = {}
    match = next((read for read in reads if given and read.digest.startswith(given) and read.digest), None)
    if given and (match is None or (request.version and match.version != request.version)):
        findings.append(_other_digest(given, match, chosen, request))
        wrong.update(read.version for read in chosen)
    for number, read in enumerate(reads):
        if read.signed_by:
            _vouch(vouched, reads[: number + 1], Verdict.signed, read.signed_by)
    if match:
        _vouch(vouched, reads[: reads.index(match) + 1], Verdict.digest, "")
    checked = []
    for read in chosen:
        verdict, why = vouched.get(read.version, (Verdict.itself, ""))
        if read.version in wrong or read.manifest is None:
            verdict, why = Verdict.wrong, ""
        purpose, files = (read.manifest["purpose"], len(read.manifest["files"])) if read.manifest else ("", 0)
        checked.append(Checked(read.version, read.digest, purpose, files, verdict, why, read.disposed))
    return Report(tuple(checked), tuple(findings), whole, rebuilt)


def _vouch(vouched: dict[str, tuple[Verdict, str]], reads: Sequence[Read], verdict: Verdict, why: str) -> None:
    """What holds for the last of these versions holds for those before it, as far as each manifest names the digest of the one before."""
    for read in reversed(reads):
        vouched[read.version] = (verdict, why)
        if not read.linked:
            return
        why = why if verdict is Verdict.signed else f"named by {read.version}"


def _other_digest(given: str, match: Read | None, chosen: Sequence[Read], request: VerifyRequest) -> Finding:
    here = chosen[-1] if chosen else None
    asked = request.version
    if match:
        sentence = (
            f"has the SHA-256 {short(here.digest if here else '')}…, and the one you gave is that of {match.version}: you have named another snapshot "
            "than you have the digest of"
        )
        return Finding("digest", f"{asked}/{MANIFEST}", sentence, asked, expected=given)
    if asked and here:
        sentence = f"has the SHA-256 {short(here.digest)}…, and you gave {short(given)}…: this is not the snapshot whose digest was kept"
        return Finding("digest", f"{asked}/{MANIFEST}", sentence, asked, expected=given, found=here.digest)
    sentence = f"of none of the snapshots here has the SHA-256 {short(given)}… that you gave: the one whose digest was kept is not here, or was changed"
    return Finding("digest", MANIFEST, sentence, expected=given)


def top_of(folder: Path) -> Path | None:
    """The top folder of the repository in which a folder lies: of its work tree, or where there is none, of what git keeps; None where it lies in none.
    Raises `GitError` where git does not read it."""
    git = Git(folder)
    return git.top or git.folder

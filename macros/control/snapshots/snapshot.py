"""Making a snapshot: look whether it may be made, build the site of the commit, seal it with a manifest, put it on the branch, tag the commit.

Until the branch moves, in one step, nothing of it can be seen; a run that ends before leaves everything as it was. The tag comes last, and a
second run sets one that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from macros import audience as audiences
from macros import facts
from macros.checks import Check
from macros.control.git import Commit, Git, GitError
from macros.control.progress import Step, quiet
from macros.control.snapshots import manifest as manifests
from macros.control.snapshots.branch import FULL, Branch
from macros.control.snapshots.building import BuildFailed, build_site
from macros.control.snapshots.manifest import MANIFEST, STATE, TIME, VERSION, NotAManifest, order
from macros.control.snapshots.root import Published, latest
from macros.facts import Validity
from macros.graph import Aims, build
from macros.problems import Grade, printable
from macros.schema.documents import Document


class Refused(Exception):
    """The snapshot is not made, and nothing has changed; the text says why and what to do."""


@dataclass(frozen=True)
class SnapshotRequest:
    """What is asked for. `revision`: which commit; the work tree has to be clean if it is HEAD. `by` None: who git says."""

    version: str
    purpose: str
    by: str | None = None
    audience: str = FULL
    with_drafts: bool = False
    revision: str = "HEAD"


@dataclass(frozen=True)
class Issued:
    """The record of issue. `only_tag`: the snapshot was there, and only its tag was missing. `provisional`: ids of provisionally approved documents."""

    published: Published
    branch: str
    tag: str
    latest: bool
    only_tag: bool = False
    provisional: tuple[str, ...] = ()


def snapshot(project: Path, request: SnapshotRequest, check: Check, step: Step = quiet) -> Issued:
    """Make a snapshot, or complete one whose tag is missing. Raises `Refused`, with nothing changed."""
    git = Git(project)
    try:
        return _snapshot(git, request, check, step)
    except GitError as error:
        raise Refused(f"{error}; nothing was published") from None
    except NotAManifest as error:
        raise Refused(str(error)) from None
    except BuildFailed as error:
        raise Refused(f"the site cannot be built:\n{error}") from None
    except audiences.NoEdition as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.strerror or error}: {error.filename or 'a temporary file'}; nothing was published") from None


def _snapshot(git: Git, request: SnapshotRequest, check: Check, step: Step) -> Issued:
    step("looking whether it may be made")
    need_history(git)
    branch = Branch(git, request.audience)
    by = one_line(request.by, "--by") if request.by is not None else _who(git)
    purpose = one_line(request.purpose, "--for")
    if not VERSION.fullmatch(request.version):
        raise Refused(f"'{request.version}' is not a version; write the year and a number in it, like 2026.1")
    if (there := branch.find(request.version)) is not None:
        return _complete(git, branch, there, request, by)
    commit = _commit(git, request)
    _need_newer(git, branch, request.version, commit)
    branch.need_free()
    before = branch.published[0] if branch.published else None
    with git.clone(commit.id) as folder:
        aims = build(folder, commit.time)
        drafts, provisional = _documents(aims, request, check)
        step("building the site")
        site = build_site(folder, commit, request.version, request.audience, branch.read(f"{before.version}/{STATE}") if before else None)
        if (site / MANIFEST).exists():
            raise Refused(f"the site has a file {MANIFEST} of its own, and that name is the snapshot's; rename docs/{MANIFEST}")
        step("hashing")
        heading = manifests.Heading(
            version=request.version,
            purpose=purpose,
            audience=request.audience,
            drafts=sorted(drafts),
            commit=commit.id,
            date=commit.time.strftime(TIME),
            by=by,
            previous={"version": before.version, "manifest": before.digest} if before else None,
        )
        value = manifests.manifest(site, folder, heading)
        content = manifests.to_bytes(value)
        (site / MANIFEST).write_bytes(content)
        step("storing")
        tree = branch.store(site)
    issue = Published(value, manifests.sha256(content))
    step("publishing")
    branch.publish({request.version: tree}, (issue, *branch.published), f"Snapshot {request.version}: {purpose}\n\nmanifest: {issue.digest}\n", by)
    return Issued(issue, branch.name, _set_tag(branch, issue, by), latest((issue, *branch.published)) == request.version, provisional=provisional)


# -- whether it may be made -----------------------------------------------------------------------------------------------------


def need_history(git: Git) -> None:
    """Raises `Refused` where the project has no full git history."""
    if git.top and git.top != git.project.resolve():
        raise Refused(f"this project lies in a folder of the repository {git.top}, and a snapshot shows a whole commit; give it a repository of its own")
    if git.lacking:
        raise Refused(f"{git.lacking}, and a snapshot shows a commit. Begin with: git init, git add, git commit")
    if git.shallow:
        raise Refused("this clone holds only a part of the history, which a snapshot needs whole; run: git fetch --unshallow")


def one_line(text: str, option: str) -> str:
    """What somebody gave for an option, as one line. Raises `Refused` where it says nothing, or holds what no page can show."""
    line = " ".join(text.split())
    if not line.isprintable():
        raise Refused(f"{option} holds characters that cannot be printed ({printable(line)}); leave them out, they would stand in the snapshot for ever")
    if not re.search(r"\w", line):
        raise Refused(f'{option} needs a few words, like {option} "{"Stage 1 audit" if option == "--for" else "Document Controller"}"')
    return line


def known(branch: Branch) -> str:
    """Which snapshots there are, as the end of a sentence."""
    return f"; there are {', '.join(one.version for one in branch.published)}" if branch.published else "; there are none yet"


def _who(git: Git) -> str:
    try:
        return git.text("config", "user.name") or _nobody()
    except GitError:
        return _nobody()


def _nobody() -> str:
    raise Refused('git does not know who you are, and a snapshot names who made it; add --by "Document Controller"')


def _commit(git: Git, request: SnapshotRequest) -> Commit:
    commit = git.commit(request.revision)
    if commit is None:
        raise Refused(f"--commit {request.revision}: there is no such commit here")
    dirty = git.dirty() if request.revision == "HEAD" else []
    if dirty:
        shown = ", ".join(sorted(dirty)[:10]) + (f" and {len(dirty) - 10} more" if len(dirty) > 10 else "")
        raise Refused(
            f"files differ from the last commit, and a snapshot shows a commit and nothing else: {shown}. Commit them, or set them aside with: git stash -u"
        )
    return commit


def _need_newer(git: Git, branch: Branch, version: str, commit: Commit) -> None:
    there = git.commit(f"refs/remotes/origin/{branch.name}")
    if there and branch.tip and not leads_to(git, there.id, branch.tip.id):
        raise Refused(f"origin has snapshots on {branch.name} that are not in this clone's branch; run: git fetch origin {branch.name}:{branch.name}")
    if lacking := branch.lacking():
        raise Refused(
            f"there is a tag of {', '.join(lacking)}, but the branch {branch.name} here has no such snapshot; get the branch from where the tag came "
            f"from (git fetch origin {branch.name}:{branch.name}); a tag that was made by hand has to go"
        )
    if not branch.published:
        return
    last = branch.published[0]
    if branch.says_other(last):
        raise Refused(f"the manifest of {last.version} is not the one that its tag names, so it was changed since it was published; run: aims verify --all")
    if order(version) <= order(last.version):
        year, number = order(last.version)
        raise Refused(f"{version} is not newer than {last.version}, the last snapshot; the next one can be {year}.{number + 1}")
    shown, date = git.commit(last.manifest["commit"]), commit.time.strftime(TIME)
    if shown and commit.id != shown.id and leads_to(git, commit.id, shown.id):
        raise Refused(
            f"the commit {commit.id[:10]} is older than the one that {last.version} shows ({shown.id[:10]}); a newer version cannot show an older state"
        )
    if date < last.manifest["date"] and not (shown and leads_to(git, shown.id, commit.id)):  # a later commit with an older date: a clock went back
        raise Refused(
            f"the commit {commit.id[:10]} is dated {date} and does not build on the one that {last.version} shows, of {last.manifest['date']}; "
            "a newer version cannot show an older state"
        )


def leads_to(git: Git, old: str, new: str) -> bool:
    """Whether `old` is `new` or one of its ancestors."""
    return git.text("rev-list", "--max-count=1", old, f"^{new}", "--") == ""


def _documents(aims: Aims, request: SnapshotRequest, check: Check) -> tuple[list[str], tuple[str, ...]]:
    """The ids of documents that are not approved, and of those approved provisionally. Raises `Refused` for errors, and for drafts nobody asked for."""
    errors = [str(problem) for problem in check(aims) if problem.grade is Grade.error]
    if errors:
        raise Refused("\n".join([f"the check finds {len(errors)} error{'s' * (len(errors) > 1)}; mend them, commit, and run it again:", *errors]))
    edition = audiences.edition(aims, audiences.Audience(request.audience))
    found = list(unapproved(edition))
    if found and not request.with_drafts:
        reasons = [f"  {document.id} {document.title}: {why}" for document, why in found]
        raise Refused("\n".join(["not everything is approved:", *reasons, "Have it approved (`aims approve`), or publish it as what it is: --with-drafts"]))
    provisional = tuple(document.id for document in edition.all(Document) if facts.validity(edition, document) is Validity.provisional)
    return [document.id for document, _ in found], provisional


def unapproved(aims: Aims) -> Iterator[tuple[Document, str]]:
    """Documents that need approval and whose text, as it stands, is not the approved one, each with why. What is superseded or withdrawn needs none,
    and a text approved for a later day is approved as long as the version before is in force."""
    for document in aims.all(Document):
        state = facts.validity(aims, document)
        if not document.kind.needs_approval or state in {Validity.superseded, Validity.withdrawn, Validity.kept}:
            continue
        above, whole = facts.shown_ahead(aims, document), aims.whole or aims
        if state not in {Validity.in_force, Validity.provisional}:
            yield document, state.label.lower()
        elif above and not facts.approved(document, above):
            yield document, f"its text is version {above.number}, which is not approved"
        elif above and facts.text_matches(whole, document, above) is False:
            yield document, f"its text changed since version {above.number} was approved"


# -- a snapshot without its tag -------------------------------------------------------------------------------------------------


def _complete(git: Git, branch: Branch, there: Published, request: SnapshotRequest, by: str) -> Issued:
    """Set the tag of a snapshot whose run was cut short before. Raises `Refused` where nothing is missing."""
    if git.commit(f"refs/tags/{branch.tag(request.version)}"):
        year, number = order(branch.published[0].version)
        raise Refused(f"{request.version} exists, and a published snapshot is never changed; the next one can be {year}.{number + 1}")
    if git.commit(there.manifest["commit"]) is None:
        raise Refused(
            f"{request.version} exists without its tag, and the commit {there.manifest['commit'][:10]} that it shows is not in this clone; fetch it first"
        )
    tag = _set_tag(branch, there, by)
    return Issued(there, branch.name, tag, latest(branch.published) == request.version, only_tag=True)


def _set_tag(branch: Branch, issue: Published, by: str) -> str:
    try:
        branch.set_tag(issue, by)
    except GitError as error:
        raise Refused(f"the snapshot {issue.version} is on the branch {branch.name}, only its tag is missing ({error}); run the same again to set it") from None
    return branch.tag(issue.version)

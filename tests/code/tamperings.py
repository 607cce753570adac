"""What somebody could change after publication, each with the sentences that name it. In them every digest and commit is #."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from publications import (
    amend,
    changed_json,
    commit_tree,
    digest_of,
    files_of,
    flipped,
    move,
    on_branch,
    tampered,
    write,
)
from repository import git

from macros.control.snapshots.manifest import sum_of

PAGE = "2026.3/policy.html"
MANIFEST = "2026.3/manifest.json"
LIST = "versions.json"
TAG = "snapshot/2026.3"
CHANGED = "is changed: its SHA-256 is #, and the manifest says #; it is not the file that was published"
REWRITTEN = "is not written as `aims snapshot` writes it:"
OTHER_TAG = "tag snapshot/2026.3: says that the manifest has the SHA-256 #, and it is #; the manifest is not the one for which the tag was made"
ANEW = "The next `aims snapshot` writes it anew"


def differs(name: str, line: int, is_: str, should: str) -> str:
    """The sentence about a file at the root that does not follow from the manifests."""
    return f"{name}: is not what `aims snapshot` writes from the manifests: line {line} is {is_} and should be {should}; it or they were changed. {ANEW}"


def tells_other(is_: str, should: str) -> list[str]:
    """The sentence about a comparison that does not follow from the states."""
    says = f"is not what follows from the aims.json of its two versions: line LINE is “{is_}” and should be “{should}”; it or they were changed. {ANEW}"
    return [f"{COMPARISON}: {says}"]


OTHER_LIST = differs(LIST, 8, '“"manifest": "#”', '“"manifest": "#”')
TOUCHED = "after publication; a published version is never changed, and a disposal leaves a record of one exact shape"
NOT_LATEST = "and should show 2026.2, the newest snapshot without drafts; readers get another text than they think"
NOT_HERE = "the version was removed, or this clone lacks the newest state of the branch (then: git fetch origin snapshots:snapshots)"
MOVED_BACK = "showed the commit # on DAY, and that is not a part of its history now; the history was rewritten or the branch moved back"
RENAMED = "not of the version whose folder it lies in; the folder was renamed, or the manifest of another one was put here"
CUT = "says that there was no snapshot before it, and 2026.2 is here; the chain was cut, or 2026.2 was put in before it"
OTHER_DATE = differs(LIST, 5, '“"date": "2026-05-03T10:00:00Z",”', '“"date": "2026-05-04T10:00:00Z",”')
NO_TAG = "is missing: it was deleted, or this clone was made without tags (then: git fetch --tags)"
NO_COMMIT = "shows is not in this repository: its history was rewritten, or this clone holds only a part of it (then: git fetch --unshallow --tags)"
ONE_EACH = "and every commit of this branch adds one or disposes of one; it was made by hand"

COMPARISON = "compare/2026.3/2026.1.json"
LEFT_OVER = "compares no two snapshots whose content is here, and may tell of what was removed; it was added by hand or left over"


def manifest_changed(**values: object) -> Callable[[Path], None]:
    """A tampering: other values in the newest manifest."""
    return lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest.update(values)))


def whole(project: Path, folder: str, as_: str | None = None) -> dict[str, bytes | None]:
    """Every file of a version's folder, to be put elsewhere (or, with no `as_`, removed)."""
    return {f"{as_ or folder}/{file}": content if as_ else None for file, content in files_of(project, folder).items()}


FILES: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "one bit of a page": (lambda project: tampered(project, PAGE, flipped), [f"{PAGE}: {CHANGED}"]),
    "a longer page": (
        lambda project: tampered(project, "2026.3/404.html", lambda content: b"x"),
        ["2026.3/404.html: is changed: its size is 1, and the manifest says SIZE; it is not the file that was published"],
    ),
    "a page moved": (
        lambda project: amend(project, {PAGE: None, "2026.3/p.html": on_branch(project, PAGE)}),
        ["2026.3/p.html: has the content of policy.html, which is missing: it was renamed or moved after publication"],
    ),
    "a page added": (lambda project: amend(project, {"2026.3/a.html": b"x"}), ["2026.3/a.html: is not in the manifest; it was added after publication"]),
    "a page deleted": (
        lambda project: amend(project, {PAGE: None}),
        [f"{PAGE}: is missing; the manifest has it with the SHA-256 #; it was removed after publication"],
    ),
    "a page that is a link": (
        lambda project: amend(project, {PAGE: b"../2026.1/policy.html"}, mode="120000"),
        [f"{PAGE}: is a symbolic link, and a snapshot holds plain files only; it was put there after publication and was not followed"],
    ),
    "a page of latest": (lambda project: tampered(project, "latest/policy.html", flipped), [f"latest/policy.html: {CHANGED}"]),
    "a folder beside": (lambda project: amend(project, {"x/a.html": b"x"}), ["x/: is neither a snapshot nor `latest`; it was added by hand"]),
    "a file beside": (lambda project: amend(project, {"x.js": b"x"}), ["x.js: is no file of the snapshots; it was added by hand"]),
    "the start page": (
        lambda project: tampered(project, "index.html", flipped),
        [differs("index.html", 14, '“<p><a href="l`test/index.html">Go on to the latest sn…”', '“<p><a href="latest/index.html">Go on to the latest sn…”')],
    ),
    "the stylesheet of the start page": (
        lambda project: tampered(project, "snapshots.css", lambda content: content + b"li { display: none }"),
        [differs("snapshots.css", 51, "“li { display: none }”", "“”")],
    ),
    "no stylesheet": (
        lambda project: amend(project, {"snapshots.css": None}),
        ["snapshots.css: is missing; it was removed. The next `aims snapshot` writes it anew"],
    ),
    "a page that may be run": (
        lambda project: amend(project, {PAGE: on_branch(project, PAGE)}, mode="100755"),
        [f"{PAGE}: is an executable file, and a snapshot holds plain files only; it was put there after publication and was not followed"],
    ),
    "a start page that may be run": (  # which `aims publish` would not write
        lambda project: amend(project, {"index.html": on_branch(project, "index.html")}, mode="100755"),
        [f"index.html: is an executable file, and should be a plain file; it was changed. {ANEW}"],
    ),
    "no start page": (
        lambda project: amend(project, {"index.html": None}),
        ["index.html: is missing; it was removed. The next `aims snapshot` writes it anew"],
    ),
}

MANIFESTS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "a purpose": (
        manifest_changed(purpose="Another"),
        [
            differs(
                "index.html",
                16,
                '“…<a href="2026.3/index.html">2026.3</a>: For comments, <time>2026-05-03</time> (w…”',
                '“…<a href="2026.3/index.html">2026.3</a>: Another, <time>2026-05-03</time> (with d…”',
            ),
            OTHER_LIST,
            OTHER_TAG,
        ],
    ),
    "the chain": (
        manifest_changed(previous={"version": "2026.2", "manifest": "a" * 64}),
        [f"{MANIFEST}: says that the manifest of 2026.2 has the SHA-256 #, and here it is #; one of the two is not as it was published", OTHER_LIST, OTHER_TAG],
    ),
    "the chain cut": (
        manifest_changed(previous=None),
        [
            f"{MANIFEST}: {CUT}",
            OTHER_LIST,
            OTHER_TAG,
        ],
    ),
    "the chain past one": (
        manifest_changed(previous={"version": "2026.1", "manifest": "a" * 64}),
        [f"{MANIFEST}: names 2026.1 as the snapshot before it, and here that is 2026.2; one was removed or put in", OTHER_LIST, OTHER_TAG],
    ),
    "a date": (
        manifest_changed(date="2026-05-04T10:00:00Z"),
        [
            differs(
                "index.html",
                16,
                "“…026.3</a>: For comments, <time>2026-05-03</time> (with drafts)</li>”",
                "“…026.3</a>: For comments, <time>2026-05-04</time> (with drafts)</li>”",
            ),
            OTHER_DATE,
            OTHER_TAG,
            "commit #: is of 2026-05-03T10:00:00Z, and the manifest of 2026.3 says 2026-05-04T10:00:00Z; the manifest was changed",
        ],
    ),
    "an edition": (
        manifest_changed(audience="public"),
        [
            f"{MANIFEST}: is of the edition 'public', and the branch snapshots holds the edition 'auditor'; it was put here by hand, and readers may see "
            "what is not for them",
            OTHER_LIST,
            OTHER_TAG,
        ],
    ),
    "a seal": (
        lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest["documents"][1].update(seal="a" * 64))),
        [
            f"{MANIFEST}: names other documents than aims.json of the same version, from which they are copied; one was changed",
            OTHER_LIST,
            OTHER_TAG,
            "2026.3: AIMS-POL-01: has the seal # of version 1.0 in the manifest, and # in its record; one of the two was changed (commit #)",
        ],
    ),
    "a document left out": (
        lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest["documents"].pop(1) and None)),
        [
            f"{MANIFEST}: names other documents than aims.json of the same version, from which they are copied; one was changed",
            OTHER_LIST,
            OTHER_TAG,
            "2026.3: AIMS-POL-01: is a document at this commit, and the manifest does not name it; the manifest was changed (commit #)",
        ],
    ),
    "a path that leads out": (
        lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest["files"].update({"../2026.1/x": sum_of(b"x")}))),
        [f"{MANIFEST}: names the file '../2026.1/x', which cannot be a file of this version; `aims snapshot` writes no such manifest", OTHER_LIST, OTHER_TAG],
    ),
    "an absolute path": (
        lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest["files"].update({"/etc/hostname": sum_of(b"x")}))),
        [f"{MANIFEST}: names the file '/etc/hostname', which cannot be a file of this version; `aims snapshot` writes no such manifest", OTHER_LIST, OTHER_TAG],
    ),
    "a negative size": (
        lambda project: tampered(project, MANIFEST, changed_json(lambda manifest: manifest["files"]["404.html"].update(size=-1))),
        [f"{MANIFEST}: does not have the shape of a manifest (files.404.html.size: input should be greater than or equal to 0); it was changed", OTHER_TAG],
    ),
    "another format": (
        manifest_changed(format=2),
        [f"{MANIFEST}: is not a manifest of format 1; it was changed, or a newer version of AIMS Portal wrote it", OTHER_TAG],
    ),
    "not JSON": (
        lambda project: tampered(project, MANIFEST, lambda content: content[:-3]),
        [f"{MANIFEST}: is not readable as JSON (Expecting ',' delimiter: line LINE column LINE (char SIZE)); it was damaged or changed", OTHER_TAG],
    ),
    "a list": (
        lambda project: tampered(project, MANIFEST, lambda content: b"[]\n"),
        [f"{MANIFEST}: is not a manifest of format 1; it was changed, or a newer version of AIMS Portal wrote it", OTHER_TAG],
    ),
    "UTF-16": (
        lambda project: tampered(project, MANIFEST, lambda content: content.decode().encode("utf-16")),
        [f"{MANIFEST}: {REWRITTEN} line 1 is “\\xff\\xfe{{\\x00” and should be “{{”; it was changed", OTHER_TAG],
    ),
    "a key twice": (
        lambda project: tampered(project, MANIFEST, lambda content: content.replace(b"{", b'{"purpose": "x",', 1)),
        [f'{MANIFEST}: {REWRITTEN} line 1 is “{{"purpose": "x",” and should be “{{”; it was changed', OTHER_TAG],
    ),
    "gone": (
        lambda project: amend(project, {MANIFEST: None}),
        [f"{MANIFEST}: is missing; without it nothing can be said about the other files of this version"],
    ),
    "of another version": (
        lambda project: tampered(project, MANIFEST, lambda content: on_branch(project, "2026.2/manifest.json")),
        [f"{MANIFEST}: is the manifest of 2026.2, {RENAMED}"],
    ),
}

LISTS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "a mark": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: entries[0]["properties"].update(drafts=False))),
        [differs(LIST, 7, '“"drafts": false,”', '“"drafts": true,”')],
    ),
    "an alias": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: entries[2].update(aliases=["latest"]))),
        [differs(LIST, 29, '“"aliases": [”', '“"aliases": [],”')],
    ),
    "something more": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: entries[0].update(href="https://mill.example"))),
        [differs(LIST, 4, '“"href": "https://mill.example",”', '“"properties": {”')],
    ),
    "an entry removed": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: entries[:2])),
        [differs(LIST, 27, "“}”", "“},”")],
    ),
    "an entry added": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: [{**entries[0], "version": "2027.1"}, *entries])),
        [differs(LIST, 12, '“"version": "2027.1"”', '“"version": "2026.3"”')],
    ),
    "the order": (
        lambda project: tampered(project, LIST, changed_json(lambda entries: entries[::-1])),
        [differs(LIST, 5, '“"date": "2026-05-01T10:00:00Z",”', '“"date": "2026-05-03T10:00:00Z",”')],
    ),
    "spaces": (
        lambda project: tampered(project, LIST, lambda content: content + b"\n"),
        [differs(LIST, 42, "“”", "nothing")],
    ),
    "a key twice": (
        lambda project: tampered(project, LIST, lambda content: content.replace(b"{", b'{"title": "x",', 1)),
        [differs(LIST, 2, '“{"title": "x",”', "“{”")],
    ),
    "another shape": (lambda project: tampered(project, LIST, lambda content: b"{}"), [differs(LIST, 1, "“{}”", "“[”")]),
    "gone": (lambda project: amend(project, {LIST: None}), [f"versions.json: is missing; it was removed. {ANEW}"]),
}

COMPARISONS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "another word": (
        lambda project: tampered(project, COMPARISON, lambda content: content.replace(b"We take more care", b"We take less care")),
        tells_other('"text": "We take less care."', '"text": "We take more care."'),
    ),
    "a record left out": (
        lambda project: tampered(project, COMPARISON, changed_json(lambda found: found["differences"]["groups"].clear())),
        tells_other('"differences": {', '"format": 1,'),
    ),
    "of another pair": (
        lambda project: tampered(project, COMPARISON, lambda content: on_branch(project, "compare/2026.3/2026.2.json")),
        tells_other('"from": "2026.2",', '"from": "2026.1",'),
    ),
    "spaces": (lambda project: tampered(project, COMPARISON, lambda content: content + b" "), tells_other(" ", "")),
    "not JSON": (lambda project: tampered(project, COMPARISON, lambda content: content[:-9]), tells_other('"gaps_opened":', '"gaps_opened": []')),
    "a list": (lambda project: tampered(project, COMPARISON, lambda content: b"[]"), tells_other("[]", "{")),
    "no engine": (
        lambda project: tampered(project, COMPARISON, changed_json(lambda found: found.update(engine=None))),
        tells_other('"differences": {', '"format": 1,'),
    ),
    "gone": (lambda project: amend(project, {COMPARISON: None}), [f"{COMPARISON}: is missing; it was removed. {ANEW}"]),
    "a link": (
        lambda project: amend(project, {COMPARISON: b"2026.2.json"}, mode="120000"),
        [f"{COMPARISON}: is a symbolic link, and should be a plain file; it was changed. {ANEW}"],
    ),
    "more": (
        lambda project: amend(project, {"compare/2026.1/2026.3.json": b"{}", "compare/a.html": b"x"}),
        [f"compare/2026.1/2026.3.json: {LEFT_OVER}", f"compare/a.html: {LEFT_OVER}"],
    ),
    "a file in place of the folder": (
        lambda project: amend(project, {**dict.fromkeys(whole(project, "compare")), "compare": b"x"}),
        ["compare: is no file of the snapshots; it was added by hand"],
    ),
}

TAGS: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "moved": (
        lambda project: git(project, "tag", "-f", "-a", "-m", f"Snapshot 2026.3: For comments\n\nmanifest: {digest_of(project, '2026.3')}", TAG, "main^"),
        [f"tag {TAG}: points at #, and the manifest says that 2026.3 shows the commit #; it was moved or made anew"],
    ),
    "another purpose": (
        lambda project: git(project, "tag", "-f", "-a", "-m", f"Snapshot 2026.3: Approved\n\nmanifest: {digest_of(project, '2026.3')}", TAG, "main"),
        [f"tag {TAG}: does not begin with “Snapshot 2026.3: For comments”, as the manifest has it; it was made anew by hand"],
    ),
    "made anew": (lambda project: git(project, "tag", "-f", "-a", "-m", f"manifest: {'a' * 64}", TAG, "main"), [OTHER_TAG]),
    "made anew without a digest": (
        lambda project: git(project, "tag", "-f", "-a", "-m", "A tag", TAG, "main"),
        [f"tag {TAG}: does not end with the digest of the manifest; it was made anew by hand"],
    ),
    "without a message": (
        lambda project: git(project, "tag", "-f", TAG, "main"),
        [f"tag {TAG}: holds no message with the digest of the manifest; it was made anew by hand"],
    ),
    "deleted": (
        lambda project: git(project, "tag", "-d", TAG),
        [f"tag {TAG}: {NO_TAG}"],
    ),
    "of another version": (
        lambda project: git(project, "update-ref", f"refs/tags/{TAG}", "refs/tags/snapshot/2026.2"),
        [f"tag {TAG}: is the tag snapshot/2026.2 under another name; it was moved",
         f"tag {TAG}: points at #, and the manifest says that 2026.3 shows the commit #; it was moved or made anew", OTHER_TAG],
    ),
    "of a version that is not there": (
        lambda project: git(project, "update-ref", "refs/tags/snapshot/2027.1", f"refs/tags/{TAG}"),
        [f"tag snapshot/2027.1: is here, and the branch snapshots has no 2027.1: {NOT_HERE}"],
    ),
}  # fmt: skip


def same_tree(project: Path, message: str, *parents: str) -> str:
    """A commit of what the branch shows; gives its id."""
    return commit_tree(project, git(project, "rev-parse", "snapshots^{tree}"), message, *parents)


def touched_and_put_back(project: Path) -> None:
    page = on_branch(project, "2026.1/policy.html")
    move(project, write(project, {"2026.1/policy.html": b"x"}))
    move(project, write(project, {"2026.1/policy.html": page}))


def shown_and_put_back(project: Path) -> None:
    """A forged text in `latest` when a version was published, and the right one again when the next one was."""
    forged = write(project, {"latest/policy.html": b"x"}, onto="snapshots^")
    second = commit_tree(project, git(project, "rev-parse", f"{forged}^{{tree}}"), "Second", "snapshots~2")
    move(project, same_tree(project, "Third", second), quietly=True)


HISTORY: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "touched and put back": (touched_and_put_back, [f"2026.1/: commit # of 2026-05-01 “By hand” changed policy.html here {TOUCHED}"] * 2),
    "a commit that adds nothing": (
        lambda project: move(project, same_tree(project, "By hand", "snapshots")),
        [f"commit #: of 2026-05-01 “By hand” adds no version, {ONE_EACH}"],
    ),
    "a merge": (
        lambda project: move(project, same_tree(project, "By hand", "snapshots", "main")),
        ["commit #: of 2026-05-01 “By hand” joins two histories, and the branch snapshots has only one; it was made by hand",
         f"commit #: of 2026-05-01 “By hand” adds no version, {ONE_EACH}"],
    ),
    "all in one commit": (
        lambda project: move(project, same_tree(project, "By hand"), quietly=True),
        [f"commit #: of 2026-05-01 “By hand” adds 2026.1, adds 2026.2, adds 2026.3, {ONE_EACH}"],
    ),
    "all in one commit that claims a disposal": (
        lambda project: move(
            project, same_tree(project, "History removed after the disposal of 2026.1"), quietly=True
        ),
        [f"commit #: of 2026-05-01 “History removed after the disposal of 2026.1” adds 2026.1, adds 2026.2, adds 2026.3, {ONE_EACH}"],
    ),
    "rewritten": (
        lambda project: move(project, same_tree(project, "For comments", "snapshots^")),
        [f"branch snapshots: snapshots {MOVED_BACK}"],
    ),
    "moved back": (
        lambda project: move(project, "snapshots^"),
        [f"branch snapshots: snapshots {MOVED_BACK}",
         f"tag snapshot/2026.3: is here, and the branch snapshots has no 2026.3: {NOT_HERE}"],
    ),
    "another history at the origin": (
        lambda project: git(project, "update-ref", "refs/remotes/origin/snapshots", same_tree(project, "By hand")),
        ["branch snapshots: snapshots (#) and origin/snapshots (#) have different histories; one of the two was rewritten after publication"],
    ),
    "renumbered": (
        lambda project: amend(project, whole(project, "2026.3") | whole(project, "2026.3", "2026.9")),
        [f"2026.9/manifest.json: is the manifest of 2026.3, {RENAMED}", f"tag snapshot/2026.9: {NO_TAG}",
         f"tag snapshot/2026.3: is here, and the branch snapshots has no 2026.3: {NOT_HERE}"],
    ),
    "latest showed something else for a while": (
        shown_and_put_back,
        ["commit #: of 2026-05-01 “Second” let latest/ show something else than the newest snapshot without drafts, which was 2026.2; readers "
         "saw that until the next commit"],
    ),
    "latest shows an old one": (
        lambda project: amend(project, whole(project, "latest") | whole(project, "2026.1", "latest")),
        [f"latest/: shows 2026.1 {NOT_LATEST}"],
    ),
    "latest shows drafts": (
        lambda project: amend(project, whole(project, "latest") | whole(project, "2026.3", "latest")),
        [f"latest/: shows 2026.3 {NOT_LATEST}"],
    ),
    "no latest": (lambda project: amend(project, whole(project, "latest")), [f"latest/: shows nothing {NOT_LATEST}"]),
    "a disposal without a record": (
        lambda project: move(project, write(project, {path: None for path in whole(project, "2026.1") if not path.endswith((".json", "index.html"))},
                                            message="Dispose of snapshot 2026.1: Its time is over")),
        [f"2026.1/: commit # of 2026-05-01 “Dispose of snapshot 2026.1: Its time is over” changed 404.html, actions/T-01.html, aims.html, annex-c.html, "
         f"areas/A.2.html and COUNT more here {TOUCHED}"],
    ),
    "a version removed": (
        lambda project: move(project, write(project, whole(project, "2026.1"))),
        ["2026.2/manifest.json: names 2026.1 as the snapshot before it, and that is not here; it was removed",
         differs("index.html", 18, "“<li><a href=\"2026.1/index.html\">2026.1</a…”", "“</ul>”"),
         differs(LIST, 27, "“},”", "“}”"),
         f"compare/2026.2/2026.1.json: {LEFT_OVER}", f"compare/2026.3/2026.1.json: {LEFT_OVER}",
         f"2026.1/: commit # of 2026-05-01 “By hand” removed this version {TOUCHED}",
         f"tag snapshot/2026.1: is here, and the branch snapshots has no 2026.1: {NOT_HERE}"],
    ),
}  # fmt: skip

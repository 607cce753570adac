"""Building a snapshot again from its commit, and comparing every byte with what was published."""

from __future__ import annotations

from collections.abc import Sequence

from macros.control.git import Git, GitError
from macros.control.snapshots import manifest as manifests
from macros.control.snapshots.building import BuildFailed, build_site
from macros.control.snapshots.findings import Finding, Read, some
from macros.control.snapshots.manifest import MANIFEST, STATE
from macros.control.snapshots.trees import FolderTree, Tree


def check_rebuild(git: Git, tree: Tree, reads: Sequence[Read], read: Read) -> list[Finding]:
    """What differs when a version is built again. This runs the code of that commit. Differing tools, the likely reason, are named first."""

    def cannot(why: str, notice: bool = False) -> list[Finding]:
        return [Finding("rebuild", f"{read.version}/", f"cannot be built again: {why}", read.version, notice)]

    if read.manifest is None:
        return cannot("its manifest cannot be read")
    commit, before = git.commit(read.manifest["commit"]), read.manifest["previous"]
    if commit is None:
        return cannot(f"its commit {read.manifest['commit'][:10]} is not in this repository")
    previous = None
    if before:
        previous = tree.read(f"{before['version']}/{STATE}")
        listed = next((other.manifest["files"].get(STATE) for other in reads if other.version == before["version"] and other.manifest), None)
        if previous is None:
            return cannot(f"the {STATE} of {before['version']} is needed for it and was removed", notice=True)
        if listed != manifests.sum_of(previous):
            return cannot(f"the {STATE} of {before['version']}, which is needed for it, is not the one that was published")
    try:
        with git.clone(commit.id) as folder:
            tools = manifests.tools(folder)
            site = build_site(folder, commit, read.version, read.manifest["audience"], previous)
            built = FolderTree(site).hashed(manifests.paths_in(site), lambda: None)
    except BuildFailed as error:
        return [*_tools(read, tools), *cannot(f"the build ended with: {error}")]
    except (GitError, OSError) as error:
        return cannot(str(error))
    return _differences(read, built, tools)


def _differences(read: Read, built: dict[str, str], tools: dict[str, str | None]) -> list[Finding]:
    assert read.manifest
    was = {path: sum["sha256"] for path, sum in read.manifest["files"].items()}
    found = []
    for words, paths in (
        ("are other than published", [path for path in sorted(was.keys() & built.keys()) if was[path] != built[path]]),
        ("were published and are not built", sorted(was.keys() - built.keys())),
        ("are built and were not published", sorted(built.keys() - was.keys() - {MANIFEST})),
    ):
        if paths:
            sentence = f"built again from commit {read.manifest['commit'][:10]}, {len(paths)} of {len(was)} files {words}: {some(paths)}"
            found.append(Finding("rebuild", f"{read.version}/", sentence, read.version))
    return [*_tools(read, tools), *found] if found else []


def _tools(read: Read, tools: dict[str, str | None]) -> list[Finding]:
    """The tools that are not those with which it was published."""
    assert read.manifest
    was = read.manifest["tools"]
    other = [f"{name} {was.get(name) or 'none'}, here {tools.get(name) or 'none'}" for name in sorted({*was, *tools}) if was.get(name) != tools.get(name)]
    if not other:
        return []
    sentence = f"was built with other tools, the likely reason for what differs: {'; '.join(other)}. Install what requirements.txt of its commit names"
    return [Finding("rebuild-tools", f"{read.version}/{MANIFEST}", sentence, read.version, notice=True)]

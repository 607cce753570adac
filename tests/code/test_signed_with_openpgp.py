"""A tag that is signed with an OpenPGP key, by a real gpg in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import run_aims
from repository import git

from macros.control.git import Git
from macros.control.snapshots.findings import Verdict
from macros.control.snapshots.verify import VerifyRequest, verify_repository
from macros.control.snapshots.verify_tags import OPENPGP

TAG = "snapshot/2026.3"
CONTROLLER, OTHER, OLD = "controller@mill.example", "other@mill.example", "old@mill.example"


def gpg(*arguments: str, input: str = "") -> str:
    """What a gpg command prints."""
    done = subprocess.run(["gpg", "--batch", "--quiet", *arguments], input=input, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def keys() -> Iterator[Path]:
    """A folder of gpg with three new keys, of which one expires; a short path, because gpg makes a socket in it."""
    if not shutil.which("gpg"):
        sentence = "there is no gpg. Install it (on Debian: apt-get install gnupg)"
        if os.environ.get("AIMS_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    folder = Path(tempfile.mkdtemp(prefix="aims-gpg-"))
    folder.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(folder))
        for who in (CONTROLLER, OTHER):
            gpg("--passphrase", "", "--quick-generate-key", who, "ed25519", "sign", "never")
        gpg("--passphrase", "", "--faked-system-time", "20250101T000000", "--quick-generate-key", OLD, "ed25519", "sign", "1y")
        yield folder
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def signed(copied: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """`signed(who)`: the repository whose newest tag that key has signed."""
    monkeypatch.setenv("GNUPGHOME", str(keys))

    def sign(who: str) -> Path:
        message = git(copied, "for-each-ref", "--format=%(contents)", f"refs/tags/{TAG}")
        git(copied, "-c", "gpg.format=openpgp", "-c", f"user.signingkey={who}", "tag", "--force", "--sign", "-m", message, TAG, f"{TAG}^{{commit}}")
        return copied

    return sign


def fingerprint(who: str) -> str:
    return next(line.split(":")[9] for line in gpg("--with-colons", "--list-keys", who).splitlines() if line.startswith("fpr"))


def bad(project: Path) -> str:
    """The one thing that is wrong."""
    (finding,) = verify_repository(project, VerifyRequest("2026.3")).problems
    return str(finding)


def test_a_good_one_names_the_key(signed: Callable[[str], Path]) -> None:
    project = signed(CONTROLLER)
    report = verify_repository(project, VerifyRequest())
    assert report.verdict is Verdict.signed and report.problems == ()
    assert {one.why for one in report.checked} == {f"{OPENPGP} {fingerprint(CONTROLLER)}"}
    said = run_aims("verify", cwd=project).stdout
    assert "Result: signed. An OpenPGP key counts because it is on this machine: compare its fingerprint" in said and "signers.yaml" not in said


def test_one_that_was_changed(signed: Callable[[str], Path]) -> None:
    project = signed(CONTROLLER)
    content = Git(project).run("cat-file", "tag", TAG).replace(b"Writer <writer@", b"Wrider <writer@")
    forged = Git(project).run("hash-object", "-t", "tag", "-w", "--stdin", input=content).decode().strip()
    git(project, "update-ref", f"refs/tags/{TAG}", forged)
    assert bad(project).startswith(f"tag {TAG}: has an OpenPGP signature that is not good after the keys on this machine (BAD signature from ")


def test_one_of_a_key_that_is_not_here(signed: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = signed(CONTROLLER)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir(mode=0o700)
    assert bad(project).startswith(
        f"tag {TAG}: has an OpenPGP signature that is not good after the keys on this machine (Can't check signature: No public key)"
    )


def test_one_of_a_key_that_expired(signed: Callable[[str], Path], copied: Path, tmp_path: Path) -> None:
    """For gpg itself that is no failure."""
    then = tmp_path / "gpg-then"
    then.write_text('#!/bin/sh\nexec gpg --faked-system-time 20250601T000000 "$@"\n', encoding="utf-8")
    then.chmod(0o755)
    git(copied, "config", "gpg.program", str(then))
    assert bad(signed(OLD)).startswith(f"tag {TAG}: has an OpenPGP signature that is not good after the keys on this machine (")


def test_a_program_that_the_repository_names_is_not_asked(signed: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = signed(CONTROLLER)
    git(project, "config", "gpg.program", "true")
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))
    assert "No public key" in bad(project)


def test_a_list_of_ssh_keys_says_nothing_about_it(signed: Callable[[str], Path], tmp_path: Path) -> None:
    """It is never called one of that list's keys."""
    own = tmp_path / "keys"
    own.write_text("auditor@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBuH4uB2y8sYJ7v3J6WcZyq4mM5oQ3rWw1k9u1m0cQ5T\n", encoding="utf-8")
    report = verify_repository(signed(CONTROLLER), VerifyRequest("2026.3", signers=own))
    assert report.verdict is Verdict.itself
    assert [str(finding) for finding in report.findings] == [f"tag {TAG}: has an OpenPGP signature, about which the SSH keys in {own} say nothing"]


def test_without_gpg(signed: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = signed(CONTROLLER)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "(the program gpg is not installed)" in bad(project)

"""Signatures with real SSH keys: a good one, and every way in which one is not."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from ssh_keys import new_key

from macros import signature
from macros.schema.documents import Signer

TEXT = "AIMS Portal seal 1\nid: AIMS-POL-01\n\n0000  docs/überblick.md\n"
DAY = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """The keys of the boss and of the writer, and one of another sort."""
    folder = tmp_path_factory.mktemp("keys")
    return {"boss": new_key(folder, "boss"), "writer": new_key(folder, "writer"), "ecdsa": new_key(folder, "ecdsa", "-t", "ecdsa")}


def signer(keys: dict[str, tuple[Path, str]], name: str, who: str = "TM-001", after: str = "2026-01-01", before: str | None = None) -> Signer:
    return Signer(who=who, key=keys[name][1], valid_after=dt.date.fromisoformat(after), valid_before=dt.date.fromisoformat(before) if before else None)


@pytest.mark.parametrize("name", ["boss", "ecdsa"])
def test_a_signature_is_good(keys: dict[str, tuple[Path, str]], name: str) -> None:
    signed = signature.sign(TEXT, keys[name][0])
    assert signed.startswith("-----BEGIN SSH SIGNATURE-----\n") and signed.endswith("-----END SSH SIGNATURE-----")
    who = "ai steering group, * !"  # a code with what means something to ssh-keygen
    assert signature.problem(signed, TEXT, [signer(keys, "writer", "TM-002"), signer(keys, name, who)], who, DAY) is None


@pytest.mark.parametrize(("day", "good"), [("2026-05-31", False), ("2026-06-01", True), ("2026-06-30", True), ("2026-07-01", False), ("2026-12-31", False)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_key_counts_from_its_first_day_to_the_day_before_its_last(
    keys: dict[str, tuple[Path, str]], monkeypatch: pytest.MonkeyPatch, day: str, good: bool, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    signed = signature.sign(TEXT, keys["boss"][0])
    found = signature.problem(signed, TEXT, [signer(keys, "boss", after="2026-06-01", before="2026-07-01")], "TM-001", dt.date.fromisoformat(day))
    wrong = f"the signature was made with a key of 'TM-001' that does not count on {day}; see valid_after and valid_before in aims_data/signers.yaml"
    assert found == (None if good else wrong)


def test_what_is_wrong_with_a_signature(keys: dict[str, tuple[Path, str]]) -> None:
    signed, signers = signature.sign(TEXT, keys["boss"][0]), [signer(keys, "boss"), signer(keys, "writer", "TM-002")]
    damaged = signed.replace(signed[120:124], "AAAA", 1)
    changed = "the signature of 'TM-001' does not fit: what it was made for was changed afterwards, or it is of something else"
    assert signature.problem(signed, TEXT.replace("POL", "PRO"), signers, "TM-001", DAY) == changed
    assert signature.problem(damaged, TEXT, signers, "TM-001", DAY) == changed
    assert signature.problem(signed, TEXT, signers, "TM-002", DAY) == "the signature was made with a key that is not one of 'TM-002' in aims_data/signers.yaml"
    assert (
        signature.problem(signed, TEXT, [], "TM-001", DAY)
        == "there is no key of 'TM-001' in aims_data/signers.yaml, so the signature proves nothing; add the key there first"
    )
    assert (
        signature.problem("signed, the boss", TEXT, signers, "TM-001", DAY)
        == "the signature of 'TM-001' is not one that `ssh-keygen -Y sign` wrote; sign again"
    )


def test_a_signature_for_something_else_does_not_count(keys: dict[str, tuple[Path, str]]) -> None:
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(keys["boss"][0]), "-n", "git"]
    signed = subprocess.run(command, input=TEXT.encode(), capture_output=True, check=True).stdout.decode().strip()
    assert "does not fit" in str(signature.problem(signed, TEXT, [signer(keys, "boss")], "TM-001", DAY))


def test_no_key_and_no_program(keys: dict[str, tuple[Path, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(signature.SignatureError, match=r"there is no key file .*none; name the file of your private SSH key"):
        signature.sign(TEXT, tmp_path / "none")
    (tmp_path / "text").write_text("no key")
    with pytest.raises(signature.SignatureError, match="ssh-keygen did not sign with text: "):
        signature.sign(TEXT, tmp_path / "text")
    signed = signature.sign(TEXT, keys["boss"][0])
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = "the program ssh-keygen is not installed; signatures need it (package openssh-client)"
    with pytest.raises(signature.SignatureError, match="is not installed"):
        signature.sign(TEXT, keys["boss"][0])
    assert signature.problem(signed, TEXT, [signer(keys, "boss")], "TM-001", DAY) == missing

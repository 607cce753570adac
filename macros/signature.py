"""SSH signatures of approvals, made and checked by `ssh-keygen`. What is signed is the seal text; the keys are those of `aims_data/signers.yaml`.

A key counts from its `valid_after` up to the day before its `valid_before`, on the day of the approval. No shell, no network, no agent needed.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from macros.schema.documents import Signer

NAMESPACE = "aims-approval"
"""What the signature is for: one that was made for a commit or a file does not count."""
BEGINS = "-----BEGIN SSH SIGNATURE-----"
HOLDER = "holder"
"""The name under which the keys of one person are handed to ssh-keygen, as a staff code may hold characters that mean something there."""


class SignatureError(Exception):
    """No signature could be made or checked; the text is a sentence for a person."""


def sign(text: str, key: Path) -> str:
    """The signature of a text with a private key, or with a public one whose private half is in the agent. Raises `SignatureError`."""
    if not key.is_file():
        raise SignatureError(f"there is no key file {key}; name the file of your private SSH key, like ~/.ssh/id_ed25519")
    done = _run(["-Y", "sign", "-q", "-f", str(key.absolute()), "-n", NAMESPACE], text.encode(errors="surrogateescape"))
    if done.returncode:
        raise SignatureError(f"ssh-keygen did not sign with {key.name}: {_last_words(done)}")
    return done.stdout.decode().strip()


def problem(signature: str, text: str, signers: Sequence[Signer], who: str, on: dt.date) -> str | None:
    """What is wrong with a signature that is to be `who`'s of `text` on a day, in one sentence; None where it is good."""
    keys = [signer for signer in signers if signer.who == who]
    if not keys:
        return f"there is no key of '{who}' in aims_data/signers.yaml, so the signature proves nothing; add the key there first"
    if not signature.startswith(BEGINS):
        return f"the signature of '{who}' is not one that `ssh-keygen -Y sign` wrote; sign again"
    try:
        with tempfile.TemporaryDirectory(prefix="aims-") as folder:
            return _verified(signature, text.encode(errors="surrogateescape"), keys, who, on, Path(folder))
    except SignatureError as error:
        return str(error)


def _verified(signature: str, text: bytes, keys: Sequence[Signer], who: str, on: dt.date, folder: Path) -> str | None:
    file, allowed = folder / "signature", folder / "allowed_signers"
    file.write_text(signature + "\n", encoding="utf-8")
    check = ["-n", NAMESPACE, "-s", str(file)]
    verify = ["-Y", "verify", *check, "-f", str(allowed), "-I", HOLDER, "-O", f"verify-time={on:%Y%m%d}120000"]
    allowed.write_text("".join(f'{HOLDER} namespaces="{NAMESPACE}",{_days(key)} {key.key}\n' for key in keys), encoding="utf-8")
    if not _run(verify, text).returncode:
        return None
    if _run(["-Y", "check-novalidate", *check], text).returncode:
        return f"the signature of '{who}' does not fit: what it was made for was changed afterwards, or it is of something else"
    allowed.write_text("".join(f"{HOLDER} {key.key}\n" for key in keys), encoding="utf-8")
    if not _run(verify, text).returncode:
        return f"the signature was made with a key of '{who}' that does not count on {on}; see valid_after and valid_before in aims_data/signers.yaml"
    return f"the signature was made with a key that is not one of '{who}' in aims_data/signers.yaml"


def _days(key: Signer) -> str:
    ends = f',valid-before="{key.valid_before:%Y%m%d}"' if key.valid_before else ""
    return f'valid-after="{key.valid_after:%Y%m%d}"{ends}'


def _run(arguments: list[str], text: bytes) -> subprocess.CompletedProcess[bytes]:
    try:  # TZ: the days of keys are read in UTC everywhere
        return subprocess.run(["ssh-keygen", *arguments], input=text, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C", "TZ": "UTC"})
    except FileNotFoundError:
        raise SignatureError("the program ssh-keygen is not installed; signatures need it (package openssh-client)") from None


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"

"""The tags of the snapshots: each points at the commit that its manifest names, carries the manifest's digest, and may be signed."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from macros.control.git import Git, GitError
from macros.control.snapshots.branch import Branch, tag_title
from macros.control.snapshots.findings import Finding, Read, short
from macros.control.snapshots.manifest import VERSION, order
from macros.control.snapshots.verify_branch import ID
from macros.control.snapshots.verify_commit import listed_at
from macros.schema.documents import Signer

MANIFEST_LINE = re.compile(rb"manifest: ([0-9a-f]{64})")
SIGNED = re.compile(rb"^-----BEGIN (SSH SIGNATURE|PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE)-----$", re.M)
GPG = ("gpg", "--batch", "--no-tty", "--no-auto-key-retrieve", "--trust-model", "always", "--status-fd", "1", "--verify")
OPENPGP = "the OpenPGP key"
SIGNERS = "aims_data/signers.yaml"
KEY = re.compile(r"\s((?:sk-)?(?:ssh|ecdsa)-\S+ [A-Za-z0-9+/]{20,}=*)(?=\s|$)")
"""A public key in a line, after who has it and what is said about it."""


@dataclass(frozen=True)
class Tag:
    """An annotated tag: its id, the commit it points at, the digest in its message, and whether it is signed."""

    id: str
    commit: str
    digest: str | None
    signed: str | None


def check_tags(git: Git, audience: str, reads: Sequence[Read]) -> tuple[dict[str, Tag], list[Finding]]:
    """The tags of all versions, and what is wrong with them."""
    branch = Branch(git, audience)
    start = branch.tag("")
    refs = git.text("for-each-ref", "--format=%(refname) %(objectname) %(objecttype)", f"refs/tags/{start.rstrip('/')}").split("\n")
    here = {ref.removeprefix(f"refs/tags/{start}"): (id, kind) for ref, id, kind in (line.rsplit(" ", 2) for line in refs if line)}
    strange = sorted(name for name in here if not VERSION.fullmatch(name) and "/" not in name)  # a / stands in those of other editions
    here = {version: found for version, found in here.items() if VERSION.fullmatch(version)}
    tags = {}
    findings = [Finding("tag", f"tag {start}{name}", "is no tag of a snapshot; it was made by hand", notice=True) for name in strange]
    for read in reads:
        if read.version not in here:
            findings.append(_tag_finding(start, read.version, "is missing: it was deleted, or this clone was made without tags (then: git fetch --tags)"))
            continue
        tag, more = _tag(git, start, read, *here[read.version])
        findings += more
        if tag:
            tags[read.version] = tag
    for version in sorted(here.keys() - {read.version for read in reads}, key=order):
        sentence = (
            f"is here, and the branch {branch.name} has no {version}: the version was removed, or this clone lacks the newest state of the branch "
            f"(then: git fetch origin {branch.name}:{branch.name})"
        )
        findings.append(_tag_finding(start, version, sentence))
    return tags, findings


def _tag_finding(start: str, version: str, sentence: str, expected: str | None = None, found: str | None = None) -> Finding:
    return Finding("tag", f"tag {start}{version}", sentence, version, expected=expected, found=found)


def _tag(git: Git, start: str, read: Read, id: str, kind: str) -> tuple[Tag | None, list[Finding]]:
    def wrong(sentence: str, expected: str | None = None, found: str | None = None) -> Finding:
        return _tag_finding(start, read.version, sentence, expected, found)

    if kind != "tag":
        return None, [wrong("holds no message with the digest of the manifest; it was made anew by hand")]
    content = git.run("cat-file", "tag", id)
    head, _, message = content.partition(b"\n\n")
    facts = dict(line.split(b" ", 1) for line in head.split(b"\n") if b" " in line)
    signature = SIGNED.search(message)
    words = message[: signature.start()] if signature else message
    lines = MANIFEST_LINE.fullmatch(words.rstrip(b"\n").rpartition(b"\n")[2])
    commit, digest = facts.get(b"object", b"").decode(), lines.group(1).decode() if lines else None
    findings = []
    if facts.get(b"tag", b"").decode(errors="replace") != f"{start}{read.version}":
        findings.append(wrong(f"is the tag {facts.get(b'tag', b'').decode(errors='replace')} under another name; it was moved"))
    if read.manifest and (facts.get(b"type") != b"commit" or commit != read.manifest["commit"]):
        said = read.manifest["commit"]
        sentence = f"points at {commit[:ID]}, and the manifest says that {read.version} shows the commit {said[:ID]}; it was moved or made anew"
        findings.append(wrong(sentence, said, commit))
    if digest is None:
        findings.append(wrong("does not end with the digest of the manifest; it was made anew by hand"))
    elif read.digest and digest != read.digest:
        sentence = (
            f"says that the manifest has the SHA-256 {short(digest)}…, and it is {short(read.digest)}…; the manifest is not the one for which the tag was made"
        )
        findings.append(wrong(sentence, digest, read.digest))
    elif read.manifest and words.partition(b"\n")[0].decode(errors="replace") != (title := tag_title(read.version, read.manifest["purpose"])):
        findings.append(wrong(f"does not begin with “{title}”, as the manifest has it; it was made anew by hand"))
    return Tag(id, commit, digest, signature.group(1).decode() if signature else None), findings


# -- signatures -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key that may sign: whose it is, the key alone, and the line in which ssh-keygen reads when and for what it counts."""

    who: str
    key: str
    line: str


def signers_at(git: Git, commit: str) -> tuple[Key, ...]:
    """The keys that a commit names; none where its file cannot be read."""
    return tuple(Key(signer.who, signer.key, f"signer {_counts(signer)} {signer.key}") for signer in listed_at(git, commit, SIGNERS, Signer) or ())


def _counts(signer: Signer) -> str:
    ends = f',valid-before="{signer.valid_before:%Y%m%d}"' if signer.valid_before else ""
    return f'namespaces="git",valid-after="{signer.valid_after:%Y%m%d}"{ends}'


def signers_in(text: str) -> tuple[Key, ...]:
    """The keys in a file of the form that `man ssh-keygen` calls allowed signers."""
    found = ((line, KEY.search(line)) for line in map(str.strip, text.splitlines()) if not line.startswith("#"))
    return tuple(Key(line.split()[0], key[1], line) for line, key in found if key)


def check_signature(git: Git, version: str, tag: Tag, name: str, signers: Sequence[Key], listed: str = SIGNERS) -> tuple[str, list[Finding]]:
    """Who signed a tag, and what is wrong with the signature. Nobody where it is not signed. `listed`: the file that the keys are from."""
    where = f"tag {name}"
    if tag.signed is None:
        return "", [Finding("not-signed", where, "is not signed", version, notice=True)]
    if tag.signed != "SSH SIGNATURE":
        if listed != SIGNERS:
            return "", [Finding("not-signed", where, f"has an OpenPGP signature, about which the SSH keys in {listed} say nothing", version, notice=True)]
        try:
            return f"{OPENPGP} {openpgp_key(git.run('cat-file', 'tag', tag.id))}", []
        except NotGood as error:
            sentence = (
                f"has an OpenPGP signature that is not good after the keys on this machine ({error}); the tag was changed, or the key of who signed "
                "is missing here, revoked or expired"
            )
            return "", [Finding("signature", where, sentence, version)]
    for signer in signers:
        if _verifies(git, tag, signer.line):
            return f"{signer.who} with the key {fingerprint(signer.key)}", []
    if any(_verifies(git, tag, f"signer {signer.key}") for signer in signers):
        sentence = f"is signed with a key that did not count on the day of the tag; see from when to when it does in {listed}"
    else:
        sentence = f"has a signature that is not good: the tag was changed, or it was signed with a key that is not in {listed}"
    return "", [Finding("signature", where, sentence, version)]


class NotGood(Exception):
    """An OpenPGP signature does not hold, or cannot be looked at; the text is what gpg said."""


def openpgp_key(content: bytes) -> str:
    """The fingerprint of the key that signed the content of a tag, which has to be on this machine. Asks no server. Raises `NotGood`."""
    start = next(SIGNED.finditer(content)).start()
    with tempfile.TemporaryDirectory(prefix="aims-") as name:
        words, signature = Path(name, "words"), Path(name, "signature")
        words.write_bytes(content[:start])
        signature.write_bytes(content[start:])
        try:
            done = subprocess.run([*GPG, str(signature), str(words)], capture_output=True, text=True, errors="replace", check=False)
        except FileNotFoundError:
            raise NotGood("the program gpg is not installed") from None
    said = dict(line.removeprefix("[GNUPG:] ").split(" ", 1) for line in done.stdout.splitlines() if line.count(" ") > 1)
    if done.returncode or "GOODSIG" not in said:  # which gpg does not say of a key that expired or was revoked
        raise NotGood((done.stderr.strip().splitlines() or ["no good signature"])[-1].removeprefix("gpg: "))
    return said["VALIDSIG"].split()[-1]


def _verifies(git: Git, tag: Tag, allowed: str) -> bool:
    with tempfile.NamedTemporaryFile("w", prefix="aims-", encoding="utf-8") as file:
        file.write(allowed + "\n")
        file.flush()
        settings = {"gpg.ssh.allowedSignersFile": Path(file.name), "gpg.ssh.program": "ssh-keygen"}  # whatever this repository says
        try:
            git.run(*(word for key, value in settings.items() for word in ("-c", f"{key}={value}")), "verify-tag", tag.id, env={"TZ": "UTC"})
        except GitError:
            return False
    return True


def fingerprint(key: str) -> str:
    """The fingerprint of a public key, as `ssh-keygen -l` prints it."""
    blob = base64.b64decode(key.split(" ")[1] + "===")
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")

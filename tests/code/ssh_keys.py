"""Real SSH keys for tests."""

from __future__ import annotations

import subprocess
from pathlib import Path


def new_key(folder: Path, name: str, *options: str) -> tuple[Path, str]:
    """A private key file, and its public half as it stands in signers.yaml."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", "", "-f", str(file), *(options or ("-t", "ed25519"))], check=True)
    return file, " ".join(file.with_suffix(".pub").read_text().split()[:2])

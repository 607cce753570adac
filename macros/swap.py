"""Build aside, then swap: a broken or killed build never takes a good site away."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Swap:
    """The folder of the site, the folder in which the next one is built, and the swap of the two.

    Both lie side by side on one disk, so that the swap is two renames. Should the machine stop between the two, the next build
    begins by putting the old site back.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.aside = site.with_name(f".{site.name}.building-{os.getpid()}")
        self.old = site.with_name(f".{site.name}.old")
        if self.old.exists() and not site.exists():
            self.old.rename(site)
        for left in [self.old, *site.parent.glob(f".{site.name}.building-*")]:
            if not _still_building(left):
                shutil.rmtree(left, ignore_errors=True)

    def finish(self, good: bool) -> None:
        """Put the new site in place of the old one if the build was good, else remove the new one."""
        if not good or not self.aside.exists():
            shutil.rmtree(self.aside, ignore_errors=True)
            return
        shutil.rmtree(self.old, ignore_errors=True)
        if self.site.exists():
            self.site.rename(self.old)
        self.aside.rename(self.site)
        shutil.rmtree(self.old, ignore_errors=True)


def _still_building(folder: Path) -> bool:
    """Whether the process that builds in this folder still runs."""
    number = folder.name.rpartition("-")[2]
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True  # it runs, as another user
    except (OSError, OverflowError):
        return False
    return int(number) != os.getpid()

"""What runs on the source host: linted, least permissions, pinned, and their scripts run here against a real repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import ROOT, read_yaml
from repository import commit, git, named, repository

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"
BIN = Path(sys.executable).parent
PINNED = re.compile(r"\s*(?:- )?(?:id: \w+\n\s*)?uses: (actions/[a-z-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OWN_CODE = ("make ", ".venv/", "python -m macros")


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    """The jobs of a workflow by name."""
    return dict(read_yaml(workflow)["jobs"])


def scripts(job: dict[str, Any]) -> list[str]:
    """What a job runs."""
    return [step["run"] for step in job.get("steps", []) if "run" in step]


def every_script() -> Iterator[tuple[str, str]]:
    """Every script of every workflow, with where it stands."""
    for workflow in WORKFLOWS:
        for name, job in jobs(workflow).items():
            for number, script in enumerate(scripts(job)):
                yield f"{workflow.name}:{name}:{number}", script
    for name, job in gitlab_jobs().items():
        for part in ("before_script", "script"):
            yield f"{GITLAB.name}:{name}:{part}", "\n".join(job.get(part, []))


def gitlab_jobs() -> dict[str, dict[str, Any]]:
    """The jobs of the file for GitLab, each with what it takes over from another."""
    content = read_yaml(GITLAB)
    found = {name: job for name, job in content.items() if isinstance(job, dict) and ("script" in job or name.startswith("."))}
    return {name: found.get(job.get("extends", ""), {}) | job for name, job in found.items()}


# -- read -----------------------------------------------------------------------------------------------------------------------


def test_zizmor_finds_nothing() -> None:
    """Injection, credentials left behind, wide permissions, unpinned actions and more."""
    done = subprocess.run([BIN / "zizmor", "--offline", "--no-progress", "--persona", "auditor", *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("schema", "files"), [("github-workflows", WORKFLOWS), ("gitlab-ci", [GITLAB])])
def test_the_files_have_the_shape_that_the_host_reads(schema: str, files: list[Path]) -> None:
    done = subprocess.run([BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", [pytest.param(script, id=place) for place, script in every_script()])
def test_shellcheck_finds_nothing(script: str) -> None:
    done = subprocess.run([BIN / "shellcheck", "--shell=bash", "--exclude=SC2016", "-"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_few_and_pinned(workflow: Path) -> None:
    lines = [line for line in workflow.read_text(encoding="utf-8").splitlines() if "uses:" in line and "uses: ./" not in line]
    found = {match.group(1) for match in map(PINNED.fullmatch, lines) if match}
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    assert found <= {"actions/checkout", "actions/upload-artifact", "actions/upload-pages-artifact", "actions/deploy-pages"}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_who_may_write_runs_no_code_of_the_project(workflow: Path) -> None:
    content = read_yaml(workflow)
    assert content["permissions"] == {}, "nothing by default; each job asks for what it needs"
    for name, job in content["jobs"].items():
        writes = "write" in job["permissions"].values()
        runs = any(word in script for script in scripts(job) for word in OWN_CODE)
        assert not (writes and runs), name
        assert not (runs and "secrets" in str(job)), name
        for step in job.get("steps", []):
            assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False, name
            assert "${{" not in step.get("run", ""), f"{name}: what somebody typed reaches a script through its environment only"


def test_on_gitlab_who_has_a_token_runs_no_code_of_the_project() -> None:
    found = gitlab_jobs()
    assert {
        "check",
        "comment",
        "judge",
        "pages",
        "remind",
        "make-snapshot",
        "push-snapshot",
        "open-approval",
        "write-approval",
        "push-approval",
    } <= found.keys()
    for name, job in found.items():
        script = "\n".join([*job.get("before_script", []), *job.get("script", [])])
        assert not ("_TOKEN" in script and any(word in script for word in OWN_CODE)), name


def test_a_fork_gets_its_comment_without_its_code_being_run() -> None:
    (job,) = jobs(ROOT / ".github/workflows/comment.yml").values()
    assert not any("uses" in step for step in job["steps"])
    (check,) = jobs(ROOT / ".github/workflows/check.yml").values()
    assert check["permissions"] == {"contents": "read"}


# -- run ------------------------------------------------------------------------------------------------------------------------

GH = """#!/bin/sh
# stands in for GitHub's command line: what was uploaded is downloaded, the rest is written down
echo "gh $*" >> "$GH_LOG"
case "$1 $2" in
  "run download") cp -r "$GH_ARTIFACTS"/. . ;;
  "pr create") echo https://git.mill.example/pull/7 ;;
  "api --method") echo '[{"number": 6, "head": {"sha": "old"}}, {"number": 7, "head": {"sha": "c0ffee"}}]' ;;
  "issue list") echo "$OPEN_ISSUE" ;;
esac
"""


class Host:
    """A bare repository in the place of the source host, and runners that begin with a fresh clone of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote, self.artifacts = folder, folder / "remote.git", folder / "artifacts"
        self.artifacts.mkdir()
        tools = folder / "tools"
        tools.mkdir()
        (tools / "gh").write_text(GH, encoding="utf-8")
        (tools / "make").write_text("#!/bin/sh\n", encoding="utf-8")
        for tool in tools.iterdir():
            tool.chmod(0o755)
        self.environment = os.environ | {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "GH_LOG": str(folder / "gh.log"),
            "GH_ARTIFACTS": str(self.artifacts),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        git(repository(folder), "push", "--quiet", str(self.init()), "main")

    def init(self) -> Path:
        """The bare repository."""
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        return self.remote

    def runner(self, name: str, revision: str = "main") -> Path:
        """A fresh clone, as `actions/checkout` makes one: HEAD detached, no local branch."""
        clone = self.folder / name
        git(self.folder, "clone", "--quiet", str(self.remote), str(clone))
        git(clone, "checkout", "--quiet", "--detach", revision if revision.startswith("refs/") else f"origin/{revision}")
        git(clone, "branch", "--quiet", "-D", "main")
        aims = clone / ".venv/bin/aims"
        aims.parent.mkdir(parents=True)
        aims.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {BIN}/aims "$@"\n', encoding="utf-8")
        aims.chmod(0o755)
        (clone / ".git/info/exclude").write_text(".venv/\n", encoding="utf-8")
        return clone

    def run(self, runner: Path, workflow: str, job: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What a job of a workflow runs, in order, until something fails; with all that it prints."""
        done = subprocess.CompletedProcess[str]([], 0, "", "")
        for script in scripts(jobs(ROOT / ".github/workflows" / workflow)[job]):
            before, done = done, self.bash(runner, script, **environment)
            done.stdout, done.stderr = before.stdout + done.stdout, before.stderr + done.stderr
            if done.returncode:
                break
        return done

    def run_gitlab(self, runner: Path, job: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The same for a job of GitLab."""
        return self.bash(runner, "\n".join(gitlab_jobs()[job]["script"]), CI_DEFAULT_BRANCH="main", CI_COMMIT_TAG="", **environment)

    def bash(self, runner: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """One script."""
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=runner, env=self.environment | environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """The source host with the smallest project on main."""
    return Host(tmp_path)


def refs(host: Host) -> list[str]:
    """What the source host has."""
    return git(host.remote, "for-each-ref", "--format=%(refname)").splitlines()


SNAPSHOT = {"ACTOR": "writer", "REQUEST": "", "VERSION": "2026.2", "PURPOSE": "Stage 1; $(touch x) audit", "EDITIONS": "auditor"}


def test_the_snapshot_that_one_job_makes_is_pushed_by_the_other(host: Host) -> None:
    """First asked for by a tag, whose message says what it is for; then by the form."""
    project = host.folder / "project"
    git(project, "tag", "--annotate", "-m", "Surveillance audit", "snapshot-request/2026.1")
    git(project, "push", "--quiet", str(host.remote), "snapshot-request/2026.1")
    before = refs(host)
    asked = SNAPSHOT | {"REQUEST": "snapshot-request/2026.1", "VERSION": "", "PURPOSE": ""}
    made = host.run(host.runner("build", "refs/tags/snapshot-request/2026.1"), "snapshot.yml", "build", **asked)
    assert made.returncode == 0, made.stdout + made.stderr
    assert refs(host) == before, "the job that runs code cannot push"
    shutil.copy(host.folder / "build/snapshot.bundle", host.artifacts)
    pushed = host.run(host.runner("push"), "snapshot.yml", "push", RUN="1", GH_TOKEN="x")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert set(refs(host)) - set(before) == {"refs/heads/snapshots", "refs/tags/snapshot/2026.1"}
    assert '"purpose": "Surveillance audit"' in git(host.remote, "show", "snapshots:2026.1/manifest.json")

    again = host.run(host.runner("again"), "snapshot.yml", "build", **SNAPSHOT | {"VERSION": "2026.1"})
    assert again.returncode != 0 and "2026.1 is published for auditor" in again.stdout, "a version is published once"
    second = host.run(host.runner("second"), "snapshot.yml", "build", **SNAPSHOT)
    assert second.returncode == 0, second.stdout + second.stderr
    shutil.copy(host.folder / "second/snapshot.bundle", host.artifacts)
    assert host.run(host.runner("push2"), "snapshot.yml", "push", RUN="2", GH_TOKEN="x").returncode == 0
    assert git(host.remote, "rev-list", "--count", "snapshots") == "2"
    assert '"purpose": "Stage 1; $(touch x) audit"' in git(host.remote, "show", "snapshots:2026.2/manifest.json")


def test_an_edition_that_is_added_later_is_made_of_the_commit_that_the_others_show(host: Host) -> None:
    first = host.run(host.runner("first"), "snapshot.yml", "build", **SNAPSHOT)
    assert first.returncode == 0, first.stdout + first.stderr
    git(host.folder / "first", "push", "--quiet", "origin", "snapshots", "snapshot/2026.2")
    shown = git(host.remote, "rev-parse", "main")
    project = host.folder / "project"
    commit(project, "Main goes on")
    git(project, "tag", "--annotate", "-m", "Again", "snapshot-request/2026.2")
    git(project, "push", "--quiet", str(host.remote), "main", "snapshot-request/2026.2")

    more = SNAPSHOT | {"EDITIONS": "auditor public"}
    made = {"github": host.run(host.runner("github"), "snapshot.yml", "build", **more)}
    variables = {"VERSION": "2026.2", "PURPOSE": "Stage 1", "AIMS_EDITIONS": "auditor public", "GITLAB_USER_LOGIN": "writer"}
    made["gitlab"] = host.run_gitlab(host.runner("gitlab"), "make-snapshot", **variables)
    for name, done in made.items():
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2026.2 is published already for auditor" in done.stdout, "nothing is passed over in silence"
        assert git(host.folder / name, "rev-parse", "snapshot/public/2026.2^{commit}") == shown
        packed = git(host.folder / name, "bundle", "list-heads", "snapshot.bundle")
        assert "refs/heads/snapshots-public" in packed and "refs/tags/snapshot/public/2026.2" in packed and "refs/heads/snapshots\n" not in packed

    asked = host.run(host.runner("asked", "refs/tags/snapshot-request/2026.2"), "snapshot.yml", "build", **more | {"REQUEST": "snapshot-request/2026.2"})
    assert asked.returncode == 1 and f"2026.2 shows commit {shown[:10]} in another edition" in asked.stdout

    aside = host.runner("aside")
    git(aside, "commit", "--quiet", "--allow-empty", "-m", "Not merged")
    git(aside, "tag", "--annotate", "-m", "By hand", "snapshot/staff/2026.7")
    git(aside, "push", "--quiet", "origin", "snapshot/staff/2026.7")
    for done in (
        host.run(host.runner("unmerged"), "snapshot.yml", "build", **more | {"VERSION": "2026.7"}),
        host.run_gitlab(host.runner("unmerged-gitlab"), "make-snapshot", **variables | {"VERSION": "2026.7"}),
    ):
        assert done.returncode == 1 and "The tag of 2026.7 in another edition is not on" in done.stdout, done.stdout + done.stderr


def test_a_job_of_gitlab_begins_with_a_whole_fresh_clone() -> None:
    variables = read_yaml(GITLAB)["variables"]
    assert (variables["GIT_STRATEGY"], variables["GIT_DEPTH"]) == ("clone", "0")


def test_what_was_not_merged_becomes_no_snapshot(host: Host) -> None:
    runner = host.runner("build")
    git(runner, "commit", "--quiet", "--allow-empty", "-m", "Not merged")
    done = host.run(runner, "snapshot.yml", "build", **SNAPSHOT)
    assert done.returncode == 1 and "not on main" in done.stdout


FORM = {
    "ACTOR": "writer",
    "DOCUMENT": "AIMS-POL-01",
    "ROLE": "boss",
    "HOLDER": "TM-001",
    "CHANGE": "Said more plainly; `id`",
    "EVIDENCE": "",
    "KIND": "minor",
    "ANSWER": "no system",
    "SHORT": "",
    "CONDITIONS": "",
    "UNTIL": "",
}
RECORD = "aims_data/documents/AIMS-POL-01.yaml"
ENTERED = "aims_data/approvals/AIMS-POL-01/"


def new_files(host: Host) -> list[str]:
    """What the branch of the form has more than the branch of the text."""
    return git(host.remote, "diff", "--name-only", "work..approve/1").splitlines()


def change_the_policy(host: Host) -> None:
    """A branch `work` with a new text of the policy."""
    project = host.folder / "project"
    git(project, "switch", "--quiet", "--create", "work")
    text = (project / "docs/policy.md").read_text(encoding="utf-8")
    commit(project, "Plainer", **{"docs/policy.md": text + "\nMore plainly.\n"})
    git(project, "push", "--quiet", str(host.remote), "work")


def opened(host: Host, branch: str, **form: str) -> dict[str, str]:
    """The form up to the pull request: what its first job hands on."""
    done = host.run(host.runner("open", branch), "approve.yml", "open", BRANCH="approve/1", GH_TOKEN="x", **FORM | form)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.split("=", 1) for line in (host.folder / "output").read_text(encoding="utf-8").splitlines())


def test_the_form_opens_a_pull_request_with_the_entry_and_its_address_as_evidence(host: Host) -> None:
    change_the_policy(host)
    handed_on = opened(host, "work")
    assert handed_on == {"branch": "approve/1", "address": "https://git.mill.example/pull/7"}
    done = host.run(host.runner("entry", "approve/1"), "approve.yml", "entry", ADDRESS=handed_on["address"], **FORM)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(host.folder / "entry/entry.patch", host.artifacts)
    done = host.run(host.runner("push", "approve/1"), "approve.yml", "push", RUN="1", GH_TOKEN="x", BRANCH="approve/1", **FORM)
    assert done.returncode == 0, done.stdout + done.stderr
    entered = {name.partition("-approved-boss-")[0]: git(host.remote, "show", f"approve/1:{name}") for name in new_files(host)}
    assert list(entered) == [ENTERED + "1.1", ENTERED + "1.1.yaml"]
    assert "evidence: https://git.mill.example/pull/7" in entered[ENTERED + "1.1"] and "Said more plainly; `id`" in entered[ENTERED + "1.1.yaml"]
    assert git(host.remote, "log", "--format=%s", "main..approve/1").splitlines() == [
        "Enter the approval of AIMS-POL-01 as boss",
        "Approve AIMS-POL-01 as boss",
        "Plainer",
    ]
    log = (host.folder / "gh.log").read_text(encoding="utf-8")
    assert "gh workflow run check.yml --ref approve/1" in log, "a push from a workflow starts no check by itself"
    # and the check of that pull request holds
    checked = host.run(host.runner("check", "approve/1"), "check.yml", "check", BASE="origin/main")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Said more plainly" in (host.folder / "check/changes.md").read_text(encoding="utf-8")


def test_the_form_enters_what_one_meeting_approved(host: Host) -> None:
    """Several documents at once, seen in its minutes, so that nobody needs an account."""
    change_the_policy(host)
    project = host.folder / "project"
    commit(project, "The method too", **{"docs/risk-method.md": (project / "docs/risk-method.md").read_text(encoding="utf-8") + "\nMore plainly.\n"})
    git(project, "push", "--quiet", str(host.remote), "work")
    form = FORM | {"DOCUMENT": "AIMS-POL-01 AIMS-PRO-01", "EVIDENCE": "Minutes; `3`"}
    handed_on = opened(host, "work", DOCUMENT=form["DOCUMENT"], EVIDENCE=form["EVIDENCE"])
    done = host.run(host.runner("entry", "approve/1"), "approve.yml", "entry", ADDRESS=handed_on["address"], **form)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(host.folder / "entry/entry.patch", host.artifacts)
    one = host.run(host.runner("one", "approve/1"), "approve.yml", "push", RUN="1", GH_TOKEN="x", BRANCH="approve/1", **FORM)
    assert one.returncode == 1 and "more than what AIMS-POL-01 gets by it: aims_data/approvals/AIMS-PRO-01/" in one.stdout
    done = host.run(host.runner("push", "approve/1"), "approve.yml", "push", RUN="1", GH_TOKEN="x", BRANCH="approve/1", **form)
    assert done.returncode == 0, done.stdout + done.stderr
    approved = next(name for name in new_files(host) if "AIMS-PRO-01/1.1-approved" in name)
    assert "evidence: Minutes; `3`" in git(host.remote, "show", f"approve/1:{approved}")
    assert [name.split("/")[2] for name in new_files(host)] == ["AIMS-POL-01", "AIMS-POL-01", "AIMS-PRO-01", "AIMS-PRO-01"]
    checked = host.run(host.runner("check", "approve/1"), "check.yml", "check", BASE="origin/main")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_form_of_gitlab_enters_the_same(host: Host) -> None:
    change_the_policy(host)
    git(host.folder / "project", "push", "--quiet", str(host.remote), "work:approve/1")
    writing, pushing = host.runner("write", "approve/1"), named(host.runner("push", "approve/1"))
    (writing / "address.txt").write_text("https://git.mill.example/merge/7\n", encoding="utf-8")
    done = host.run_gitlab(writing, "write-approval", CI_PIPELINE_ID="1", **FORM)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(writing / "entry.patch", pushing)
    other = host.run_gitlab(pushing, "push-approval", CI_PIPELINE_ID="1", **FORM | {"DOCUMENT": "AIMS-PRO-01"})
    assert other.returncode == 1 and "more than what AIMS-PRO-01 gets by it: aims_data/approvals/AIMS-POL-01/" in other.stdout
    done = host.run_gitlab(pushing, "push-approval", CI_PIPELINE_ID="1", **FORM)
    assert done.returncode == 0, done.stdout + done.stderr
    approved = next(name for name in new_files(host) if "-approved-" in name)
    assert "evidence: https://git.mill.example/merge/7" in git(host.remote, "show", f"approve/1:{approved}")


DECIDED = {
    "use": (
        {"DOCUMENT": "SYS-01", "ANSWER": "only_if", "SHORT": "--Only `rye`.", "CONDITIONS": "It is $(id); it is dry;", "UNTIL": "2027-05-31"},
        ["use: only_if", "short: --Only `rye`.", "conditions:", "  - It is $(id)", "  - it is dry", "valid_until: 2027-05-31"],
    ),
    "accept": ({"DOCUMENT": "R-001", "UNTIL": "2027-04-30"}, ["level: moderate", "valid_until: 2027-04-30"]),
}


@pytest.mark.parametrize(("form", "expected"), DECIDED.values(), ids=DECIDED)
def test_the_form_enters_a_decision_too(host: Host, form: dict[str, str], expected: list[str]) -> None:
    """What is typed into it is text and nothing else, on both hosts."""
    form = FORM | form
    handed_on = opened(host, "main", **form)
    done = host.run(host.runner("entry", "approve/1"), "approve.yml", "entry", ADDRESS=handed_on["address"], **form)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(host.folder / "entry/entry.patch", host.artifacts)
    done = host.run(host.runner("push", "approve/1"), "approve.yml", "push", RUN="1", GH_TOKEN="x", BRANCH="approve/1", **form)
    assert done.returncode == 0, done.stdout + done.stderr
    (name,) = git(host.remote, "diff", "--name-only", "main..approve/1").splitlines()
    assert name.startswith(f"aims_data/decisions/{form['DOCUMENT']}/")
    entered = git(host.remote, "show", f"approve/1:{name}").splitlines()
    assert [line for line in entered if line in expected] == expected
    assert {"by: boss", "holder: TM-001", "reason: Said more plainly; `id`", f"evidence: {handed_on['address']}"} <= set(entered)
    assert any(line.startswith("seal: ") for line in entered)
    assert git(host.remote, "log", "--format=%s", "main..approve/1").splitlines() == [
        f"Enter the decision on {form['DOCUMENT']} as boss",
        f"Decide on {form['DOCUMENT']} as boss",
    ]
    checked = host.run(host.runner("check", "approve/1"), "check.yml", "check", BASE="origin/main")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    runner = host.runner("gitlab", "main")
    git(runner, "push", "--quiet", str(host.remote), "HEAD:refs/heads/approve/9")
    (runner / "address.txt").write_text("https://git.mill.example/merge/9\n", encoding="utf-8")
    done = host.run_gitlab(runner, "write-approval", CI_PIPELINE_ID="9", **form)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in (runner / name).read_text(encoding="utf-8").splitlines() if line in expected] == expected


def test_a_version_that_is_entered_already_is_approved_as_it_is_numbered(host: Host) -> None:
    change_the_policy(host)
    project = host.folder / "project"
    submitted = run_aims("submit", "AIMS-POL-01", "--as", "boss", "--change", "Said more plainly", "--major", "--base", "main", cwd=project)
    assert submitted.returncode == 0, submitted.stdout + submitted.stderr
    commit(project, "Submitted")
    git(project, "push", "--quiet", str(host.remote), "work")
    for kind in ("minor", "major"):
        done = host.run(host.runner(f"entry-{kind}", "work"), "approve.yml", "entry", ADDRESS="x", **FORM | {"CHANGE": "", "KIND": kind})
        assert done.returncode == 0, done.stdout + done.stderr


def test_who_does_not_hold_the_role_gets_no_entry(host: Host) -> None:
    change_the_policy(host)
    done = host.run(host.runner("entry", "work"), "approve.yml", "entry", ADDRESS="x", **FORM | {"HOLDER": "TM-002"})
    assert done.returncode == 1 and "TM-002" in done.stderr and not (host.folder / "entry/entry.patch").exists()


def test_a_patch_that_touches_more_than_the_record_is_not_pushed(host: Host) -> None:
    opened(host, "main")
    runner = host.runner("bad", "approve/1")
    for name in (RECORD, "macros/__init__.py"):
        (runner / name).write_text((runner / name).read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    (host.artifacts / "entry.patch").write_bytes(subprocess.run(["git", "diff", "--binary"], cwd=runner, capture_output=True, check=True).stdout)
    done = host.run(host.runner("push", "approve/1"), "approve.yml", "push", RUN="1", GH_TOKEN="x", BRANCH="approve/1", **FORM)
    assert done.returncode == 1 and f"more than what AIMS-POL-01 gets by it: {RECORD}\nmacros/__init__.py" in done.stdout
    assert git(host.remote, "rev-list", "--count", "main..approve/1") == "1"


@pytest.mark.parametrize(("field", "value"), [("DOCUMENT", "../x"), ("ROLE", "boss\nbranch=main"), ("HOLDER", "`id`")])
def test_the_form_refuses_what_is_no_id(host: Host, field: str, value: str) -> None:
    done = host.run(host.runner("open"), "approve.yml", "open", BRANCH="approve/1", GH_TOKEN="x", **FORM | {field: value})
    assert done.returncode == 1 and "::error::" in done.stdout
    assert refs(host) == ["refs/heads/main"]


def test_a_text_without_its_approval_is_stopped(host: Host) -> None:
    change_the_policy(host)
    done = host.run(host.runner("check", "work"), "check.yml", "check", BASE="origin/main")
    assert done.returncode == 1 and "AIMS-POL-01" in done.stdout


def test_what_is_pushed_to_main_is_judged_on_both_hosts(host: Host) -> None:
    """Every commit after the one before the push; all of them at the first push; and a rewritten history is an error, whatever stands there now."""
    project, sin = host.folder / "project", "change: The first version."
    version = ENTERED + "1.0.yaml"
    text = (project / version).read_text(encoding="utf-8")
    first = git(project, "rev-parse", "HEAD")
    bad = commit(project, "By hand", "2026-05-02T10:00:00Z", **{version: text.replace("change: First version.", sin)})
    last = commit(project, "Harmless", "2026-05-03T10:00:00Z", **{"docs/policy.md": (project / "docs/policy.md").read_text(encoding="utf-8") + "\n"})
    git(project, "push", "--quiet", str(host.remote), "main")
    runner = host.runner("judge")

    def checked(before: str) -> tuple[int, str]:
        both = host.run(runner, "publish.yml", "judge", BEFORE=before), host.run_gitlab(runner, "judge", CI_COMMIT_BEFORE_SHA=before)
        assert both[0].returncode == both[1].returncode, both
        assert all("1.0 was 'First version.'" in done.stdout for done in both) is (f"commit {bad[:10]}" in both[0].stdout), both
        return both[0].returncode, both[0].stdout + both[0].stderr

    code, said = checked(first)
    assert code == 1 and f"commit {bad[:10]}" in said and f"1 commit after {first}" in said
    code, said = checked(bad)
    assert code == 0 and f"commit {bad[:10]}" not in said and f"0 commits after {bad}" in said
    code, said = checked("0" * 40)
    assert code == 1 and said.startswith("This is the first push, so all of main is judged.") and f"commit {bad[:10]}" in said
    git(project, "reset", "--quiet", "--hard", first)
    commit(project, "As if nothing had been", "2026-05-02T10:00:00Z")
    git(project, "push", "--quiet", "--force", str(host.remote), "main")
    runner = host.runner("rewritten")
    code, said = checked(last)
    assert code == 1 and f"::error::The history of main was rewritten: {last}" in said and "0 errors" not in said


needs_jq = pytest.mark.skipif(not shutil.which("jq"), reason="no jq, which the source host's machines have (on Debian: apt-get install jq)")


@needs_jq
def test_the_comment_is_for_the_pull_request_of_exactly_that_commit(host: Host, tmp_path: Path) -> None:
    """Its text calls nobody, however it is written."""
    (host.artifacts / "changes").mkdir()
    (host.artifacts / "changes/changes.md").write_text("@everybody: `ü` \ufffd\n" * 9000, encoding="utf-8")
    runner = tmp_path / "runner"
    runner.mkdir()
    done = host.run(runner, "comment.yml", "comment", GH_REPO="mill/aims", HEAD="stranger:x;y", COMMIT="c0ffee", RUN="1", NUMBER="7", GH_TOKEN="x")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (host.folder / "output").read_text(encoding="utf-8") == "number=7\n"
    body = (runner / "comment.md").read_text(encoding="utf-8")
    assert "&#64;everybody" in body and "@" not in body
    log = (host.folder / "gh.log").read_text(encoding="utf-8").splitlines()
    assert log[0] == "gh api --method GET repos/mill/aims/pulls -f state=open -f head=stranger:x;y"
    assert log[-1] == "gh pr comment 7 --body-file comment.md --edit-last --create-if-none"


@needs_jq
@pytest.mark.parametrize(("issue", "verb"), [("", "issue create"), ("12", "issue edit 12")])
def test_what_is_due_becomes_one_issue(host: Host, tmp_path: Path, issue: str, verb: str) -> None:
    looked = host.run(host.runner("look"), "remind.yml", "look")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    first, *due, last = (host.folder / "output").read_text(encoding="utf-8").splitlines()
    assert first == f"due<<{last}" and due and all(line.startswith("- [ ] `aims_data/") for line in due)
    runner = tmp_path / "runner"
    runner.mkdir()
    for words, wanted in (("\n".join(due), verb), ("", "issue close 12" if issue else "")):
        (host.folder / "gh.log").unlink(missing_ok=True)
        done = host.run(runner, "remind.yml", "remind", GH_REPO="mill/aims", GH_TOKEN="x", DUE=words, OPEN_ISSUE=issue)
        assert done.returncode == 0, done.stdout + done.stderr
        verbs = [line for line in (host.folder / "gh.log").read_text(encoding="utf-8").splitlines() if line.startswith("gh issue") and "issue list" not in line]
        assert len(verbs) == bool(wanted) and all(line.startswith(f"gh {wanted}") for line in verbs)
    assert due[0] not in (runner / "body.md").read_text(encoding="utf-8")

"""Who may approve, review, submit, withdraw and close: read from the base commit of a change, never from the change itself.

So nobody appoints himself approver and approves in one pull request: the appointment comes first, is merged, and counts from then on.
"""

from __future__ import annotations

import datetime as dt

from macros import decisions, office
from macros.control.git import Commit, Git, GitError
from macros.control.history import history_of
from macros.facts import approvers
from macros.graph import Aims
from macros.office import Acting, in_office
from macros.problems import did_you_mean
from macros.schema.decisions import DecisionOnFacts
from macros.schema.documents import Document, Version
from macros.schema.people import Role
from macros.settings import UnknownSchema, need_known_schema, schema_stated


def base_commit(git: Git, revision: str | None = None) -> Commit:
    """The commit that a change builds on: the given one; else where the branch left the main one; on that itself, or where there is but one, the last
    commit. Raises `GitError` for a revision that does not exist, where it cannot be told, and for data of a newer schema than this engine knows."""
    commit = _base_commit(git, revision)
    try:
        need_known_schema(schema_stated((git.read(commit.id, "mkdocs.yml") or b"").decode(errors="replace")), revision or commit.id[:10])
    except UnknownSchema as error:
        raise GitError(str(error)) from None
    return commit


def _base_commit(git: Git, revision: str | None) -> Commit:
    if revision is not None:
        commit = git.commit(revision)
        if commit is None:
            raise GitError(f"'{revision}' is not a commit, branch or tag of this repository; name one like origin/main")
        return commit
    head = git.commit("HEAD")
    if head is None:
        raise GitError("the repository has no commit yet; make the first one")
    mains, here = git.main_branches(), git.text("rev-parse", "--symbolic-full-name", "HEAD")
    if here == next((ref for ref in mains if ref.startswith("refs/heads/")), ""):
        return head
    for main in mains:
        common = [line.removeprefix("^") for line in git.text("rev-parse", f"HEAD...{main}").splitlines() if line.startswith("^")]
        if common and (found := git.commit(common[0])):
            return found
    if any(not ref.rpartition("/")[2].startswith("snapshots") for ref in git.refs("--no-contains=HEAD", "refs/heads", "refs/remotes")):
        raise GitError("it cannot be told here which branch is the main one, or where this one left it; name it with --base, like --base origin/main")
    return head


def base_of(aims: Aims, revision: str | None = None) -> Aims | None:
    """The management system as it was in the base commit of a change; None without git. Raises `GitError` for an unknown revision, and in a folder of a
    repository, whose history nobody here looks at."""
    history, git = history_of(aims), Git(aims.project)
    if history is None and (revision is not None or git.top not in {None, aims.project.resolve()}):
        by = f" by {revision}" if revision is not None else ""
        raise GitError(f"{git.lacking}, so nothing tells who may do this{by}; begin one in the project's folder with git init, and commit all of it")
    return history.at(base_commit(history.git, revision)) if history else None


def may_approve(base: Aims, document: Document, version: Version, by: Acting, provisional: bool = False) -> str | None:
    """Why somebody may not approve a version of a document, in one sentence; None where it is right. A provisional approval is a deputy's."""
    if sentence := _role_may_approve(base, document, version, by.role) or in_role(base, by):
        return sentence
    role = _role(base, by.role)
    if role is None:
        return None
    if role.held_by_all:
        return f"the role '{by.role}' is everybody's, so nobody can approve as it; name a role that somebody holds among the approvers"
    deputising = [held for held in in_office(role.deputies, by.on) if held.who == by.holder]
    holding = [held for held in in_office(role.holders, by.on) if held.who == by.holder]
    if provisional and not deputising:
        return f"'{by.holder}' holds the role '{by.role}' and deputises nobody; a provisional approval is for deputies, so leave out --emergency"
    if all(document.id in held.may_not_approve for held in holding + deputising):
        limits = next((f" ({held.limits})" for held in holding + deputising if held.limits), "")
        return f"'{by.holder}' may act as '{by.role}', but may not approve {document.id}{limits}"
    return None


def left_before(base: Aims, by: Acting, day: dt.date) -> str | None:
    """Why an approval that comes in on top of a state of `day` cannot be told from one that is dated back: whoever gave it had left the role by then."""
    role = _role(base, by.role)
    if role is None or by.on >= day or office.may_act(role, by.holder, day):
        return None
    return (
        f"'{by.holder}' had left the role '{by.role}' when this came in (the state that it builds on is of {day}), so nothing shows that it was given on "
        f"{by.on}; let whoever holds the role now approve"
    )


def authorised(document: Document, activity: str) -> tuple[str, ...]:
    """The roles that have the authority for an activity other than an approval: on a document, or to close or confirm a record in it."""
    roles = {
        "submit": (document.author, document.owner),
        "review": (document.reviewer or document.owner, *document.approvers),
        "reseal": (document.owner, document.author, *document.approvers),
        "withdraw": (document.owner, *document.approvers),
        "close": (document.owner, document.author, document.reviewer),
        "confirm": (document.owner, document.author, document.reviewer),
    }[activity]
    return tuple(dict.fromkeys(role for role in roles if role))


def may_act(base: Aims, document: Document, activity: str, by: Acting, named: str | None = None) -> str | None:
    """Why somebody may not do an activity other than an approval, in one sentence that calls it `named`; None where it is right."""
    roles = authorised(base.find(document.id, Document) or document, activity)
    if by.role not in roles:
        who = " or ".join(f"'{role}'" for role in roles) or "nobody"
        return f"the role '{by.role}' may not {named or activity} {document.id}; {who} may"
    return in_role(base, by)


def may_decide(base: Aims, decision: DecisionOnFacts) -> str | None:
    """Why somebody may not make a decision on a fact, in one sentence; None where it is right."""
    by = Acting(decision.by, decision.holder, decision.on)
    role = _role(base, by.role)
    return (decisions.not_entitled(base, role, decision) if role else None) or in_role(base, by)


def in_role(base: Aims, by: Acting) -> str | None:
    """Why somebody cannot act in a role on a day, in one sentence; None where he or she holds or deputises it."""
    role = _role(base, by.role)
    if role is None:
        known = [other.id for other in base.all(Role)]
        return f"the role '{by.role}' does not exist in the approved state that this change builds on{did_you_mean(by.role, known)}"
    if office.may_act(role, by.holder, by.on):
        return None
    named = ", ".join(held.who for held in office.holders_on(role, by.on)) or "nobody"
    return (
        f"'{by.holder}' did not hold or deputise the role '{by.role}' on {by.on}, in the state that this change builds on (there it was {named}); "
        "an appointment comes first, in a change of its own"
    )


def _role_may_approve(base: Aims, document: Document, version: Version, role: str) -> str | None:
    before = base.find(document.id, Document)
    if before:
        needed = approvers(before, version)
        if role in needed:
            return None
        names = ", ".join(needed) or "none"
        return (
            f"the role '{role}' is not among the approvers of {document.id} in the state that this change builds on ({names}); "
            "a new approver comes first, in a change of its own"
        )
    found = _role(base, role)
    if found is None or found.reports_to is None or any(role in other.approvers for other in base.all(Document) if other.kind is document.kind):
        return None  # an unknown role is the finding of `in_role`
    return f"the role '{role}' approves no {document.kind.label.lower()} so far and reports to '{found.reports_to}', so it cannot approve the new {document.id}"


def _role(base: Aims, role: str) -> Role | None:
    return base.find(role, Role)

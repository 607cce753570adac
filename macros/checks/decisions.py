"""Decisions on facts: by whom they may be made, what shows them, and that they are as they were sealed."""

from __future__ import annotations

from collections.abc import Iterator

from macros import decisions
from macros.based_on import decision_suspect, in_words
from macros.finding import Finding, not_in_office, place_of
from macros.graph import Aims
from macros.schema.people import Role
from macros.schema.systems import System


def decided_by_authority(aims: Aims) -> Iterator[Finding]:
    """Whoever decides on a fact held the role on that day, and the role of the decision that counts may decide so: on the use of a system, to accept a
    level of risk, to withdraw that. Who decided before there was this portal is not checked."""
    counting = {id(one.it) for one in decisions.every_counting(aims)}
    for one in decisions.every(aims):
        role = aims.find(one.it.by, Role)
        if role is None or one.it.given_before:
            continue
        about = (one.record.id, role.id)
        if id(one.it) in counting and (sentence := decisions.not_entitled(aims, role, one.it)):
            yield place_of(aims, one.record.id, *one.path, "by"), sentence, about
        if sentence := not_in_office(aims, role.id, one.it.holder, one.it.on):
            yield place_of(aims, one.record.id, *one.path, "holder"), sentence, about


def decision_as_sealed(aims: Aims) -> Iterator[Finding]:
    """A decision on a fact is what its seal was made of."""
    for one in decisions.every(aims):
        if one.it.seal and not decisions.as_sealed(aims, one):
            message = (
                f"this decision on {one.record.id} is not the one that was sealed on {one.it.on}; put it back as it was, and decide anew with `aims decide`"
            )
            yield place_of(aims, one.record.id, *one.path, "seal"), message, (one.record.id,)


def decision_still_fits(aims: Aims) -> Iterator[Finding]:
    """What the decision on the use of a system rests on is as it was on that day: what the system is for and not for, the people affected, its models and its
    class. The permission stands until somebody decides anew."""
    for system in aims.all(System):
        decision = decisions.use_decision(aims, system)
        if decision and (changed := decision_suspect(aims, system)):
            message = (
                f"{in_words(changed)} of {system.id} {system.title} changed since it was decided on {decision.on} that it may be used; "
                f"look at it again and decide anew (`aims decide use {system.id}`)"
            )
            yield place_of(aims, system.id, "use_decisions", system.use_decisions.index(decision), "based_on"), message, (system.id,)


def decision_evidenced(aims: Aims) -> Iterator[Finding]:
    """The decision on a fact that counts can be shown: a record, minutes, a pull request. One that was entered before decisions were sealed says so on its page
    alone."""
    for one in decisions.every_counting(aims):
        if one.it.seal and not one.it.evidenced:
            message = f"the decision on {one.record.id} of {one.it.on} by {one.it.by} is not evidenced; add evidence, like 'Minutes 2026-03-02, item 4'"
            yield place_of(aims, one.record.id, *one.path), message, (one.record.id,)

"""The organisation, its context, its interested parties and its scope (clauses 4.1 to 4.3)."""

from __future__ import annotations

import zoneinfo
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator

from macros.schema.base import (
    ClauseId,
    Day,
    Empty,
    Expected,
    Formatted,
    Line,
    Living,
    Part,
    PartyId,
    Record,
    RoleId,
    SiteId,
    SystemId,
    Term,
    Text,
    UnitId,
    Whole,
    Yes,
    id_pattern,
)
from macros.schema.kind import Kind


class ActAs(Term):
    """A role under the EU AI Act. Not the same set as the actor roles of ISO/IEC 22989."""

    provider = "provider", "Provider", "info", "Develops an AI system, or has it developed, and puts it on the market or into service."
    deployer = "deployer", "Deployer", "info", "Uses an AI system under its own authority in the course of its work."
    importer = "importer", "Importer", "info", "Places on the Union market a system of a provider from outside the Union."
    distributor = "distributor", "Distributor", "info", "Makes a system available without being its provider or importer."
    authorised_representative = (
        "authorised_representative",
        "Authorised representative",
        "info",
        "Acts in the Union for a provider from outside it.",
    )
    product_manufacturer = (
        "product_manufacturer",
        "Product manufacturer",
        "info",
        "Places a product with an AI system on the market under its own name.",
    )
    none = "none", "No role", "quiet", "The organisation has no role under the Act for this system."


class ActorAs(Term):
    """An AI actor role after ISO/IEC 22989, as clause 4.1 of ISO/IEC 42001 points to it."""

    ai_provider = "ai_provider", "AI provider", "info", "Offers a product, service or platform that uses AI."
    ai_producer = "ai_producer", "AI producer", "info", "Designs, develops, tests, deploys or operates AI."
    ai_customer = "ai_customer", "AI customer", "info", "Uses a product or service that uses AI."
    ai_partner = "ai_partner", "AI partner", "info", "Integrates AI systems or supplies data for them."
    ai_subject = "ai_subject", "AI subject", "info", "Is affected by what an AI system does."
    relevant_authority = "relevant_authority", "Relevant authority", "info", "Makes rules for AI or supervises it."


class Site(Living):
    """A place where the organisation works."""

    id: Annotated[Line, id_pattern(r"SITE-\d+", "SITE-1")]
    title: Line
    what: Line
    """What is done there."""


class Unit(Living):
    """A part of the organisation."""

    id: Annotated[Line, id_pattern(r"U-\d+", "U-01")]
    title: Line
    what: Line
    lead: RoleId
    sites: tuple[SiteId, ...]


class Classification(Record):
    """A level of confidentiality and who may read what has it."""

    id: Annotated[Line, id_pattern(r"[a-z]+", "internal")]
    title: Line
    meaning: Line
    level: Whole
    """0 is public; a higher number is more confidential. The public edition of the site holds what is 0, the staff edition what is 0 or 1."""


class Contact(Part):
    """How to reach somebody when it matters."""

    title: Line
    when: Line
    phone: Line | None = None
    email: Line | None = None
    page: Annotated[Line, id_pattern(r"[a-z0-9][a-z0-9/-]*\.md", "concerns.md")] | None = None
    """A page of the portal that explains more, like concerns.md."""

    @property
    def how(self) -> str:
        """Telephone and mail, what there is of them; empty where there is neither."""
        return ", ".join(way for way in (self.phone, self.email) if way)


class StaffRole(Part):
    """An actor role that the organisation as a whole plays, and for what."""

    role: ActorAs
    why: Line


class AiActRole(Part):
    """A role under the EU AI Act that the organisation plays, and for which systems."""

    role: ActAs
    why: Line
    systems: tuple[SystemId, ...] = ()


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        near = get_close_matches(value, zoneinfo.available_timezones(), 1)
        raise ValueError(f"'{value}' is not a time zone; write it like {near[0] if near else 'Europe/Dublin'}") from None
    return value


TimeZone = Annotated[Line, AfterValidator(_time_zone)]
"""A name of the IANA time zone database."""


class Organisation(Part):
    """Who we are."""

    title: Line
    short_title: Line
    fictional: Yes
    """True in the example that ships with AIMS Portal; every page then says so. Set it to false when you take over."""
    sector: Line
    country: Line
    time_zone: TimeZone | None = None
    """Which day it is for the organisation, wherever a command or build runs."""
    employees: Whole
    summary: Text
    languages: tuple[Line, ...]
    sites: tuple[Site, ...]
    units: tuple[Unit, ...]
    classifications: tuple[Classification, ...]
    actor_roles: tuple[StaffRole, ...]
    ai_act_roles: tuple[AiActRole, ...]
    urgent_contact: Contact
    confidential_contact: Contact
    question_contact: Contact


class IssueKind(Term):
    """Whether an issue lies inside or outside the organisation."""

    internal = "internal", "Internal", "info", "Lies inside the organisation and can be changed by it."
    external = "external", "External", "info", "Lies outside the organisation; it has to be dealt with."


class Issue(Living):
    """Something inside or outside that matters for what the AIMS is to achieve (clause 4.1)."""

    id: Annotated[Line, id_pattern(r"ISS-\d{2,}", "ISS-01")]
    title: Line
    kind: Annotated[IssueKind | None, Expected("what lies inside can be changed", "kind (internal or external)")] = None
    description: Annotated[Text | None, Expected("others have to understand it")] = None
    effect: Annotated[Text | None, Expected("what it means decides what is done")] = None
    """What it means for the AIMS."""
    watched_by: Annotated[RoleId | None, Expected("somebody notices when it changes", "who watches it")] = None


class ClimateDecision(Part):
    """The decision that clause 4.1 asks for: is climate change a relevant issue?"""

    relevant: Yes
    reason: Text
    decided_on: Day
    decided_by: RoleId


class Context(Part):
    """Internal and external issues, and the climate decision."""

    issues: tuple[Issue, ...]
    climate: ClimateDecision
    reviewed_on: Day


class ObligationKind(Term):
    """Why a duty binds us."""

    law = "law", "Law", "info", "A duty by law or regulation."
    contract = "contract", "Contract", "info", "A duty agreed with a customer, supplier or partner."
    standard = "standard", "Standard", "info", "A standard or code that the organisation chose to follow."


class Obligation(Living):
    """A legal, contractual or chosen duty that the AIMS addresses (clause 4.2)."""

    id: Annotated[Line, id_pattern(r"OB-\d{2,}", "OB-01")]
    title: Line
    kind: Annotated[ObligationKind | None, Expected("why it binds us", "kind of duty")] = None
    source: Annotated[Line | None, Expected("the wording counts", "where it stands")] = None
    """Where the duty stands: the article or the contract clause."""
    duty: Annotated[Formatted | None, Expected("what is to be done has to be known")] = None
    applies_to: Annotated[tuple[SystemId, ...], Empty("all")] = ()
    """Systems it concerns; empty means all."""
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    checked_on: Annotated[Day | None, Expected("law and contracts change", "day of the last check")] = None


class Need(Part):
    """What an interested party needs or expects."""

    what: Line
    addressed: Yes
    """True if the AIMS addresses it."""
    how: Line | None = None
    """How it is addressed, or why not."""


class Party(Living):
    """A person or organisation that can affect our AI, is affected by it, or feels affected (clause 4.2)."""

    id: Annotated[Line, id_pattern(r"IP-\d{2,}", "IP-01")]
    title: Line
    who: Annotated[Line | None, Expected("others have to know whom it means", "who it is")] = None
    needs: Annotated[tuple[Need, ...], Expected("they are weighed")] = ()
    contact_role: Annotated[RoleId | None, Expected("somebody speaks with them", "contact")] = None


class ScopePart(Part):
    """Something inside or outside the scope, and why."""

    what: Line
    why: Text


class Interface(Part):
    """Where what is inside the scope meets what is not."""

    between: Line
    how_controlled: Text
    party: PartyId | None = None


class Scope(Part):
    """The scope of the AIMS (clause 4.3). Systems say themselves whether they are in scope."""

    statement: Text
    sites: tuple[SiteId, ...]
    units: tuple[UnitId, ...]
    inside: tuple[ScopePart, ...]
    outside: tuple[ScopePart, ...]
    interfaces: tuple[Interface, ...]
    clauses_considered: tuple[ClauseId, ...]


KINDS = (
    Kind(
        "site",
        Site,
        "Site",
        "Sites",
        file="organisation.yaml",
        page="organisation.md#{anchor}",
        register="organisation.md",
        group="organisation",
        by_title=True,
    ),
    Kind(
        "unit",
        Unit,
        "Unit",
        "Units",
        file="organisation.yaml",
        page="organisation.md#{anchor}",
        register="organisation.md",
        group="organisation",
        by_title=True,
    ),
    Kind(
        "classification",
        Classification,
        "Classification",
        "Classification levels",
        file="organisation.yaml",
        page="organisation.md#class-{anchor}",
        register="organisation.md",
        group="organisation",
    ),
    Kind("issue", Issue, "Issue", "Issues", file="context.yaml", page="issues/{id}.md", register="context.md", group="organisation"),
    Kind(
        "party",
        Party,
        "Interested party",
        "Interested parties",
        file="interested_parties.yaml",
        page="parties/{id}.md",
        register="context.md",
        group="organisation",
    ),
    Kind(
        "obligation",
        Obligation,
        "Obligation",
        "Obligations",
        file="obligations.yaml",
        page="obligations/{id}.md",
        register="context.md",
        group="organisation",
        columns=("kind", "Where it stands: source", "Systems: applies_to", "owner", "Checked: checked_on"),
        filters=("kind", "owner"),
    ),
)

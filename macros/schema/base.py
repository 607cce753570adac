"""What every record is made of: text, days, references, vocabulary terms.

A record is a frozen pydantic model. Unknown keys are errors. Leaf types are strict, so that `version: 1.10` (a number in
YAML) is refused with a hint to quote it instead of quietly becoming "1.1".
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict


@dataclass(frozen=True)
class AppendOnly:
    """Marks a list of what was recorded: none of it lies in the future, and an entry that a change builds on is neither altered nor removed.

    `day` is the field of an entry that has its day; `oldest_first`: the entries stand in the order of their days; `one_a_day`: no two have the same, so
    that the newest is always one; `since`: the schema from which on it is kept, where an older shape had room for one value, which was replaced."""

    day: str = "on"
    oldest_first: bool = True
    one_a_day: bool = False
    since: int = 1
    before: Immutable | None = None
    """How that one value was kept until then."""


@dataclass(frozen=True)
class Immutable:
    """Marks a value that stays as it is once a change builds on it. Where `day` names its field with a day, one of a later day may take its place; `ahead`:
    its day may be said ahead, and only until it has come another one takes its place."""

    day: str = ""
    ahead: bool = False
    called: str = ""
    """What readers call it, where the name of the field is not it."""


@dataclass(frozen=True)
class Renewed:
    """Marks a review cycle: `what` falls due when it has passed since the newest day of `field`, which is a day, or a list that is kept by day. The owner
    answers for it; of a record that is not `looked_after` nothing falls due."""

    field: str
    what: str


@dataclass(frozen=True)
class Expected:
    """Marks a field that a real register may lack at first, with why it is needed. Left out, it says that nobody looked; an empty list, that somebody
    did."""

    why: str
    called: str = ""
    """What readers call it, where the name of the field is not it."""


@dataclass(frozen=True)
class Empty:
    """Marks a list that says something else than *none* where it is empty, with the word for that, like *all*."""

    says: str


@dataclass(frozen=True)
class BasedOn:
    """Marks a field on which decisions about its record rest: when it says something else, they are suspect. `of`: what counts of each of its entries."""

    of: str = ""


@dataclass(frozen=True)
class OwnFile:
    """Marks a part that lies in a file of its own, so that two people who enter one each never meet in a file: `folder/ID/name.yaml` below `aims_data/`.

    `name` is made of fields of the part, in braces; below a part that lies in a file itself, the name of that one stands before it, with a hyphen. So
    `{number}` and, in it, `approved-{by}-{on}` give `1.2.yaml` and `1.2-approved-director-2026-01-31.yaml`. Of many the order is that of their `day`."""

    name: str
    folder: str = ""
    day: str = "on"


class Part(BaseModel):
    """A piece of a record. Frozen; unknown keys are refused; unset optional fields have their default. Its validator is made where it
    is needed first (`defer_build`): most parts are only ever read inside of another one, which brings its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True)
    kept: ClassVar[AppendOnly | Immutable | None] = None
    """How the entries of a file that holds a list of these are kept; None where they may change."""
    written_first: ClassVar[tuple[str, ...]] = ()
    """The fields that are written first, where others come from a class above."""


class Term(Enum):
    """One word of a vocabulary: `member = id, label, tone, meaning`.

    `value` is what is written in YAML. `tone` is one of good, warn, bad, info, quiet and decides icon and colour;
    `meaning` is the sentence that pages print next to the word.
    """

    label: str
    tone: str
    meaning: str

    def __new__(cls, value: str, label: str, tone: str, meaning: str) -> Term:
        term = object.__new__(cls)
        term._value_ = value
        term.label, term.tone, term.meaning = label, tone, meaning
        return term


@dataclass(frozen=True)
class Ref:
    """Marks a string as the id of a record of one of `kinds`."""

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        object.__setattr__(self, "kinds", kinds)


@dataclass(frozen=True)
class FormattedText:
    """Marks a string in which Markdown and `[[id]]` references work. Its HTML is cleaned before it is shown."""


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\uf8ff\u2028\u2029\ufffe\uffff]")
"""Characters that no text needs and that programs may take for something else: controls, line separators, surrogates, private use, non-characters."""
OR_NOT = " or remove the key"
"""What ends the sentence on a text that is none, where its field may be left out."""
PLACEHOLDER = "…"
"""What the template of a new record has where a text is to be written."""


def _sound_text(value: str) -> str:
    value = value.rstrip("\n")  # what a block text (| or >) ends with
    if not value.strip():
        raise ValueError(f"is empty; write the text{OR_NOT}")
    if value == PLACEHOLDER:
        raise ValueError(f"is still the placeholder of the template; write the text{OR_NOT}")
    if value != value.strip():
        raise ValueError("begins or ends with white space; remove it")
    if found := CONTROL.search(value):
        raise ValueError(f"contains the control character U+{ord(found.group()):04X}; remove it")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise ValueError("has more than one line; write it on one line")
    return value


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which A.2.2 comes before A.10.2."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", text))


@dataclass(frozen=True)
class IdPattern:
    """How the ids of a kind are written; `example` is that of its first record."""

    pattern: str
    example: str

    def __call__(self, value: str) -> str:
        """The value. Raises `ValueError` where it is written in another way."""
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"'{value}' is not an id of this kind; write it like {self.example}")
        return value


def id_pattern(pattern: str, example: str) -> AfterValidator:
    """A validator for ids: the whole value matches `pattern`; the message shows `example`."""
    return AfterValidator(IdPattern(pattern, example))


Text = Annotated[str, Strict(), AfterValidator(_sound_text)]
"""Plain text; may have line breaks. Nothing in it is ever read as Markdown, HTML or Jinja."""
Line = Annotated[str, Strict(), AfterValidator(_sound_text), AfterValidator(_one_line)]
"""Plain text on one line: titles, names."""
Formatted = Annotated[str, Strict(), AfterValidator(_sound_text), FormattedText()]
"""Text in which Markdown and `[[id]]` work."""
Day = Annotated[dt.date, Strict()]
Yes = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]


class Record(Part):
    """A part with an id of its own: it has one address, can be linked to, and is listed in one register."""

    id: str
    formerly: tuple[Annotated[Line, id_pattern(r"[A-Za-z0-9][A-Za-z0-9.-]*", "R-012")], ...] = ()
    """The ids that it had before it was renamed; whatever names one of them leads here."""
    ref: Line | None = None
    """The number that it has elsewhere, like in a register of before."""

    @property
    def name(self) -> str:
        """What a reader calls this record: its title where it has one, else its id."""
        return str(getattr(self, "title", None) or self.id)

    @property
    def undone(self) -> tuple[str, ...]:
        """What is done for every record of its kind and was not yet done for this one; named beside the content that it lacks."""
        return ()

    @property
    def looked_after(self) -> bool:
        """Whether it is looked at again and again; a system that was retired is not, although it has not ended."""
        return True


Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]

AreaId = Annotated[Line, Ref("area")]
ClauseId = Annotated[Line, Ref("clause")]
ControlId = Annotated[Line, Ref("control", "own_control")]
DocumentId = Annotated[Line, Ref("document")]
DriverId = Annotated[Line, Ref("risk", "obligation", "objective", "party", "issue", "commitment")]
ObjectiveId = Annotated[Line, Ref("objective")]
PartyId = Annotated[Line, Ref("party")]
RecordId = Annotated[Line, Ref("record")]
RiskId = Annotated[Line, Ref("risk")]
RiskSourceId = Annotated[Line, Ref("risk_source")]
RoleId = Annotated[Line, Ref("role")]
SiteId = Annotated[Line, Ref("site")]
SupplierId = Annotated[Line, Ref("supplier")]
SystemId = Annotated[Line, Ref("system")]
UnitId = Annotated[Line, Ref("unit")]
ActionId = Annotated[Line, Ref("action")]


class Ended(Part):
    """That something is over: since when, who said so, why, and what takes its place. It keeps its page, its links and its history."""

    on: Day
    """The first day on which it no longer is."""
    by: RoleId
    why: Line
    replaced_by: Annotated[Line, Ref()] | None = None
    """The id of what takes its place."""


class Living(Record):
    """A record of something that lives and may end. What has ended is no longer listed, counted, due or asked for."""

    ended: Annotated[Ended | None, Immutable(day="on", ahead=True, called="end")] = None

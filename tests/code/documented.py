"""What documentation, scripts and messages say about the commands, taken out of text, and held against the application itself."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer
import typer.main
from typer.core import TyperOption

from macros.cli import app

VALUE = "VALUE"
"""Stands in for what is filled in: a variable of a shell, an expression of a template, three dots."""
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.M | re.S)
PROMPT = re.compile(r"^ *\$ ((?:.*\\\n)*.*)", re.M)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
MENTION = re.compile(r"[`“]((?:\.venv/bin/)?(?:aims|make) [^`”]+)[`”]")
"""A command in a message, a comment or a docstring."""
BARE = re.compile(r"(?:^ *|: )(?:\$ |# )?(aims [a-z].*)", re.M)
"""The same without quotes: on a line of its own, or as the last of a sentence."""
RUN = re.compile(r"(?:\.venv/bin/|\$\(BIN\)/)(aims .*)")
MAKE = re.compile(r"^(?:\s*(?:- )?(?:run: )?)(make [^\s]+)\s*$", re.M)
WRONG_USAGE = typer.BadParameter.__mro__[1]
"""The class of all faults in a call. Typer has its own copy of it, whose place differs between versions."""
LACKS = {"MissingParameter", "NoArgsIsHelpError", "BadOptionUsage"}
"""Faults of a call that is not finished: an argument, a command, or the value of an option is not there."""
EXIT = re.compile(r"Exit (0: [^.]+)\.")


@dataclass(frozen=True)
class Call:
    """A command as somebody wrote it. `whole`: it can be typed as it stands, so nothing that it needs may be missing."""

    text: str
    whole: bool

    def words(self) -> list[str]:
        """Its words up to a pipe, a redirection, a comment or the next command."""
        text = re.sub(r"\$\{\w+:\+([^}]*)\}", r"\1", self.text.replace("\\\n", " "))  # what a shell adds where a variable is set
        lexer = shlex.shlex(re.sub(r"\{\{.*?\}\}|…", VALUE, text), posix=True, punctuation_chars=True)
        lexer.whitespace_split, found = True, []
        for word in lexer:
            if set(word) <= set("();<>|&"):
                break
            if not word.startswith("--$") and word != "$@":  # further options, which stand elsewhere
                found.append(word)
        return found


# -- the application ------------------------------------------------------------------------------------------------------------


def commands(group: Any = None, path: str = "") -> dict[str, Any]:
    """Every command of `aims` by its name, like `check` or `export nginx`."""
    found: dict[str, Any] = {}
    for name, one in (group or typer.main.get_command(app)).commands.items():
        found |= commands(one, f"{path}{name} ") if hasattr(one, "commands") else {f"{path}{name}": one}
    return found


def options(command: Any) -> list[str]:
    """The options of a command, each by its first name."""
    return [one.opts[0] for one in command.params if isinstance(one, TyperOption) and one.opts[0] != "--help"]


def _that_does_nothing() -> Any:
    """The application as it is, but that its commands do nothing."""
    whole = typer.main.get_command(app)
    for command in commands(whole).values():
        command.callback = lambda **_: None
    return whole


PARSER = _that_does_nothing()


def fault(call: Call) -> str | None:
    """Why the application would not take the command, in its own words; None where it would.

    What is only named may lack what it needs, and what is filled in may be anything."""
    try:
        words = call.words()
        with contextlib.redirect_stdout(io.StringIO()):  # of a help page
            PARSER.main(words[1:], prog_name=words[0], standalone_mode=False)
    except ValueError as error:  # a quote is not closed
        return str(error)
    except WRONG_USAGE as error:
        named = not call.whole and type(error).__name__ in LACKS
        filled_in = type(error) is typer.BadParameter and any("$" in word or word == VALUE for word in words)
        return None if named or filled_in else error.format_message()  # type: ignore[attr-defined]
    return None


# -- what is written ------------------------------------------------------------------------------------------------------------


def in_markdown(text: str) -> Iterator[Call]:
    """Commands in code: those of a console can be typed, those in a sentence name what they are about."""
    for found in FENCE.finditer(text):
        for line in PROMPT.findall(found[3]) or (found[3].splitlines() if found[2] == "console" else []):
            yield from _console(line)
    rest = FENCE.sub("", text)
    for line in PROMPT.findall(rest):
        yield from _console(line)
    for span in SPAN.findall(PROMPT.sub("", rest)):
        if span.startswith(("aims ", "make ")):
            yield Call(span, whole=False)


def _console(line: str) -> Iterator[Call]:
    for part in line.split("&&"):
        if part.strip().startswith(("aims ", "make ")):
            yield Call(part.strip(), whole=True)


def in_script(text: str) -> Iterator[Call]:
    """Commands of a workflow or a Makefile, and those that its messages name."""
    text = text.replace("\\`", "`")
    yield from (Call(line, whole=True) for line in RUN.findall(text))
    yield from (Call(line, whole=True) for line in MAKE.findall(text))
    yield from in_message(text)


def in_python(text: str) -> Iterator[Call]:
    """Commands in strings: messages, help, docstrings."""
    tree = ast.parse(text)
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from in_message("".join(str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield from in_message(node.value)


def in_message(text: str) -> Iterator[Call]:
    """Commands that a sentence names, in quotes or at its end."""
    text = re.sub(r"\{\{.*?\}\}", VALUE, text)
    yield from (Call(found.removeprefix(".venv/bin/"), whole=False) for found in MENTION.findall(text))
    yield from (Call(found, whole=False) for found in BARE.findall(MENTION.sub("", text)))


def units(text: str) -> Iterator[str]:
    """The rows of tables and the paragraphs of a page: what stands together."""
    for part in re.split(r"\n\s*\n", text):
        yield from part.splitlines() if part.lstrip().startswith("|") else [part]


def undocumented(text: str) -> list[str]:
    """Commands and options that a text says nothing about. An option counts where it stands with its command; one of several commands also where it
    begins a row of a table."""
    said, known = list(units(text)), commands()
    first = {option for unit in said if unit.startswith("| `--") for option in re.findall(r"`(--[a-z-]+)", unit.split("|")[1])}
    shared = {option for option in first if sum(option in options(command) for command in known.values()) > 1}
    missing = [f"aims {option}" for option in options(typer.main.get_command(app)) if f"`aims {option} " not in text]
    for name, command in known.items():
        about = "\n".join(unit for unit in said if re.search(rf"`aims {name}[` ]", unit))
        missing += [] if about else [f"aims {name}"]
        missing += [f"aims {name} {option}" for option in options(command) if option not in shared and not re.search(rf"{option}(?![\w-])", about)]
    return missing


def unknown_options(text: str) -> list[str]:
    """Options that a text names alone and no command has."""
    known = {"--help", *(option for command in [typer.main.get_command(app), *commands().values()] for option in options(command))}
    return [span for span in SPAN.findall(FENCE.sub("", text)) if span.startswith("--") and span.split()[0] not in known]


# -- exit codes and targets -----------------------------------------------------------------------------------------------------


def stated_codes(text: str) -> set[int]:
    """The exit codes that a text states in a sentence like `Exit 0: it holds; 1: problems were found.`"""
    return {int(code) for sentence in EXIT.findall(text) for code in re.findall(r"(?:^|; )(\d+): ", sentence)}


def given_codes(sources: list[str], names: dict[str, int]) -> set[int]:
    """The exit codes that code raises, `names` by the names that it gives them; and 0."""
    found = {0}
    for node in (node for text in sources for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "typer.Exit":
            (code,) = node.args
            found.add(code.value if isinstance(code, ast.Constant) else names[ast.unparse(code)])  # type: ignore[arg-type]
    return found


def targets(makefile: str) -> set[str]:
    """What `make` can make, as it is typed."""
    return {name.replace("$(VENV)", ".venv") for name in re.findall(r"^([\w$()/.-]+):(?!=)", makefile, re.M)} - {".PHONY"}

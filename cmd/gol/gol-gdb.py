# What gdb learns when it opens the gol command: a comment may follow an expression in the commands of a
# breakpoint, as scripts for Go's debuggers have it:
#
#     break runtime.mapdelete_fast64
#     commands
#     set $s = *(struct mspan**)($rbp - 0x18)  # the span of the map's buckets
#
# gdb itself takes everything behind the first word for the expression, and stops at the "#". Here each
# breakpoint's commands lose such comments as soon as they are given.
#
# gdb loads this file by itself with the command at PATH/gol if it is its auto-load/PATH/gol-gdb.py below
# /usr/share/gdb: cmake/setup.sh and an installation below /usr put it there. Otherwise: gdb -x cmd/gol/gol-gdb.py.
import re

import gdb

# Commands that end with an expression. Others (echo, shell) may mean a "#" as it stands.
_EXPRESSION = re.compile(
    r"\s*(?:(?:p|print|inspect|call|output|printf|if|while|display|return)\b|set\s+(?:\$|var(?:iable)?\s))")

# Text without a comment: strings and characters in quotes, and "#" only where it does not begin a word.
_CODE = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<!\s)\#|[^"'#])*""")


def _without_comment(line):
    if not _EXPRESSION.match(line):
        return line
    end = _CODE.match(line).end()
    return line[:end].rstrip() if line[end:].startswith("#") else line


def _clean(breakpoint):
    commands = breakpoint.commands
    if not commands or re.search(r"^\s*(python|guile)\b", commands, re.MULTILINE):
        return
    cleaned = "\n".join(_without_comment(line) for line in commands.splitlines()) + "\n"
    if cleaned != commands:
        breakpoint.commands = cleaned


gdb.events.breakpoint_modified.connect(_clean)

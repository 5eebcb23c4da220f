"""The page: a row for each check, written anew after each, so that a job that is killed leaves what it found."""

import dataclasses
import os
import pathlib

PASS, FAIL, NOT_APPLICABLE, NOT_RUN = "pass", "fail", "not applicable", "not run"


@dataclasses.dataclass
class Row:
    """What one check came to."""

    check: str
    verdict: str = NOT_RUN
    number: str = ""
    limit: str = ""
    command: str = ""
    log: str = ""


def cell(text: str) -> str:
    """As Markdown takes it between two bars."""
    return " ".join(str(text).split()).replace("|", "\\|")


def code(text: str) -> str:
    return f"`{cell(text)}`" if text else ""


def summary(rows: list[Row]) -> str:
    """**1 failed**; 10 passed, 2 not applicable, 0 not run"""
    count = {verdict: sum(row.verdict == verdict for row in rows) for verdict in (PASS, FAIL, NOT_APPLICABLE, NOT_RUN)}
    return (f"**{count[FAIL]} failed**; {count[PASS]} passed, {count[NOT_APPLICABLE]} not applicable, "
            f"{count[NOT_RUN]} not run")


def text_of(title: str, facts: list[str], rows: list[Row]) -> str:
    lines = [f"# {title}", "", summary(rows), ""]
    lines += [f"- {fact}" for fact in facts]
    lines += ["", "| check | verdict | number | limit | command | log |", "|---|---|---|---|---|---|"]
    for row in rows:
        verdict = f"**{row.verdict}**" if row.verdict == FAIL else row.verdict
        lines.append(f"| {row.check} | {verdict} | {cell(row.number)} | {cell(row.limit)} | {code(row.command)} | {code(row.log)} |")
    return "\n".join(lines) + "\n"


def write(path: pathlib.Path, text: str) -> None:
    """In one piece: whoever reads it meanwhile sees the page before or the page after."""
    unfinished = path.with_name(path.name + ".partial")
    unfinished.write_text(text)
    os.replace(unfinished, path)

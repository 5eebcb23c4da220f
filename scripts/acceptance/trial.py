"""What a check works with: it starts programs under the check's cap, and keeps their commands and what they said."""

import csv
import json
import pathlib
import shlex
import time

from acceptance.jobs import Job
from acceptance.site import Site


class Failed(Exception):
    """A check failed. @param number  what came out  @param limit  what was asked for"""

    def __init__(self, number: str, limit: str = ""):
        super().__init__(number)
        self.number, self.limit = number, limit


class NotApplicable(Exception):
    """The machine has not what the check is about."""


class NotRun(Exception):
    """Something that the check needs is missing."""


class Sweep:
    """A `scalemark run` that has ended."""

    def __init__(self, file: pathlib.Path, code: int, text: str):
        self.file, self.code, self.text = file, code, text
        self.report = file.with_suffix("")

    def table(self, name: str) -> list[dict[str, str]]:
        """One of the report's CSV files: a row by column's name."""
        with open(self.report / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def cases(self) -> dict[str, dict[str, str]]:
        return {row["case"]: row for row in self.table("cases")}


class Trial:
    """One check's run on a site."""

    def __init__(self, site: Site, log: pathlib.Path, seconds: float):
        self.site, self.log = site, log
        self.end = time.monotonic() + seconds
        self.commands: list[str] = []
        self.jobs: list[Job] = []

    def left(self) -> float:
        """Seconds of the check's cap."""
        return self.end - time.monotonic()

    def start(self, words: list[str], **environment: str) -> Job:
        job = Job([str(word) for word in words], self.log, {**self.site.environment(), **environment})
        self.commands.append(shlex.join(map(str, words)))
        self.jobs.append(job)
        return job

    def run(self, words: list[str], **environment: str) -> tuple[int, str]:
        """Exit code and what it said. @raises OverItsCap"""
        job = self.start(words, **environment)
        code = job.wait(self.left())
        return code, job.text()

    def config(self, name: str, settings: dict) -> pathlib.Path:
        """Written as JSON, which is YAML too."""
        path = self.site.folder / f"{name}.yaml"
        path.write_text(json.dumps({"name": name, "device": self.site.device, **settings}, indent=1))
        return path

    def file(self, name: str) -> pathlib.Path:
        """A result file that is not there yet."""
        path = self.site.folder / f"{name}.h5"
        path.unlink(missing_ok=True)
        return path

    def run_words(self, name: str, settings: dict, *options: str) -> list[str]:
        return [self.site.scalemark(), "run", str(self.config(name, settings)), "--output", str(self.file(name)), *options]

    def sweep(self, name: str, settings: dict, ranks: int, codes=(0,), **environment: str) -> Sweep:
        """Runs a config and makes its report. @raises Failed  where it ends with another code"""
        code, text = self.run(self.site.launch(ranks, self.run_words(name, settings)), **environment)
        if code not in codes:
            raise Failed(f"exit code {code}: {last_error(text)}", "exit code " + " or ".join(map(str, codes)))
        return self.reported(name, code, text)

    def reported(self, name: str, code: int, text: str) -> Sweep:
        """Makes the report of a run that has ended."""
        done = Sweep(self.site.folder / f"{name}.h5", code, text)
        if done.file.exists():
            self.run([self.site.scalemark(), "report", str(done.file), "--format", "csv", "--output", str(done.report)])
            self.commands.pop()  # what counts is the run
        return done

    def close(self) -> None:
        for job in self.jobs:
            job.stop()


def last_error(text: str) -> str:
    """The line that says what went wrong, or the last one."""
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1].strip()[:300]

"""Ranks that break in the middle of a job: how long until it ends, and what it says."""

import os
import re
import signal
import time

from acceptance.checks.machine import start_steady
from acceptance.jobs import OverItsCap
from acceptance.trial import Failed, NotRun, Trial, last_error

CASE_TIMEOUT_SECONDS = 5
VICTIM = 1


def end_of(trial: Trial, name: str, number: int, said: str, most_seconds: float) -> tuple[str, str]:
    """Sends a signal to a rank while it trains. The job must end with a message that matches `said`, and leave nothing."""
    ranks = trial.site.pick(trial.site.ranks, 2)
    limit = f"ends within {most_seconds:.0f} s, names the rank, no process left"
    if ranks < 2:
        raise NotRun("one GPU")
    job = start_steady(trial, name, ranks, ranks, "--set", f"limits.case_timeout={CASE_TIMEOUT_SECONDS}s")
    victim = job.ranks().get(VICTIM)
    if victim is None:
        raise NotRun(f"rank {VICTIM} is not on this machine")
    begin = time.monotonic()
    os.kill(victim, number)
    try:
        code = job.wait(min(trial.left(), 4 * most_seconds))
    except OverItsCap as over:
        raise Failed(str(over), limit) from None
    seconds = time.monotonic() - begin
    left, text = job.left_behind(5), job.text()
    message = re.search(said, text)
    found = f"{seconds:.1f} s, exit code {code}, {left} process(es) left: {message[0] if message else last_error(text)}"
    if message is None or code == 0 or left or seconds > most_seconds:
        raise Failed(found, limit)
    return found, limit


def killed(trial: Trial) -> tuple[str, str]:
    """A rank that is killed (on GPUs with graphs live) ends the job, which names it."""
    return end_of(trial, "killed", signal.SIGKILL, rf"rank {VICTIM} on \S+ died", trial.site.pick(15, 30))


def stopped(trial: Trial) -> tuple[str, str]:
    """A rank that is stopped ends the job once limits.case_timeout is over, and is named."""
    return end_of(trial, "stopped", signal.SIGSTOP, rf"no word from rank {VICTIM} on \S+ for [^,]*",
                  CASE_TIMEOUT_SECONDS + trial.site.pick(20, 40))


def not_recorded(trial: Trial) -> tuple[str, str]:
    """One rank cannot record its graph: all train without, and none waits for ever."""
    ranks = trial.site.ranks
    if ranks < 2:
        raise NotRun("one GPU")
    done = trial.sweep("not-recorded", {
        "model": "resnet18", "dataset": {"name": "synthetic", "images": 1024},
        "measure": {"warmup_steps": 3, "steps": 10, "repetitions": 1, "arms": ["full", "no_sync"]},
        "sweep": {"gpus": [ranks], "batch_size": [64]},
    }, ranks, codes=(0, 2, 3, 4), SCALEMARK_FAULT=f"{VICTIM}:record:throw")
    if "no place: record" in done.text:
        raise NotRun("this version has no fault at that place (SCALEMARK_FAULT=1:record:throw)")
    said = re.search(rf"rank {VICTIM} could not record a step: [^\n]*", done.text)
    if done.code != 0 or said is None:
        raise Failed(f"exit code {done.code}: {last_error(done.text)}", "exit code 0, and the message names the rank")
    return f"exit code 0: {said[0]}", "exit code 0, and the message names the rank"

"""Reductions: by themselves, beside backward, and as a step's time has them."""

import re
import statistics

from acceptance import traces
from acceptance.trial import Failed, NotRun, Sweep, Trial

# A reduction beside backward shares the GPU with it, and one alone does not: it may be faster, and must not be slower.
MOST_OVER_KERNELS, LEAST_OVER_KERNELS = 1.25, 0.4
# A table's row: size, count, type, redop, root, then time, algbw, busbw, #wrong out of place and in place.
TABLE_ROW = re.compile(r"^\s*(\d+)\s+\d+\s+\w+\s+\w+\s+-?\d+((?:[ \t]+\S+){8})", re.MULTILINE)


def bus_bandwidths(text: str) -> list[float]:
    """In place, GB/s, of the sizes in their order."""
    found = [columns.split()[6] for _, columns in TABLE_ROW.findall(text)]
    return [float(one) for one in found if one != "N/A"]


def verdicts(text: str) -> list[str]:
    """What `scalemark comm` says of its figures beside what the links give."""
    return re.findall(r"(?m)^# Links +: (.+)$", text)


def comm_on(trial: Trial, ranks: int) -> str:
    """@raises Failed  where a value is wrong, or the links give more than was reached"""
    sizes = trial.site.pick(["--begin", "1M", "--end", "128M"],
                            ["--begin", "64K", "--end", "1M", "--iterations", "5", "--warmup", "1"])
    device = ["--device", trial.site.device]
    code, text = trial.run(trial.site.launch(ranks, [trial.site.scalemark(), "comm", *device, *sizes]))
    rates, said = bus_bandwidths(text), verdicts(text)
    if code != 0 or not rates:
        raise Failed(f"{ranks} ranks: exit code {code}, {len(rates)} sizes", "right values, at the bandwidth that the links give")
    number = f"{ranks} ranks: {rates[-1]:.2f} GB/s" + "".join(f" ({line})" for line in said)
    # On a shared GPU ranks talk over sockets.
    if not trial.site.share_gpu and any("less than expected" in line for line in said):
        raise Failed(number, "what the links give")
    return number


def comm(trial: Trial) -> tuple[str, str]:
    """All-reduce gives right values, at what the links between the ranks allow."""
    found = [comm_on(trial, ranks) for ranks in trial.site.counts if ranks > 1]
    if not found:
        raise NotRun("one GPU")
    limit = trial.site.pick("right values, at the bandwidth that the links give", "right values")
    return "; ".join(found), limit


def traced(trial: Trial) -> tuple[Sweep, list[traces.Reductions]]:
    """A case with a trace of each rank, measured once for the checks that read it."""
    site = trial.site
    if "traced" in site.kept:
        return site.kept["traced"]
    done = trial.sweep("traced", {
        "model": "resnet50", "dataset": {"name": "synthetic", "images": 2048, "image_size": 224},
        "train": {"precision": site.half, "learning_rate": 0.01},
        "measure": {"warmup_steps": 5, "steps": 5, "repetitions": 2, "arms": ["full", "comm_only"], "trace": str(site.folder / "traces")},
        "sweep": {"gpus": [site.ranks], "batch_size": [32]},
    }, site.ranks)
    (case,) = (site.folder / "traces").iterdir()
    found = traces.of_ranks(case)
    if not found or not found[0].durations:
        raise Failed("no kernel of NCCL in the traces", "one for each bucket")
    site.kept["traced"] = done, found
    return done, found


def overlap(trial: Trial) -> tuple[str, str]:
    """Reductions run while backward computes: their kernels begin before its last one ends."""
    _, ranks = traced(trial)
    first = ranks[0]
    share = sum(first.beside_backward) / sum(first.durations)
    number = (f"{first.begun_in_backward} of {len(first.durations)} reductions begin in backward, "
              f"{share:.0%} of their time lies there ({first.steps} steps)")
    # One of each step: on slow links the first may last until backward is over.
    limit = f"{first.steps} at least"
    if first.begun_in_backward < first.steps:
        raise Failed(number, limit)
    return number, limit


def comm_only(trial: Trial) -> tuple[str, str]:
    """The arm comm_only takes as long as the reductions' kernels do."""
    done, ranks = traced(trial)
    # Who comes first waits in its kernel for the others: the shortest is the reduction itself.
    shortest = [min(parts) for parts in zip(*(rank.durations for rank in ranks), strict=True)]
    kernels = 1e-6 * sum(shortest) / ranks[0].steps
    alone = statistics.mean(float(row["comm_seconds"]) for row in done.table("communication"))
    ratio = alone / kernels
    number = f"{1e3 * alone:.3f} ms alone, {1e3 * kernels:.3f} ms of kernels: {ratio:.2f}"
    limit = f"{LEAST_OVER_KERNELS} to {MOST_OVER_KERNELS}"
    if not LEAST_OVER_KERNELS <= ratio <= MOST_OVER_KERNELS:
        raise Failed(number, limit)
    return number, limit

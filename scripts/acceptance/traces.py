"""Reductions in the traces that `measure.trace` writes: where their kernels lie beside those of backward."""

import dataclasses
import json
import pathlib

LAUNCHES = ("cuda_runtime", "cuda_driver")


@dataclasses.dataclass
class Reductions:
    """The kernels of NCCL in a trace's steps, microseconds."""

    durations: list[float]  # in the order of their start
    beside_backward: list[float]  # how much of each lies before the last kernel of its step's backward ends
    steps: int

    @property
    def begun_in_backward(self) -> int:
        return sum(part > 0 for part in self.beside_backward)


def is_reduction(kernel: dict) -> bool:
    return "nccl" in kernel["name"].lower()


def end_of(event: dict) -> float:
    return event["ts"] + event["dur"]


def launched_in(span: dict, kernels: list[dict], launches: dict[int, float]) -> list[dict]:
    """Kernels whose launch lies in a span of the host; on whichever thread, for autograd has threads of its own."""
    return [one for one in kernels if span["ts"] <= launches.get(one["args"].get("correlation"), -1) <= end_of(span)]


def spans(events: list[dict], name: str) -> list[dict]:
    return [one for one in events if one.get("cat") == "user_annotation" and one["name"].startswith(name)]


def reductions(events: list[dict]) -> Reductions:
    kernels = sorted((one for one in events if one.get("cat") == "kernel"), key=lambda one: one["ts"])
    launches = {one["args"]["correlation"]: one["ts"] for one in events
                if one.get("cat") in LAUNCHES and "correlation" in one.get("args", {})}
    steps = spans(events, "ProfilerStep#")
    found = Reductions([], [], len(steps))
    for step in steps:
        inside = launched_in(step, kernels, launches)
        backward = [span for span in spans(events, "backward") if step["ts"] <= span["ts"] <= end_of(step)]
        computed = [one for span in backward for one in launched_in(span, inside, launches) if not is_reduction(one)]
        end = max(map(end_of, computed), default=step["ts"])
        for kernel in filter(is_reduction, inside):
            found.durations.append(kernel["dur"])
            found.beside_backward.append(max(0.0, min(end_of(kernel), end) - kernel["ts"]))
    return found


def of_ranks(folder: pathlib.Path) -> list[Reductions]:
    """Of a case's folder, rank by rank."""
    files = sorted(folder.glob("rank*.pt.trace.json"), key=lambda path: int(path.name.removeprefix("rank").split(".")[0]))
    return [reductions([one for one in json.loads(path.read_text())["traceEvents"] if one.get("ph") == "X"]) for path in files]

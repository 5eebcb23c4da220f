#!/usr/bin/env python3
"""Prints where the time of a training step goes, from a trace that `measure.trace` wrote: self times of operators by kind.

    scalemark run configs/bench-resnet18-cpu.yaml --set measure.trace=trace --set measure.steps=5 ...
    trace_shares.py trace/<case>/rank0.pt.trace.json [--top 15]
"""

import argparse
import collections
import json
import re
from pathlib import Path

# The first pattern that fits an operator's name decides.
KINDS = [
    ("convolutions (oneDNN, cuDNN)", r"mkldnn_convolution|convolution_backward|_convolution$|cudnn_convolution|mkldnn_conv"),
    ("batch norm with what follows it", r"fused_norm|batch_norm|relu|threshold_backward"),
    ("additions, pooling, copies and casts", r"add_?$|copy_|_to_copy|avg_pool|mean|max_pool|clone|contiguous|div|fill_|zero_|cat"),
    ("loss and classifier", r"log_softmax|nll_loss|cross_entropy|linear|addmm|mm$"),
    ("optimizer", r"_fused_|_foreach_"),
]
REST = "autograd, allocation, reduction and everything else"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace", type=Path)
    parser.add_argument("--top", type=int, default=12, help="operators to list")
    return parser.parse_args()


def kind_of(name: str) -> str:
    for kind, pattern in KINDS:
        if re.search(pattern, name):
            return kind
    return REST


def self_times(events: list[dict]) -> dict[str, float]:
    """Microseconds by name of what ran on each thread, without what it called."""
    times: dict[str, float] = collections.defaultdict(float)
    by_thread = collections.defaultdict(list)
    for event in events:
        by_thread[event["tid"]].append(event)
    for of_thread in by_thread.values():
        open_events: list[dict] = []
        for event in sorted(of_thread, key=lambda one: (one["ts"], -one["dur"])):
            while open_events and open_events[-1]["ts"] + open_events[-1]["dur"] <= event["ts"]:
                open_events.pop()
            times[event["name"]] += event["dur"]
            if open_events:
                times[open_events[-1]["name"]] -= event["dur"]
            open_events.append(event)
    return times


def within(event: dict, spans: list[dict]) -> bool:
    return any(span["ts"] <= event["ts"] and event["ts"] + event["dur"] <= span["ts"] + span["dur"] for span in spans)


def main() -> None:
    options = parse_arguments()
    events = [one for one in json.loads(options.trace.read_text())["traceEvents"] if one.get("ph") == "X"]
    steps = [one for one in events if one["name"].startswith("ProfilerStep#")]
    operators = [one for one in events if one.get("cat") == "cpu_op" and within(one, steps)]
    step_us = sum(one["dur"] for one in steps) / len(steps)
    times = {name: us / len(steps) for name, us in self_times(operators).items()}
    by_kind: dict[str, float] = collections.defaultdict(float)
    for name, us in times.items():
        by_kind[kind_of(name)] += us
    by_kind[REST] += step_us - sum(times.values())  # what is no operator
    print(f"step: {step_us / 1000:.1f} ms, mean of {len(steps)}\n")
    print("| kind | ms per step | share |\n|---|---|---|")
    for kind, us in sorted(by_kind.items(), key=lambda one: -one[1]):
        print(f"| {kind} | {us / 1000:.1f} | {100 * us / step_us:.1f} % |")
    print("\n| operator | ms per step, without what it calls |\n|---|---|")
    for name, us in sorted(times.items(), key=lambda one: -one[1])[: options.top]:
        print(f"| {name} | {us / 1000:.2f} |")


if __name__ == "__main__":
    main()

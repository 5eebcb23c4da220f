"""All-reduce against every algorithm that Open MPI can be made to use: 2 ranks on this machine, float32, in place.

    python bench/all_reduce_side_by_side.py [--rounds 3] [--program build/bench/collectives_bench]

Each round starts the same program once per algorithm; within one start, Scalemark's and Open MPI's reductions of each size are
measured. Printed: bus bandwidth in GB/s, the median over the rounds, and Scalemark's over the best of Open MPI's.
"""

import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys

TUNED = {1: "linear", 2: "nonoverlapping", 3: "recursive doubling", 4: "ring", 5: "segmented ring", 6: "Rabenseifner"}
ROOT = pathlib.Path(__file__).resolve().parent.parent


def algorithms():
    yield "default", {}
    for number, name in TUNED.items():
        yield f"tuned: {name}", {"OMPI_MCA_coll_tuned_use_dynamic_rules": "1", "OMPI_MCA_coll_tuned_allreduce_algorithm": str(number)}
    yield "han", {"OMPI_MCA_coll_han_priority": "100"}
    yield "sm", {"OMPI_MCA_coll_sm_priority": "100"}


def measure(options, environment):
    """{benchmark: {bytes: bus bandwidth in bytes per second}} of one start."""
    base = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        ["mpirun", "-n", "2", "--bind-to", "core", options.program, "--benchmark_format=json", "--benchmark_repetitions=3",
         "--benchmark_filter=all_reduce|copy"],
        capture_output=True, text=True, env={**os.environ, **base, **environment}, timeout=options.timeout)
    if run.returncode != 0:
        return {}
    found = collections.defaultdict(dict)
    for entry in json.loads(run.stdout)["benchmarks"]:
        if entry.get("aggregate_name") == "median":
            name, size = entry["run_name"].split("/")[:2]
            found[name][int(size)] = entry["bytes_per_second"]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--program", default=str(ROOT / "build/bench/collectives_bench"))
    parser.add_argument("--timeout", type=int, default=120)
    options = parser.parse_args()
    samples = collections.defaultdict(lambda: collections.defaultdict(list))
    for _ in range(options.rounds):
        for name, environment in algorithms():
            found = measure(options, environment)
            if not found:
                print(f"{name}: does not run here", file=sys.stderr)
            for benchmark, label in (("all_reduce", "Scalemark, shared memory"), ("all_reduce_by_messages", "Scalemark, messages"),
                                     ("mpi_all_reduce", f"Open MPI, {name}"), ("copy", "copy (bytes read)")):
                for size, rate in found.get(benchmark, {}).items():
                    samples[label][size].append(rate)
    report(samples)
    return 0


def report(samples):
    sizes = sorted(samples["Scalemark, shared memory"])
    median = {label: {size: statistics.median(rates) for size, rates in by_size.items()} for label, by_size in samples.items()}
    print("| all-reduce | " + " | ".join(f"{size >> 20} MiB" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for label, by_size in median.items():
        print(f"| {label} | " + " | ".join(f"{by_size[size] / 1e9:.2f}" for size in sizes) + " |")
    best = {size: max(rates[size] for label, rates in median.items() if label.startswith("Open MPI")) for size in sizes}
    print("| Scalemark / best of Open MPI | " + " | ".join(f"{median['Scalemark, shared memory'][s] / best[s]:.2f}" for s in sizes) + " |")


if __name__ == "__main__":
    sys.exit(main())

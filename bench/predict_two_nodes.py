"""Does `scalemark predict` foresee another network? Two nodes with one rank each, on this machine, over a link of a known rate.

usage: predict_two_nodes.py [--scalemark build/bin/scalemark] --keep DIR          as root; twenty minutes on two quiet cores

At 500 Mbit/s one file is measured: each model and bucket size at a middle batch on two ranks, and at a small and a large
batch on one. predict fits the link to it; its bandwidth is then scaled by the ratio of the rates, and the step times at 100
and 250 Mbit/s are predicted for the batches that two ranks never ran. (A latency that the fit cannot tell is taken as 0: a
bucket takes two messages here, and tens of milliseconds.) Those cells are then measured. Prints a Markdown table; docs/evidence.md holds a run of it.
"""

import argparse
import csv
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import h5py

sys.path.append(str(pathlib.Path(__file__).parents[1] / "tests/cluster"))
import two_nodes

FITTED_AT = 500
PREDICTED_AT = (100, 250)
MIDDLE_BATCH = 16
ONE_RANK_BATCHES = (8, 32)
TRAININGS = {  # model and bucket size in MiB: the batches per rank to predict
    ("resnet10", 2): (8, 32), ("resnet10", 25): (32,), ("resnet18", 4): (8,), ("resnet18", 25): (8, 32)}

HEADER = """
name: two-nodes
device: cpu
dataset: {name: synthetic, images: 512, image_size: 32}
train: {channels_last: true}
loader: {workers: 0}
"""
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_mpi_yield_when_idle": "1", "OMP_NUM_THREADS": "1"}


def case(training, batch, ranks):
    model, bucket = training
    return (f"  - {{label: {model} {bucket} MiB batch {batch} on {ranks}, gpus: {ranks}, batch_size: {batch}, model: {model}, "
            f"train.bucket_mebibytes: {bucket}}}\n")


def measure(nodes, options, name, megabits_per_second, measure_keys, cases):
    output = options.keep / f"{name}.h5"
    if output.exists():
        return output
    nodes.limit(megabits_per_second)
    config = options.keep / f"{name}.yaml"
    config.write_text(f"{HEADER}measure: {measure_keys}\ncases:\n{''.join(cases)}")
    subprocess.run([*nodes.mpirun(ranks_per_node=1), options.scalemark, "run", config, "--output", output], check=True)
    return output


def predict(options, file, output, *network):
    shutil.rmtree(output, ignore_errors=True)
    subprocess.run([options.scalemark, "predict", file, "--gpus", "2", *network, "--output", output], check=True,
                   capture_output=True)


def predicted_seconds(options, file, megabits_per_second):
    """[training, batch per rank] -> step seconds on two ranks, at another rate of the link."""
    fit = options.keep / "fit"
    predict(options, file, fit)
    network = options.keep / f"{megabits_per_second}.yaml"
    network.write_text(re.sub(r"bandwidth: ([0-9.]+)",
                              lambda match: f"bandwidth: {float(match[1]) * megabits_per_second / FITTED_AT}",
                              (fit / "network.yaml").read_text().replace("latency: unknown", "latency: 0us")))
    output = options.keep / f"predicted-{megabits_per_second}"
    predict(options, file, output, "--network", network)
    with open(output / "predicted_scaling_fixed_batch_per_rank.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    return {(training, batch): float(row["step_seconds"])
            for training in TRAININGS for batch in TRAININGS[training] for row in rows
            if row["training"] == f"{training[0]}, train.bucket_mebibytes {training[1]}" and row["batch_per_rank"] == str(batch)}


def measured_rows(file):
    with h5py.File(file) as results:
        return list(results["tables/cases"][:])


def measured_seconds(file):
    """[training, batch per rank] -> (step seconds, low, high)"""
    measured = {}
    for row in measured_rows(file):
        model, bucket, _, _, batch, *_ = row["label"].decode().split()
        measured[(model, int(bucket)), int(batch)] = tuple(row[f"step_mean_seconds{end}"] for end in ("", "_low", "_high"))
    return measured


def print_table(errors):
    print("| model | bucket MiB | batch per rank | link Mbit/s | predicted s | measured s | error |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for ((model, bucket), batch, rate), (predicted, (measured, low, high)) in errors.items():
        print(f"| {model} | {bucket} | {batch} | {rate} | {predicted:.3f} | {measured:.3f} [{low:.3f}, {high:.3f}] | "
              f"{100 * (predicted / measured - 1):+.1f} % |")
    sizes = [abs(predicted / measured - 1) for predicted, (measured, _, _) in errors.values()]
    print(f"\n{len(sizes)} cells: median error {100 * statistics.median(sizes):.1f} %, worst {100 * max(sizes):.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scalemark", type=lambda path: pathlib.Path(path).resolve(), default="build/bin/scalemark")
    parser.add_argument("--keep", type=pathlib.Path, required=True, help="folder for configs, result files and predictions; what it holds is not measured again")
    options = parser.parse_args()
    if reason := two_nodes.why_not():
        raise SystemExit(f"two nodes cannot be made here: {reason}")
    options.keep = options.keep.resolve()
    options.keep.mkdir(parents=True, exist_ok=True)
    os.environ.update(ENVIRONMENT)
    cells = {}
    with two_nodes.TwoNodes() as nodes:
        fitted = [case(training, MIDDLE_BATCH, 2) for training in TRAININGS]
        fitted += [case(training, batch, 1) for training in TRAININGS for batch in ONE_RANK_BATCHES]
        file = measure(nodes, options, "fitted", FITTED_AT,
                       "{warmup_steps: 2, steps: 5, repetitions: 3, arms: [full, no_sync, comm_only]}", fitted)
        for rate in PREDICTED_AT:
            predicted = predicted_seconds(options, file, rate)
            measured = measured_seconds(measure(
                nodes, options, f"measured-{rate}", rate, "{warmup_steps: 1, steps: 2, repetitions: 3, arms: [full]}",
                [case(training, batch, 2) for training, batches in TRAININGS.items() for batch in batches]))
            for (training, batch), seconds in measured.items():
                cells[training, batch, rate] = (predicted[training, batch], seconds)
    print_table(cells)


if __name__ == "__main__":
    main()

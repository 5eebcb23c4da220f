"""Do the arms of a repetition come closer to each other where they take turns in short chunks?

usage: arm_chunks.py [--scalemark build/bin/scalemark] [--ranks 2] [--rounds 3] [--chunk 4] --keep DIR    (ten minutes)

A repetition runs every arm, so that its `measure.steps` are the length of the chunks in which arms take turns. The same
training is measured in two ways, in turns: 10 repetitions of 20 steps, and 50 of 4, of which five together are again 20
steps of every arm. Printed as Markdown, by way, over the repetitions of 20 steps: the correlation of each arm with `full`,
and the standard deviation of the difference of the two in per cent of `full`, which is what a cost's interval is made of.
"""

import argparse
import os
import pathlib
import subprocess

import h5py
import numpy

STEPS = 20
REPETITIONS = 10
ARMS = ("no_sync", "cached_input")
CONFIG = """
name: arm-chunks
device: cpu
model: resnet10
dataset: {{name: synthetic, images: 4096, image_size: 32}}
loader: {{workers: 1}}
measure: {{warmup_steps: 1, steps: {steps}, repetitions: {repetitions}, arms: [full, no_sync, cached_input]}}
sweep: {{gpus: [{ranks}], batch_size: [4]}}
"""
ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def measure(options, name, steps):
    output = options.keep / f"{name}.h5"
    if not output.exists():
        config = options.keep / f"{name}.yaml"
        config.write_text(CONFIG.format(steps=steps, repetitions=REPETITIONS * STEPS // steps, ranks=options.ranks))
        subprocess.run(["mpirun", "-n", str(options.ranks), options.scalemark, "run", config, "--output", output],
                       check=True, env=os.environ | ENVIRONMENT)
    return output


def arm_means(file, steps):
    """arm -> [repetition of STEPS steps] mean seconds of a step on its slowest rank"""
    with h5py.File(file) as samples:
        (case,) = samples["cases"].values()
        found = {arm: case[arm]["step_seconds"][...].max(axis=2).mean(axis=1) for arm in ("full", *ARMS)}
    return {arm: means.reshape(REPETITIONS, STEPS // steps).mean(axis=1) for arm, means in found.items()}


def row(name, runs):
    cells = []
    for arm in ARMS:
        correlations = [numpy.corrcoef(run["full"], run[arm])[0, 1] for run in runs]
        scatter = [100 * (run["full"] - run[arm]).std(ddof=1) / run["full"].mean() for run in runs]
        cells += [" ".join(f"{one:.2f}" for one in correlations), " ".join(f"{one:.1f}" for one in scatter)]
    return f"| {name} | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--scalemark", default="build/bin/scalemark")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chunk", type=int, default=4, help="steps; divides 20")
    parser.add_argument("--keep", type=pathlib.Path, required=True, help="files measured there before are taken")
    options = parser.parse_args()
    options.keep.mkdir(exist_ok=True)
    ways = {f"{STEPS} steps": STEPS, f"{options.chunk} steps": options.chunk}
    runs = {way: [] for way in ways}
    for turn in range(options.rounds):
        for way, steps in list(ways.items())[::-1 if turn % 2 else 1]:
            runs[way].append(arm_means(measure(options, f"{steps}-steps-{turn}", steps), steps))
    heads = [head for arm in ARMS for head in (f"correlation of `full` and `{arm}`", f"scatter of the difference, %")]
    print("| chunks of | " + " | ".join(heads) + " |\n|---|" + "---|" * len(heads))
    for way in ways:
        print(row(way, runs[way]))


if __name__ == "__main__":
    main()

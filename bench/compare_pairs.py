"""How often `scalemark compare` is wrong on real noise: pairs of files resampled from one recorded sweep of one build.

usage: compare_pairs.py SWEEP.h5 [--scalemark build/bin/scalemark] [--pairs 200] [--repetitions 7] [--slowdown 1.10]

SWEEP.h5 holds two cases of the same work, whose repetitions were interleaved, for instance from

    cases: [{label: base, gpus: 1, batch_size: 2}, {label: new, gpus: 1, batch_size: 2, train.seed: 2}]
    measure: {warmup_steps: 1, steps: 5, repetitions: 150, arms: [full]}

Each pair takes REPETITIONS random repetitions of the first case as one job and as many, others, of the second as the other
job; the program itself compares them, once as they are and once with the second one's times multiplied by SLOWDOWN.
Prints how many pairs were called slower: the first number should be small (16 of 200), the second large (190 of 200)
where the noise lets 10 % be seen. The median noise that compare states says whether it does.
"""

import argparse
import csv
import pathlib
import shutil
import subprocess
import tempfile

import h5py
import numpy


def keep_first_case(path):
    with h5py.File(path, "r+") as file:
        first, second = (row["case"].decode() for row in file["tables/cases"][:])
        samples = [file[f"cases/{case}/full/step_seconds"][:] for case in (first, second)]
        del file["cases"][second]
        for table in ("cases", "ranks"):
            rows = file[f"tables/{table}"]
            kept = numpy.array([row for row in rows[:] if row["case"].decode() == first], dtype=rows.dtype)
            del file[f"tables/{table}"]
            file.create_dataset(f"tables/{table}", data=kept)
    return first, samples


def write_job(template, path, case, samples):
    shutil.copy(template, path)
    with h5py.File(path, "r+") as file:
        group = file[f"cases/{case}/full"]
        del group["step_seconds"]
        group.create_dataset("step_seconds", data=samples)


def compare(program, folder, output):
    run = subprocess.run([program, "compare", folder / "base.h5", folder / "new.h5", "--output", output],
                         capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(run.stderr)
    with open(output / "compare.csv", newline="") as file:
        row = next(csv.DictReader(file))
    return run.returncode == 1, float(row["noise_fraction"])


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep")
    parser.add_argument("--scalemark", default="build/bin/scalemark")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--slowdown", type=float, default=1.10)
    return parser.parse_args()


def main():
    options = read_options()
    random = numpy.random.default_rng(1)
    alarms, found, noises = 0, 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        template = folder / "template.h5"
        shutil.copy(options.sweep, template)
        case, (first, second) = keep_first_case(template)
        for pair in range(options.pairs):
            rounds = random.permutation(min(len(first), len(second)))
            base, new = rounds[: options.repetitions], rounds[options.repetitions : 2 * options.repetitions]
            write_job(template, folder / "base.h5", case, first[numpy.sort(base)])
            for factor in (1.0, options.slowdown):
                write_job(template, folder / "new.h5", case, second[numpy.sort(new)] * factor)
                slower, noise = compare(options.scalemark, folder, folder / f"{pair}-{factor}")
                if factor == 1.0:
                    alarms += slower
                    noises.append(noise)
                else:
                    found += slower
    print(f"{options.repetitions} repetitions a side: slower called in {alarms} of {options.pairs} pairs without a change, in "
          f"{found} of {options.pairs} with {options.slowdown}; median noise {100 * numpy.median(noises):.1f} %")


if __name__ == "__main__":
    main()

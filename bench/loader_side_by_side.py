"""The same JPEG folder through Scalemark's loader, DALI's CPU pipeline and torchvision's DataLoader, alternating in one run.

    python bench/loader_side_by_side.py TILES --make-tiles PHOTOS    10,000 tiles of 64 x 64 cut from photographs
    python bench/loader_side_by_side.py TILES --dali-python PYTHON [--rounds 5] [--seconds 3]

Each decodes, flips and normalises to fp32 in batches of 128 (Scalemark crops too). Every run is bound to as many cores as it has
threads. --dali-python is a Python with nvidia-dali, --torch-python one with torchvision (default: this one). Prints a table with
medians and ratios.
"""

import argparse
import glob
import os
import random
import statistics
import subprocess
import sys
import time

BATCH = 128
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
LOADER_BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../build/bin/loader_bench")


def make_tiles(photos: str, folder: str, count: int = 10_000) -> None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    rng = random.Random(1)
    images = [Image.open(path).convert("RGB") for path in sorted(glob.glob(f"{photos}/**/*.jpg", recursive=True))]
    for number in range(count):
        target = f"{folder}/train/class{number % 10}"
        os.makedirs(target, exist_ok=True)
        image = rng.choice(images)
        side = 64 * rng.choice([1, 2, 3, 4])
        left, top = rng.randrange(image.width - side), rng.randrange(image.height - side)
        tile = image.crop((left, top, left + side, top + side)).resize((64, 64), Image.LANCZOS)
        tile.save(f"{target}/{number:06d}.jpg", quality=90)


def rate_of(next_batch, seconds: float) -> tuple:
    """Images per second of the processor (of this process) and of the clock, after some batches that nobody counts."""
    for _ in range(5):
        next_batch()
    batches, begin, processor_begin = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - begin) < seconds:
        next_batch()
        batches += 1
    return batches * BATCH / (time.process_time() - processor_begin), batches * BATCH / spent


def dali_rate(folder: str, threads: int, seconds: float) -> tuple:
    from nvidia.dali import fn, pipeline_def, types

    @pipeline_def(batch_size=BATCH, num_threads=threads, device_id=None)
    def pipeline():
        files, labels = fn.readers.file(file_root=f"{folder}/train", random_shuffle=True)
        images = fn.decoders.image(files, device="cpu", output_type=types.RGB)
        images = fn.crop_mirror_normalize(
            images,
            dtype=types.FLOAT,
            output_layout="CHW",
            mirror=fn.random.coin_flip(),
            mean=[255 * value for value in MEAN],
            std=[255 * value for value in DEVIATION],
        )
        return images, labels

    pipe = pipeline()
    pipe.build()
    return rate_of(pipe.run, seconds)


def torchvision_rate(folder: str, workers: int, seconds: float) -> tuple:
    import torch
    from torchvision import datasets, transforms

    torch.set_num_threads(1)
    steps = [transforms.RandomHorizontalFlip(), transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]
    images = datasets.ImageFolder(f"{folder}/train", transforms.Compose(steps))
    loader = torch.utils.data.DataLoader(
        images, batch_size=BATCH, shuffle=True, num_workers=workers, drop_last=True, persistent_workers=workers > 0
    )

    def endless():
        while True:
            yield from loader

    batches = endless()
    return rate_of(lambda: next(batches), seconds)


def measured(command: list, cores: int) -> tuple:
    """Images per processor second and per second."""
    bound = ["taskset", "-c", ",".join(str(core) for core in range(cores))] + command
    result = subprocess.run(bound, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(bound)} failed:\n{result.stderr}")
    per_processor_second, per_second = map(float, result.stdout.split()[-2:])
    return per_processor_second, per_second


def candidates(options) -> dict:
    """What to run, and on how many cores, by name."""
    seconds = str(options.seconds)
    runs = {}
    for threads in (1, 2):
        bench = [options.loader_bench, f"--jpeg-folder={options.folder}", f"--batch={BATCH}"]
        runs[f"Scalemark, {threads}"] = (bench + [f"--workers={threads}", f"--seconds={seconds}", "--per-processor-second"], threads)
        if options.dali_python:
            peer = [options.dali_python, __file__, options.folder, "--peer", f"dali:{threads}", "--seconds", seconds]
            runs[f"DALI, {threads}"] = (peer, threads)
    for workers in (0, 1, 2):
        peer = [options.torch_python, __file__, options.folder, "--peer", f"torchvision:{workers}", "--seconds", seconds]
        runs[f"torchvision, {workers} workers"] = (peer, 2)
    return runs


def print_table(rates: dict) -> None:
    clock = {name: statistics.median(rate for _, rate in values) for name, values in rates.items()}
    best_torchvision = max((n for n in clock if n.startswith("torchvision")), key=clock.get)
    print("| loader, threads | images/s, median | lowest to highest | per processor second | Scalemark / it | the same, per processor second |")
    print("|---|---|---|---|---|---|")
    for name, values in rates.items():
        column = [rate for _, rate in values]
        # Workers of torchvision are processes, whose time this one does not see.
        processor = "" if name in ("torchvision, 1 workers", "torchvision, 2 workers") else statistics.median(v[0] for v in values)
        row = [name, f"{clock[name]:,.0f}", f"{min(column):,.0f} to {max(column):,.0f}"]
        row += [f"{processor:,.0f}" if processor else ""]
        if name.startswith("DALI") or name == best_torchvision:
            ours = rates["Scalemark, " + (name.split(", ")[1] if name.startswith("DALI") else "2")]
            row += [f"{statistics.median(mine[1] / its[1] for mine, its in zip(ours, values)):.2f}"]
            row += [f"{statistics.median(mine[0] / its[0] for mine, its in zip(ours, values)):.2f}" if processor else ""]
        else:
            row += ["", ""]
        print("| " + " | ".join(row) + " |")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="holds train/<class>/*.jpg")
    parser.add_argument("--make-tiles", metavar="PHOTOS", help="first cut the folder's tiles from these photographs")
    parser.add_argument("--dali-python")
    parser.add_argument("--torch-python", default=sys.executable)
    parser.add_argument("--loader-bench", default=LOADER_BENCH)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = read_options()
    if options.peer:
        peer, threads = options.peer.split(":")
        rates = {"dali": dali_rate, "torchvision": torchvision_rate}[peer]
        print(*rates(options.folder, int(threads), options.seconds))
        return
    if options.make_tiles:
        make_tiles(options.make_tiles, options.folder)
        return
    runs = candidates(options)
    rates = {name: [] for name in runs}
    for number in range(options.rounds):
        order = list(runs) if number % 2 == 0 else list(reversed(runs))
        for name in order:
            rates[name].append(measured(*runs[name]))
        print(f"round {number + 1} of {options.rounds} is done", file=sys.stderr)
    print_table(rates)


if __name__ == "__main__":
    main()

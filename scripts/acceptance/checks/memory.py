"""Memory: constant over a job, what the driver sees of it, and the largest batch."""

from acceptance.trial import Failed, NotRun, Trial
from acceptance.watch import gpu_used_bytes, resident_bytes, sample

VISITS = 20
MEBIBYTE = 1 << 20


def growth(samples: list[int]) -> float:
    """Of the last quarter's most over that of the second quarter: what comes before has not settled."""
    quarter = len(samples) // 4
    if quarter < 2:
        raise Failed(f"{len(samples)} samples of memory", "8 at least")
    early, late = max(samples[quarter:2 * quarter]), max(samples[-quarter:])
    return late / early - 1


def used_now(trial: Trial, job) -> int:
    """By the driver's count on all GPUs; in a rehearsal by the kernel's, of all ranks."""
    if trial.site.rehearsal:
        return sum(resident_bytes(pid) for pid in job.ranks().values())
    return sum(gpu_used_bytes())


def constant(trial: Trial) -> tuple[str, str]:
    """Twenty visits take no more memory than the first few."""
    site = trial.site
    most = site.pick(0.02, 0.1)
    # Training, recording and freeing of graphs again and again: a case on few ranks takes turns with one on all.
    config = {
        "model": "resnet10", "dataset": {"name": "synthetic", "images": site.pick(4096, 64), "image_size": site.pick(32, 16)},
        "loader": {"workers": 1},
        "measure": {"warmup_steps": 2, "steps": site.pick(100, 2), "repetitions": VISITS // 2, "arms": site.pick(["full", "no_sync"], ["full"])},
        "sweep": {"gpus": sorted({1, site.pick(site.ranks, 2)}), "batch_size": [site.pick(128, 2)]},
    }
    ranks = site.pick(site.ranks, 2)
    job = trial.start(site.launch(ranks, trial.run_words("memory-constant", config)))
    used = [one for one in sample(job, trial.left(), lambda: used_now(trial, job), site.pick(0.5, 0.1)) if one > 0]
    if job.process.returncode != 0:
        raise Failed(f"exit code {job.process.returncode}", "exit code 0")
    found = growth(used)
    number = f"{100 * found:+.1f} % from the second quarter of the job to the last, {max(used) / MEBIBYTE:.0f} MiB in all"
    if found > most:
        raise Failed(number, f"{100 * most:.0f} %")
    return number, f"{100 * most:.0f} %"


def used_by(trial: Trial, batch: int) -> tuple[int, int]:
    """Peak of a case as Scalemark has it, and as the driver has it."""
    name = f"memory-{batch}"
    before = max(gpu_used_bytes())
    job = trial.start(trial.site.launch(1, trial.run_words(name, {
        "model": "resnet18", "dataset": {"name": "synthetic", "images": 16384},
        "train": {"precision": trial.site.half, "learning_rate": 0.01},
        "measure": {"warmup_steps": 3, "steps": 100, "repetitions": 1, "arms": ["full"]},
        "sweep": {"gpus": [1], "batch_size": [batch]},
    })))
    used = max(sample(job, trial.left(), lambda: max(gpu_used_bytes())), default=0)
    if job.process.returncode != 0:
        raise Failed(f"batch {batch}: exit code {job.process.returncode}", "exit code 0")
    (case,) = trial.reported(name, 0, "").cases().values()
    return int(case["peak_memory_bytes"]), used - before


def as_the_driver_sees(trial: Trial) -> tuple[str, str]:
    """A larger batch takes so much more by Scalemark's count as by nvidia-smi's; contexts are in both of its sides."""
    (small, driver_small), (large, driver_large) = used_by(trial, 512), used_by(trial, 4096)
    if driver_large <= driver_small:
        raise NotRun("nvidia-smi saw no difference: the cases were too short for it")
    difference = (large - small) / (driver_large - driver_small) - 1
    number = f"{100 * difference:+.1f} % of {(driver_large - driver_small) / MEBIBYTE:.0f} MiB"
    if abs(difference) > 0.02:
        raise Failed(number, "2 %")
    return number, "2 %"


def largest_batch(trial: Trial) -> tuple[str, str]:
    """max_batch finds the largest batch that fits, and a job with ranks that ran out of memory goes on to its end."""
    site = trial.site
    counts = site.pick([count for count in site.counts if count > 1] or [1], [2])
    config = {
        "model": site.pick("resnet50", "resnet10"),
        "dataset": {"name": "synthetic", "images": site.pick(16384, 512), "image_size": site.pick(224, 16),
                    "resident": False},
        "train": {"precision": site.pick(site.half, "fp32"), "learning_rate": 0.01},
        "measure": {"warmup_steps": 1, "steps": 2, "repetitions": 1, "arms": ["full"]},
        "max_batch": True,
        "sweep": {"gpus": counts, "batch_size": [site.pick(32, 8)]},
    }
    if site.rehearsal or site.share_gpu:
        config["limits"] = {"memory": site.pick(8 << 30, 100 << 20)}
    done = trial.sweep("largest-batch", config, counts[-1])
    rows = done.table("largest_batch")
    found = [f"{row['ranks']} ranks: {row['largest_batch_per_rank'] or 'none'} (not {row['refused_batch_per_rank'] or 'known'})"
             for row in rows]
    limit = "for each number of ranks, one batch fits and a larger one is refused"
    if len(rows) != len(counts) or not all(row["largest_batch_per_rank"] and row["refused_batch_per_rank"] for row in rows):
        raise Failed("; ".join(found) or "no case", limit)
    return "; ".join(found), limit

"""What is computed: the tests of the label gpu, rank invariance, precisions."""

import re

from acceptance.trial import Failed, NotRun, Trial

MOST_DIFFERENCE = 1e-9


def gpu_tests(trial: Trial) -> list[tuple[str, list[int]]]:
    """Programs of the label gpu with the ranks that each is run on; 0: alone."""
    lines = (trial.site.root / "scripts/gpu-tests").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return [(name, [0] if ranks == "alone" else [int(count) for count in ranks.split(",")]) for name, ranks in words]


def run_gpu_test(trial: Trial, name: str, ranks: int) -> tuple[int, int]:
    """How many of its tests passed, and how many left themselves out. @raises Failed"""
    program = [str(trial.site.tests / name), "--gtest_filter=*OnGpu*"][:1 if ranks else 2]
    # As real peers: where there are GPUs enough, the tests' own NCCL_HOSTID is not set.
    code, text = trial.run(trial.site.launch(ranks, program) if ranks else program)
    where = f"{name} on {ranks} ranks" if ranks else name
    if code != 0 or "no CUDA device here" in text:
        failed = re.findall(r"\[  FAILED  \] (\S+)", text)
        raise Failed(f"{where}: exit code {code}: {', '.join(dict.fromkeys(failed)) or 'no CUDA device here'}", "all pass")
    passed, skipped = (sum(map(int, re.findall(rf"\[  {word} *\] (\d+) test", text))) for word in ("PASSED", "SKIPPED"))
    return passed, skipped


def tests(trial: Trial) -> tuple[str, str]:
    """The tests that need a GPU, alone and on 1, 2 and 4 ranks."""
    if not all((trial.site.tests / name).exists() for name, _ in gpu_tests(trial)):
        raise NotRun(f"{trial.site.tests} lacks the programs of scripts/gpu-tests; build them")
    on = [(name, count) for name, counts in gpu_tests(trial) for count in counts if count <= trial.site.ranks]
    done = [run_gpu_test(trial, name, count) for name, count in on]
    passed, skipped = map(sum, zip(*done))
    return f"{passed} passed, {skipped} left out, in {len(done)} runs", "all pass"


def losses(rows: list[dict[str, str]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(float(row["loss"]))
    return found


def rank_invariance(trial: Trial) -> tuple[str, str]:
    """The same global batch in fp64 is the same training, however many ranks share it."""
    site = trial.site
    counts = site.pick(site.counts, [1, 2, 4])
    done = trial.sweep("rank-invariance", {
        "model": "resnet10", "batch_norm": False,
        "dataset": {"name": "synthetic", "images": 256, "image_size": 16},
        "train": {"precision": "fp64", "learning_rate": 0.005},
        "loader": {"workers": 0},
        "measure": {"warmup_steps": 0, "steps": site.pick(20, 3), "repetitions": 1, "arms": ["full"]},
        "sweep": {"gpus": counts, "global_batch_size": [site.pick(8, 2) * counts[-1]]},
    }, counts[-1])
    first, *others = losses(done.table("loss")).values()
    if len(others) != len(counts) - 1:
        raise Failed(f"losses of {1 + len(others)} case(s)", f"of {len(counts)} cases")
    worst = max(abs(a - b) / abs(b) for other in others for a, b in zip(other, first, strict=True))
    number = f"losses of {', '.join(map(str, counts))} ranks within {worst:.1e}, over {len(first)} steps"
    if not worst <= MOST_DIFFERENCE:
        raise Failed(number, f"{MOST_DIFFERENCE:.0e}")
    return number, f"{MOST_DIFFERENCE:.0e}"


def precisions(trial: Trial) -> tuple[str, str]:
    """fp16 trains; bf16 and tf32 are skipped where the GPU has none (before Ampere)."""
    if not trial.site.capability:
        raise NotRun("nvidia-smi does not say the compute capability (--query-gpu=compute_cap)")
    done = trial.sweep("precisions", {
        "model": "resnet18", "dataset": {"name": "synthetic", "images": 1024},
        "train": {"learning_rate": 0.01},
        "measure": {"warmup_steps": 3, "steps": 10, "repetitions": 1, "arms": ["full"]},
        "sweep": {"gpus": [1], "batch_size": [64], "train.precision": ["fp16", "bf16", "tf32"]},
    }, 1)
    found = {row["precision"]: row["status"] for row in done.table("cases")}
    old = "skipped" if trial.site.capability < 8 else "ok"
    wanted = {"fp16": "ok", "bf16": old, "tf32": old}
    number, limit = (", ".join(f"{name} {status}" for name, status in sorted(one.items())) for one in (found, wanted))
    if found != wanted:
        raise Failed(number, limit)
    return number, limit


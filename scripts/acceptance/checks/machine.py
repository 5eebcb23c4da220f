"""The launch, the GPUs and the ways between them; who uses which GPU."""

import re
import time

from acceptance.trial import Failed, NotRun, Trial
from acceptance.watch import Commits, gpu_busy_percent, processes_by_gpu, processor_seconds, wait_until

STEADY = {
    "model": "resnet18",
    "dataset": {"name": "synthetic", "images": 1024},
    "loader": {"workers": 1},
    "measure": {"warmup_steps": 3, "steps": 100, "repetitions": 1000, "arms": ["full"]},
}
TINY = {
    "model": "resnet10",
    "dataset": {"name": "synthetic", "images": 64, "image_size": 16},
    "loader": {"workers": 1},
    "measure": {"warmup_steps": 1, "steps": 5, "repetitions": 1000, "arms": ["full"]},
}


def steady(trial: Trial, count: int) -> dict:
    """A sweep that goes on until it is stopped."""
    return trial.site.pick({**STEADY, "sweep": {"gpus": [count], "batch_size": [128]}},
                           {**TINY, "sweep": {"gpus": [count], "batch_size": [2]}})


def start_steady(trial: Trial, name: str, count: int, ranks: int, *options: str):
    """Starts it, and waits until graphs are live: a whole visit lies behind it."""
    job = trial.start(trial.site.launch(ranks, trial.run_words(name, steady(trial, count), *options)))
    commits = Commits(trial.site.folder / f"{name}.h5")
    wait_until(job, trial.left(), lambda: commits.at_least(4), "its second visit")
    return job


def launch(trial: Trial) -> tuple[str, str]:
    """scalemark doctor finds no fault."""
    config = trial.config("launch", steady(trial, trial.site.ranks))
    output = trial.site.folder / "launch.h5"
    code, text = trial.run(trial.site.launch(trial.site.ranks, [trial.site.scalemark(), "doctor", str(config), "--output", str(output)]))
    faults, warnings = (re.findall(rf"(?m)^{word} +(.+)$", text) for word in ("FAULT", "warning"))
    limit = "no FAULT"
    if code != 0 or faults:
        raise Failed(f"exit code {code}; FAULT: {', '.join(faults) or 'none'}", limit)
    return f"{len(warnings)} warning(s){': ' if warnings else ''}{', '.join(warnings)}", limit


def pairs_of(matrix: str) -> dict[tuple[int, int], str]:
    """The upper half of what `nvidia-smi topo` prints: the word in row i and column j."""
    rows = [line.split() for line in matrix.splitlines() if re.match(r"\s*GPU\d+\s", line) and "X" in line.split()]
    return {(i, j): row[1 + j] for i, row in enumerate(rows) for j in range(i + 1, len(rows)) if 1 + j < len(row)}


def topology(trial: Trial) -> tuple[str, str]:
    """Every two GPUs that NVLink joins can read each other's memory; without NVLink a board may lack it."""
    code, links = trial.run(["nvidia-smi", "topo", "-m"])
    also, reads = trial.run(["nvidia-smi", "topo", "-p2p", "r"])
    if code or also:
        raise NotRun("this nvidia-smi has no topo -m and topo -p2p")
    ways, direct = pairs_of(links), pairs_of(reads)
    kinds = {kind: sum(way == kind for way in ways.values()) for kind in sorted(set(ways.values()))}
    number = f"{len(ways)} pairs: " + ", ".join(f"{count} by {kind}" for kind, count in kinds.items())
    number += f"; {sum(word == 'OK' for word in direct.values())} read each other's memory"
    cut = [f"GPU {i} and {j}" for (i, j), way in ways.items() if way.startswith("NV") and direct.get((i, j)) != "OK"]
    if cut:
        raise Failed(f"{number}; not between {', '.join(cut)}", "all that NVLink joins")
    return number, "all that NVLink joins"


def contexts(trial: Trial) -> tuple[str, str]:
    """Each rank has a context on its own GPU and on no other."""
    before = processes_by_gpu()
    start_steady(trial, "contexts", trial.site.ranks, trial.site.ranks)
    after = {gpu: pids - before.get(gpu, set()) for gpu, pids in processes_by_gpu().items()}
    counts = sorted((len(pids) for pids in after.values() if pids), reverse=True)
    limit = f"1 on each of {trial.site.gpus} GPUs"
    if not counts:
        raise NotRun("nvidia-smi shows no processes here (a container's own PID namespace)")
    number = f"{' '.join(map(str, counts))} process(es) on the GPUs of this node"
    if counts != [1] * trial.site.gpus:
        raise Failed(number, limit)
    return number, limit


def idle_processors(trial: Trial, job, seconds: float) -> float:
    """The busiest rank beside rank 0, in % of a core."""
    waiting = [pid for rank, pid in job.ranks().items() if rank > 0]
    if not waiting:
        raise NotRun("no waiting rank's process is on this machine")
    before = {pid: processor_seconds(pid) for pid in waiting}
    time.sleep(seconds)
    return max(100 * (processor_seconds(pid) - before[pid]) / seconds for pid in waiting)


def idle_gpus(seconds: float) -> float:
    """The busiest but the first, in %, as nvidia-smi counts it: over the second before."""
    end, most = time.monotonic() + seconds, []
    while time.monotonic() < end:
        most.append(max(sorted(gpu_busy_percent())[:-1]))
        time.sleep(0.5)
    return max(most)


def idle(trial: Trial) -> tuple[str, str]:
    """Ranks that a case does not need leave their GPUs (in a rehearsal: their cores) alone."""
    job = start_steady(trial, "idle", 1, trial.site.ranks)
    cores = idle_processors(trial, job, trial.site.pick(5, 3))
    if trial.site.rehearsal:
        number, limit, most = f"{cores:.1f} % of a core", "20 % of a core", 20
        busiest = cores
    else:
        busiest = idle_gpus(5)
        number, limit, most = f"{busiest:.0f} %; {cores:.1f} % of a core", "0 %", 0
    if busiest > most:
        raise Failed(number, limit)
    return number, limit

"""The machine under test: what is there, and how ranks are started on it."""

import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess


def nvidia_smi(*options: str) -> list[list[str]]:
    """The answer's lines, cut at the commas; none where there is no nvidia-smi, or it answers nothing."""
    if shutil.which("nvidia-smi") is None:
        return []
    run = subprocess.run(["nvidia-smi", *options, "--format=csv,noheader,nounits"], capture_output=True, text=True, timeout=30)
    return [[word.strip() for word in line.split(",")] for line in run.stdout.splitlines()] if run.returncode == 0 else []


@dataclasses.dataclass
class Site:
    """Where things are, and what the rehearsal has in their place."""

    folder: pathlib.Path  # of the page, the logs and the result files
    programs: pathlib.Path  # scalemark
    tests: pathlib.Path  # programs of the label gpu
    root: pathlib.Path  # bench/
    python: str  # one that has PyTorch
    gpus: int  # per node
    nodes: int = 1
    rehearsal: bool = False  # on CPU ranks
    share_gpu: bool = False  # all ranks on one GPU: right results, meaningless times
    launcher: str = ""  # words in front of -n
    kept: dict = dataclasses.field(default_factory=dict)  # what one check found and another reads

    @property
    def device(self) -> str:
        return "cpu" if self.rehearsal else "cuda"

    @property
    def counts(self) -> list[int]:
        """Numbers of ranks, from 1 to all: on one node 1, 2, 4, ..., and all nodes."""
        on_node = [count for count in (1, 2, 4, 8) if count <= self.gpus]
        return on_node + ([self.gpus * self.nodes] if self.nodes > 1 else [])

    @property
    def ranks(self) -> int:
        return self.counts[-1]

    def pick(self, on_gpus, on_cpus):
        return on_cpus if self.rehearsal else on_gpus

    @functools.cached_property
    def capability(self) -> float:
        """7.0 for a V100; 0 where nvidia-smi is too old to say."""
        answer = nvidia_smi("--query-gpu=compute_cap")
        return float(answer[0][0]) if answer and answer[0][0] else 0.0

    @property
    def half(self) -> str:
        """The precision with 16 bits that is at home here."""
        return "bf16" if self.rehearsal or self.capability >= 8 else "fp16"

    def scalemark(self) -> str:
        return str(self.programs / "scalemark")

    def launcher_words(self, nodes: int = 1) -> list[str]:
        """What stands in front of -n RANKS."""
        if self.launcher:
            return self.launcher.split()
        if self.nodes > 1 and "SLURM_JOB_ID" in os.environ:
            return ["srun", "--mpi=pmix", "--gpu-bind=none", "-K0", "--wait=30", "-N", str(nodes)]
        mpirun = self.programs / "mpirun"  # a bundle's own
        return [str(mpirun) if mpirun.exists() else os.environ.get("SCALEMARK_MPIRUN", "mpirun"), "--bind-to", "none"]

    def launch(self, ranks: int, words: list[str]) -> list[str]:
        """The words that start a program on so many ranks."""
        front = [*self.launcher_words(max(1, ranks // self.gpus)), "-n", str(ranks)]
        return front + (["bash", "-c", SHARE_GPU, "bash"] if self.share_gpu else []) + words

    def environment(self) -> dict[str, str]:
        """Beside this process's own."""
        variables = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}
        if self.rehearsal:
            variables |= {"OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_mpi_yield_when_idle": "1", "OMP_NUM_THREADS": "1"}
        if self.share_gpu:
            variables |= {"SCALEMARK_SHARE_GPU": "1", "NCCL_NET": "Socket", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
        return variables


# NCCL refuses two ranks on one GPU of one host: each claims a host of its own.
SHARE_GPU = 'NCCL_HOSTID=rank${OMPI_COMM_WORLD_RANK:-${SLURM_PROCID:-0}} exec "$@"'

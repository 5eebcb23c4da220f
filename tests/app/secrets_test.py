"""Secrets of the environment and of the command line are in no output: neither the result file nor the pages and tables."""

import os
import subprocess
import unittest

from scalemark_runs import BIN, RunTest

SECRETS = {name: f"s3cr3t-{number:02}" for number, name in enumerate((
    "AWS_SECRET_ACCESS_KEY", "SLURM_JWT", "SLURM_JWT_TOKEN", "SLURM_REST_TOKEN", "SLURM_SPANK_KEY", "NCCL_AUTH_TOKEN",
    "OMP_PASSWORD", "CUDA_CREDENTIALS", "SLURM_SITE_ANYTHING"))}
RECORDED = {"SLURM_CPUS_PER_TASK": "7", "NCCL_ALGO": "Ring", "OMP_WAIT_POLICY": "passive"}
CONFIG = """
    name: secretive
    description: "data of ${AWS_SECRET_ACCESS_KEY:-nobody}"
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 16, image_size: 16}
    measure: {warmup_steps: 0, steps: 1, repetitions: 1}
    cases: [{label: "${SLURM_SITE_ANYTHING}", gpus: 1, batch_size: 2}]
"""


class Secrets(RunTest):
    def outputs(self):
        """Every byte that the program gives of the result file: its pages, its tables, what info says, and itself."""
        folder = self.folder / "report"
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        report = subprocess.run([BIN / "scalemark", "report", self.output, "--output", folder], capture_output=True, env=environment)
        self.assertEqual(report.returncode, 0, report.stderr)
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, check=True, env=environment)
        dump = subprocess.run(["h5dump", self.output], capture_output=True) if os.path.exists("/usr/bin/h5dump") else None
        texts = {path.name: path.read_bytes() for path in folder.iterdir()}
        return {**texts, "info": info.stdout, "file": self.output.read_bytes(), "dump": dump.stdout if dump else b""}

    def test_no_output_holds_one(self):
        self.config = self.write_config(CONFIG)
        arguments = ["--set", f"description=by {SECRETS['AWS_SECRET_ACCESS_KEY']}, DB_PASSWORD=hunter2hunter2 and ftp://me:hunter2hunter2@host"]
        run = self.run_sweep(*arguments, ranks=1, environment={**SECRETS, **RECORDED})
        self.assertEqual(run.returncode, 0, run.stderr)
        resumed = self.run_sweep("--resume", *arguments, ranks=1, environment={**SECRETS, **RECORDED})
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        outputs = self.outputs()
        for secret in [*SECRETS.values(), "hunter2"]:
            self.assertEqual([name for name, text in outputs.items() if secret.encode() in text], [], secret)
        self.assertIn(b"***", outputs["info"])
        for name, value in RECORDED.items():
            self.assertIn(f"environment {name} | {value} |".encode(), outputs["report.md"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

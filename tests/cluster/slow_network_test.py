"""Two nodes with a slow link between them: the report says that communication took the speed-up."""

import os
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "app"))

import h5py

import attribution_test
import two_nodes
from scalemark_runs import TINY, Job, RunTest

MEGABITS_PER_SECOND = 600


class SlowNetwork(RunTest):
    def test_the_loss_is_communication(self):
        self.config = self.write_config(attribution_test.SWEEP.replace("cached_input", "cached_input, comm_only"))
        with two_nodes.TwoNodes() as nodes:
            nodes.limit(MEGABITS_PER_SECOND)
            run = self.run_sweep(launcher=nodes.mpirun(ranks_per_node=1))
        self.assertEqual(run.returncode, 0, run.stderr)
        tables = self.report_tables()
        (row,) = tables["lost_speedup_fixed_batch_per_rank"]
        self.assertEqual(attribution_test.dominant_loss(row), "exposed_comm", row)
        self.assertGreater(float(row["exposed_comm_share_fraction"]), 0.5)
        # What two ranks exchange in one direction cannot pass the link faster than its rate.
        with h5py.File(self.output) as file:
            case = file["cases/gpus=2"]
            gradient_bytes = case["comm_only/bucket_bytes"][:].sum()
            fastest = case["comm_only/step_seconds"][:].max(axis=2).min()
            hosts = {row["host"] for row in file["tables/ranks"][:]}
        self.assertGreater(fastest, 0.9 * gradient_bytes * 8 / (MEGABITS_PER_SECOND * 1e6))
        self.assertEqual(hosts, {b"node1", b"node2"})


TUNING = """
    name: tuning
    device: cpu
    model: resnet10
    dataset: {name: synthetic, images: 512, image_size: 32}
    loader: {workers: 0}
    measure: {warmup_steps: 1, steps: 2, repetitions: 5, arms: [full]}
    sweep: {gpus: [2], batch_size: [8], train.bucket_mebibytes: [4, 25, 100]}
"""


class BestBucketSize(RunTest):
    """A link that takes as long as backward: a bucket of nearly all gradients overlaps with nothing, smaller ones do."""

    def test_the_planted_size_is_found_and_used(self):
        self.config = self.write_config(TUNING)
        with two_nodes.TwoNodes() as nodes:
            nodes.limit(MEGABITS_PER_SECOND)
            run = self.run_sweep(launcher=nodes.mpirun(ranks_per_node=1))
        self.assertEqual(run.returncode, 0, run.stderr)
        (row,) = self.report_tables()["best_setting"]
        self.assertEqual((row["key"], row["default"], row["best"]), ("train.bucket_mebibytes", "25", "4"), row)
        self.assertEqual(row["verdict"], "faster", row)
        self.assertGreater(float(row["gain_fraction_low"]), 0, row)
        best = self.folder / "report" / "best.yaml"
        for arguments in ([best], ["--set", f"@{best}"]):
            again = self.write_config(TINY, "other.yaml")
            output = self.folder / f"with-best-{len(arguments)}.h5"
            job = Job([again, *arguments, "--output", output, "--set", "sweep.gpus=[1]", "--set", "sweep.batch_size=[2]"], ranks=1)
            self.assertEqual(job.wait().returncode, 0)
            with h5py.File(output) as file:
                (case,) = file["cases"].values()
                self.assertEqual(case.attrs["train.bucket_mebibytes"], 4)
                self.assertIn(str(best), file["provenance"].attrs["command_line"])
                self.assertIn("bucket_mebibytes: 4", file["provenance"].attrs["config"])


if __name__ == "__main__":
    reason = two_nodes.why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)

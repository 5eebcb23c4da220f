"""Memory that runs out is a result, and so is another error of a case's own work: the same on all ranks, and the sweep goes on."""

import os
import pathlib
import unittest

import h5py
import numpy

from fault_runs import FaultTest
from scalemark_runs import statuses

SWEEP = """
    name: faulty
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 3, repetitions: 1, arms: [full, no_sync, comm_only, cached_input]}
    limits: {case_timeout: 20s}
    sweep: {gpus: [2], batch_size: [2, 4]}
"""


LARGE = ("--set", "sweep.batch_size=[2, 8192, 4]", "--set", "dataset.images=16384", "--set", "dataset.image_size=32",
         "--set", "measure.repetitions=1", "--set", "limits.case_timeout=2min")


class Memory(FaultTest):
    SWEEP = SWEEP

    def losses_and_memory(self, case):
        with h5py.File(self.output) as file:
            (row,) = (row for row in file["tables/cases"][:] if row["case"].decode() == case)
            return list(file[f"cases/{case}/loss"][:]), row["peak_memory_bytes"]

    def test_on_one_rank_anywhere(self):
        self.assertEqual(self.run_with("", ranks=2).code, 0)
        undisturbed = self.losses_and_memory("batch_size=4")
        for place in ("optimizer_state", "connect", "input@9", "forward@7", "bucket@20", "optimizer@12"):
            self.output.unlink()
            with self.subTest(place=place):
                ended = self.run_with(f"1:{place}:oom", ranks=2)
                self.assertEqual(ended.code, 0, ended.log)
                cases = statuses(self.output)
                status, reason = cases.pop("batch_size=2")
                self.assertEqual(status, "oom")
                self.assertIn("rank 1: ", reason)
                self.assertEqual({status for status, _ in cases.values()}, {"ok"})
                # The communicator is whole, and nothing of the case is left: the next one goes as if it had not been.
                self.assertEqual(self.losses_and_memory("batch_size=4"), undisturbed)

    def test_another_error_of_one_ranks_work_fails_its_case_alone(self):
        ended = self.run_with("1:bucket@20:fail", ranks=2)
        self.assertEqual(set(ended.codes.values()), {3}, ended.log)
        cases = statuses(self.output)
        self.assertEqual(cases, {"batch_size=2": ("failed", "rank 1: a fault on purpose"), "batch_size=4": ("ok", "")})

    def test_on_one_rank_while_it_evaluates(self):
        ended = self.run_with("1:evaluate:oom", "--set", "measure.evaluate=true", "--set", "measure.arms=[full]", "--set",
                              "dataset.images=256", "--set", "sweep.batch_size=[64, 128]", "--set", "measure.steps=1", "--set",
                              "limits.case_timeout=2min", ranks=2, timeout=300)
        self.assertEqual(ended.code, 0, ended.log)
        self.assertEqual({case: status for case, (status, _) in statuses(self.output).items()},
                         {"batch_size=64": "oom", "batch_size=128": "ok"})

    def test_after_a_model_that_is_too_large_the_next_goes_as_before(self):
        """The one that comes first, by its batch, needs more memory than there is; what the others take is printed."""
        two_models = """
            name: two-models
            device: cpu
            dataset: {name: synthetic, images: 64, image_size: 16}
            loader: {workers: 1}
            measure: {warmup_steps: 1, steps: 3, repetitions: 2}
            limits: {memory: 150MiB}
            cases: [%s{label: next, model: resnet10, gpus: 2, batch_size: 4}]
        """
        seen = []
        for first in ("", "{label: too-large, model: resnet50, gpus: 2, batch_size: 1}, "):
            self.output.unlink(missing_ok=True)
            self.config = self.write_config(two_models % first)
            ended = self.run_with("", ranks=2)
            self.assertEqual(ended.code, 0, ended.log)
            self.assertEqual({case: status for case, (status, _) in statuses(self.output).items()},
                             {"next": "ok", "too-large": "oom"} if first else {"next": "ok"})
            seen.append(self.losses_and_memory("next"))
            with h5py.File(self.output) as file:
                seconds = float(numpy.median(file["cases/next/full/step_seconds"][:].max(axis=2)))
            print(f"{1000 * seconds:.1f} ms a step{' after a case that was out of memory' if first else ''}")
        self.assertEqual(seen[0], seen[1])

    def test_a_limit_on_the_address_space(self):
        """`ulimit -v`: the allocator itself fails."""
        kibibytes = 5 << 20
        ended = self.run_with("", *LARGE, ranks=2, limit=f"ulimit -v {kibibytes}", timeout=300)
        self.assertEqual(ended.code, 0, ended.log)
        self.assert_the_large_batch_is_out_of_memory()

    def test_a_limit_of_the_control_group(self):
        """The kernel kills who exceeds it: the allocator must stop before."""
        version_1 = pathlib.Path("/sys/fs/cgroup/memory")
        root, limit_file = (version_1, "memory.limit_in_bytes") if version_1.exists() else (pathlib.Path("/sys/fs/cgroup"), "memory.max")
        group = root / f"scalemark-{os.getpid()}"
        try:
            group.mkdir()
            self.addCleanup(group.rmdir)
            (group / limit_file).write_text(str(3 << 29))
        except OSError as error:
            self.skipTest(f"no control group can be made here: {error}")
        ended = self.run_with("", *LARGE, ranks=2, limit=f"echo $$ > {group}/cgroup.procs", timeout=300)
        self.assertEqual(ended.code, 0, ended.log)
        self.assert_the_large_batch_is_out_of_memory()

    def assert_the_large_batch_is_out_of_memory(self):
        by_batch = {case.split("=")[-1]: (status, reason) for case, (status, reason) in statuses(self.output).items()}
        self.assertEqual(by_batch["2"][0], "ok", by_batch)
        self.assertEqual(by_batch["4"][0], "ok", by_batch)
        self.assertEqual(by_batch["8192"][0], "oom", by_batch)


if __name__ == "__main__":
    unittest.main(verbosity=2)

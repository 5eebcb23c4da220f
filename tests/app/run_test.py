"""`scalemark run` from outside: what it writes, says and returns."""

import signal
import subprocess
import unittest

import h5py

from scalemark_runs import BIN, TINY_CASES, TINY_REPETITIONS, RunTest

ARMS_OF_TWO = {"full", "no_sync", "comm_only", "cached_input", "phases"}


def table(path):
    with h5py.File(path) as file:
        rows = file["tables/cases"][:]
    return {row["case"].decode(): row for row in rows}


def visits(path):
    """The places of each case's repetitions in the order of all visits."""
    with h5py.File(path) as file:
        return {name: list(case["visit"]) for name, case in file["cases"].items() if "visit" in case}


def status(row):
    return ["ok", "oom", "failed", "timeout", "skipped", "invalid"][row["status"]]


class Sweep(RunTest):
    def test_a_sweep_over_one_and_two_ranks_is_complete(self):
        run = self.run_sweep(environment={"AWS_SECRET_ACCESS_KEY": "hunter2secret", "OMP_SCHEDULE": "guided,77"})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, "", "stdout holds only what was asked for")
        rows = table(self.output)
        self.assertEqual(set(rows), TINY_CASES)
        with h5py.File(self.output) as file:
            for name, row in rows.items():
                self.assertEqual(status(row), "ok")
                self.assertGreater(row["step_seconds"], 0)
                case = file["cases"][name]
                ranks = row["ranks"]
                arms = ARMS_OF_TWO if ranks == 2 else ARMS_OF_TWO - {"no_sync", "comm_only"}
                for arm in arms:
                    self.assertEqual(case[arm]["step_seconds"].shape, (TINY_REPETITIONS, 2, ranks), (name, arm))
                self.assertEqual(set(case) & ARMS_OF_TWO, arms)
                self.assertEqual(case["loss"].shape, (3,), "warm-up included")
                reached, sustained = case.attrs["achieved_flops_per_second"], case.attrs["sustained_flops_per_second"]
                self.assertAlmostEqual(case.attrs["model_flops_utilization"], reached / sustained)
            self.assertEqual(file["provenance/peaks"].attrs["fp32_sustained_flops_per_second"], sustained)
            startup = file["provenance/startup"].attrs
            self.assertLessEqual({"program_seconds", "mpi_seconds", "communicator_seconds", "data_sets_seconds"}, set(startup))
            self.assertTrue(all(seconds > 0 for seconds in startup.values()), dict(startup))
            self.assertTrue(all(case.attrs["set_up_seconds"] > 0 for case in file["cases"].values()))
            self.assertRegex(file["provenance"].attrs["topology"], r"^2 ranks on 1 hosts\n\S+: 2 ranks.*\n  ranks? 0(, 1)?: cores? \d")
        for line in TINY_CASES:
            self.assertEqual(run.stderr.count(f"{line}: "), 1, "one line per case:\n" + run.stderr)
        last = run.stderr.splitlines()[-1]
        self.assertIn(f"holds 4 cases: 4 ok; next: {BIN / 'scalemark'} report {self.output}", last)
        self.assertNotIn("\r", run.stderr, "a bar is for terminals")
        # One block, since 1 x 4 and 2 x 2 share a global batch; its first round goes from small steps to large.
        self.assertEqual(set(rows[name]["block"] for name in rows), {1})
        order = visits(self.output)
        self.assertEqual({name: places[0] for name, places in order.items()},
                         {"gpus=1,batch_size=2": 0, "gpus=2,batch_size=2": 1, "gpus=1,batch_size=4": 2, "gpus=2,batch_size=4": 3})
        self.assertEqual({places[1] for places in order.values()}, {4, 5, 6, 7})
        content = self.output.read_bytes()
        self.assertNotIn(b"hunter2secret", content, "the environment is recorded by an allow-list")
        self.assertIn(b"guided,77", content, "OMP_SCHEDULE is one of the names that are recorded")
        self.check_report()

    def test_an_arm_that_is_chosen_is_recorded_beside_the_others(self):
        run = self.run_sweep("--set", "measure.arms=[full, bare]", "--set", "sweep.batch_size=[2]")
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            for ranks in (1, 2):
                (case,) = [case for case in file["cases"].values() if case.attrs["gpus"] == ranks]
                self.assertEqual({arm for arm in ARMS_OF_TWO | {"bare"} if f"{arm}/step_seconds" in case},
                                 {"full", "bare", "phases"})
                for samples in ("step_seconds", "input_wait_seconds", "backward_end_seconds"):
                    self.assertEqual(case["bare"][samples].shape, (TINY_REPETITIONS, 2, ranks), samples)

    def check_report(self):
        report = subprocess.run([BIN / "scalemark", "report", self.output, "--output", self.folder / "report"],
                                capture_output=True, text=True)
        self.assertEqual(report.returncode, 0, report.stderr)
        self.assertIn("gpus=2,batch_size=4", report.stdout)
        self.assertTrue((self.folder / "report/report.md").exists())
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, text=True)
        self.assertEqual(info.returncode, 0, info.stderr)

    def test_alone_it_is_one_rank_and_the_rest_is_skipped(self):
        run = self.run_sweep("--set", "sweep.batch_size=[2]", "--set", "measure.repetitions=1", ranks=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = table(self.output)
        self.assertEqual(status(rows["gpus=1"] if "gpus=1" in rows else rows["gpus=1,batch_size=2"]), "ok")
        skipped = [row for row in rows.values() if row["ranks"] == 2]
        self.assertEqual([status(row) for row in skipped], ["skipped"])
        self.assertIn("needs 2 ranks", skipped[0]["reason"].decode())

    def test_with_too_few_ranks_for_every_case_it_says_how_many_to_start(self):
        run = self.run_sweep("--set", "sweep={gpus: [2, 4], batch_size: [2]}", ranks=1)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("all cases need 2 ranks or more", run.stderr)
        self.assertIn("start with mpirun -n 2", run.stderr)
        self.assertNotIn("map::at", run.stderr)
        self.assertFalse(self.output.exists())

    def test_the_first_case_may_need_more_ranks_than_there_are(self):
        run = self.run_sweep("--set", "sweep={gpus: [2, 1], batch_size: [2]}", "--set", "measure.repetitions=1", ranks=1)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual({row["ranks"]: status(row) for row in table(self.output).values()}, {1: "ok", 2: "skipped"})
        self.assertIn("1 skipped for lack of ranks: start with mpirun -n 2", run.stderr.splitlines()[-1])

    def test_a_case_has_no_wall_time_of_its_own(self):
        run = self.run_sweep("--set", "cases=[{batch_size: 3, limits.wall_time: 1s}]", "--set", "sweep.gpus=[1]",
                             "--set", "sweep.batch_size=[2]")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stderr.count("limits.wall_time: has no effect in cases"), 1, run.stderr)

    def test_dry_run_prints_the_cases_and_writes_nothing(self):
        run = self.run_sweep("--dry-run")
        self.assertEqual(run.returncode, 0, run.stderr)
        for case in TINY_CASES:
            self.assertIn(case, run.stdout)
        self.assertFalse(self.output.exists())

    def test_an_existing_output_is_never_overwritten(self):
        self.output.write_bytes(b"precious")
        run = self.run_sweep()
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("--resume", run.stderr)
        self.assertEqual(self.output.read_bytes(), b"precious")

    def test_faults_of_the_config_are_exit_code_2_and_said_once(self):
        self.config = self.write_config("name: x\nmodel: resnet10\nmodle: y\nsweep: {gpus: [1], batch_size: [2]}\n")
        run = self.run_sweep()
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stderr.count("config.yaml:3:1: modle"), 1, run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, "the launcher adds nothing:\n" + run.stderr)
        self.assertFalse(self.output.exists())

    def test_a_missing_data_set_says_what_to_install(self):
        run = self.run_sweep("--set", "dataset={name: fashion-mnist, path: /nonexistent, image_size: 32}")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("/nonexistent", run.stderr)
        self.assertFalse(self.output.exists())

    def test_out_of_memory_is_a_result_and_the_sweep_goes_on(self):
        run = self.run_sweep("--set", "limits.memory=20MiB", "--set", "sweep.batch_size=[2, 128]",
                             "--set", "dataset.images=256", "--set", "measure.repetitions=1")
        self.assertEqual(run.returncode, 0, run.stderr)
        by_batch = {}
        for row in table(self.output).values():
            by_batch.setdefault(row["batch_per_rank"], set()).add(status(row))
        self.assertEqual(by_batch, {2: {"ok"}, 128: {"oom"}})

    def test_a_loss_that_is_not_finite_makes_the_case_invalid(self):
        run = self.run_sweep("--set", "train.learning_rate=1000", "--set", "batch_norm=false", "--set", "sweep.batch_size=[2]")
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertEqual({status(row) for row in table(self.output).values()}, {"invalid"})


class Resumed(RunTest):
    def test_what_is_missing_is_measured_round_by_round(self):
        job = self.start("--set", "measure.repetitions=3")
        self.wait_for(self.output.exists)
        job.process.send_signal(signal.SIGUSR1)
        self.assertEqual(job.wait().returncode, 5)
        before = visits(self.output)
        run = self.run_sweep("--set", "measure.repetitions=3", "--resume")
        self.assertEqual(run.returncode, 0, run.stderr)
        after = visits(self.output)
        for name, places in before.items():
            self.assertEqual(after[name][:len(places)], places, "what is measured keeps its place")
        self.assertEqual(sorted(sum(after.values(), [])), list(range(12)))
        for first, second in zip(range(2), range(1, 3)):
            self.assertLess(max(places[first] for places in after.values()),
                            min(places[second] for places in after.values()), after)


class UntilItIsKnown(RunTest):
    PILOT = 10
    # No machine is known to 0.1 % after so few steps: every case needs more than the most that it gets.
    MOST = 12
    PLAN = ("--set", "sweep.batch_size=[2]", "--set", "measure.repetitions=auto", "--set", f"measure.most_repetitions={MOST}")

    def counts(self):
        """Repetitions of each case, and the two attributes that hold its plan."""
        with h5py.File(self.output) as file:
            return {name: (len(case.get("visit", ())), case.attrs["planned_repetitions"],
                           case.attrs.get("wanted_repetitions")) for name, case in file["cases"].items()}

    def test_cases_that_are_known_stay_at_the_pilot(self):
        run = self.run_sweep(*self.PLAN, "--set", "measure.precision=50%")
        self.assertEqual(run.returncode, 0, run.stderr)
        for repetitions, planned, wanted in self.counts().values():
            self.assertEqual(repetitions, planned)
            self.assertEqual(planned, min(wanted, self.MOST))
            self.assertGreaterEqual(wanted, self.PILOT)

    def test_noisy_cases_get_the_most_that_they_may_and_are_told_what_they_need(self):
        run = self.run_sweep(*self.PLAN, "--set", "measure.precision=0.1%")
        self.assertEqual(run.returncode, 0, run.stderr)
        for name, (repetitions, planned, wanted) in self.counts().items():
            self.assertEqual((repetitions, planned), (self.MOST, self.MOST))
            self.assertGreater(wanted, self.MOST)
            self.assertRegex(run.stderr, f"{name} is known to [0-9.]+ %, and would need about [0-9]+ repetitions")
        self.assertIn("precision reached by 0 of 2 cases", run.stderr)
        self.assertIn("0.1 % asked", run.stderr)

    def wanted(self):
        """What each case's pilot asked for; None where it has not ended."""
        return {name: wanted for name, (_, _, wanted) in self.counts().items()} if self.output.exists() else {}

    def test_a_resumed_job_keeps_the_decision(self):
        plan = (*self.PLAN, "--set", "measure.precision=0.1%")
        job = self.start(*plan)
        self.wait_for(lambda: len(self.wanted()) == 2 and None not in self.wanted().values(), seconds=300)
        job.process.send_signal(signal.SIGUSR1)
        self.assertIn(job.wait().returncode, (0, 5), "0: the signal came after the last visit")
        wanted = self.wanted()
        resumed = self.run_sweep(*plan, "--resume")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        self.assertEqual(self.wanted(), wanted)
        self.assertEqual({count for count, _, _ in self.counts().values()}, {self.MOST})
        self.assertEqual(sorted(sum(visits(self.output).values(), [])), list(range(2 * self.MOST)))

    def test_the_end_of_its_wall_time_is_no_failure_once_every_case_has_an_interval(self):
        run = self.run_sweep(*self.PLAN, "--set", "measure.precision=0.1%", "--set", "limits.wall_time=10s")
        counts = [count for count, _, _ in self.counts().values()]
        self.assertEqual(run.returncode, 0 if len(counts) == 2 and min(counts) >= 2 else 5, run.stderr)


class LargestBatch(RunTest):
    LIMIT = ("--set", "limits.memory=12MiB", "--set", "dataset.images=512", "--set", "measure.repetitions=1",
             "--set", "measure.arms=[full]", "--set", "sweep.gpus=[2]")
    SEARCH = (*LIMIT, "--set", "max_batch=true", "--set", "sweep.batch_size=[4]")

    def found(self):
        """The largest batch per rank, and the batches that were tried: {batch: status}."""
        with h5py.File(self.output) as file:
            rows = {row["case"].decode(): row for row in file["tables/cases"][:]}
            probes = {name for name in rows if "probe_of" in file["cases"][name].attrs}
            (searched,) = set(rows) - probes
            self.assertEqual({file["cases"][name].attrs["probe_of"] for name in probes}, {searched})
            self.assertEqual(file["cases"][searched].attrs["batch_step"], 4)
        self.assertEqual(status(rows[searched]), "ok")
        tried = {int(rows[name]["batch_per_rank"]): status(rows[name]) for name in probes}
        return int(rows[searched]["batch_per_rank"]), tried

    def test_it_fits_and_one_step_more_does_not(self):
        run = self.run_sweep(*self.SEARCH)
        self.assertEqual(run.returncode, 0, run.stderr)
        largest, tried = self.found()
        self.assertEqual((tried[largest], tried[largest + 4]), ("ok", "oom"))
        self.assertEqual({batch for batch in tried if batch > largest and tried[batch] == "ok"}, set())
        (line,) = self.report_tables()["largest_batch"]
        self.assertEqual((line["largest_batch_per_rank"], line["refused_batch_per_rank"], line["batch_step"]),
                         (str(largest), str(largest + 4), "4"))
        # Asked without a search, the two batches say the same.
        self.output.unlink()
        run = self.run_sweep(*self.LIMIT, "--set", f"sweep.batch_size=[{largest}, {largest + 4}]")
        self.assertEqual({row["batch_per_rank"]: status(row) for row in table(self.output).values()},
                         {largest: "ok", largest + 4: "oom"}, run.stderr)

    def test_a_stopped_search_goes_on_where_it_was(self):
        job = self.start(*self.SEARCH)
        self.wait_for(self.output.exists)
        job.process.send_signal(signal.SIGUSR1)
        self.assertEqual(job.wait().returncode, 5)
        before = {name for name in table(self.output)}
        resumed = self.run_sweep(*self.SEARCH, "--resume")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        largest, tried = self.found()
        self.assertEqual((tried[largest], tried[largest + 4]), ("ok", "oom"))
        self.assertLess(len(before), len(table(self.output)), "stopped before its end")

    def test_a_batch_too_small_for_batch_norm_fails_alone_and_no_search_tries_it(self):
        one_value = ("--set", "model=resnet10", "--set", "dataset.image_size=8", "--set", "dataset.images=4", "--set",
                     "measure.repetitions=1", "--set", "measure.arms=[full]")
        sweep = (*one_value, "--set", "sweep={gpus: [1], batch_size: [1, 2]}")
        plan = self.run_sweep(*sweep, "--dry-run", ranks=None)
        self.assertRegex(plan.stdout, "\nbatch_size=1 +will fail: Expected more than 1 value per channel")
        run = self.run_sweep(*sweep, ranks=None)
        self.assertEqual(run.returncode, 3, run.stderr)
        rows = table(self.output)
        self.assertEqual({name: status(row) for name, row in rows.items()}, {"batch_size=1": "failed", "batch_size=2": "ok"})
        self.assertIn(b"rank 0: Expected more than 1 value per channel", rows["batch_size=1"]["reason"])
        self.output.unlink()
        run = self.run_sweep(*sweep, "--set", "max_batch=true", "--set", "sweep.batch_size=[1]", ranks=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual({row["batch_per_rank"] for row in table(self.output).values()}, {2, 4})

    def test_without_a_limit_the_data_set_is_the_end(self):
        run = self.run_sweep("--set", "max_batch=true", "--set", "sweep={gpus: [1], batch_size: [4]}", "--set", "dataset.images=14",
                             "--set", "measure.repetitions=1")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.found(), (12, {4: "ok", 8: "ok", 12: "ok"}))
        plan = self.run_sweep("--set", "max_batch=true", "--set", "limits.memory=1GiB", "--dry-run", ranks=None)
        self.assertIn("the largest batch that fits", plan.stdout)


class Limits(RunTest):
    def test_a_time_limit_that_is_too_short_stops_with_5(self):
        run = self.run_sweep("--set", "limits.wall_time=1s", "--set", "measure.repetitions=50")
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("--resume", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

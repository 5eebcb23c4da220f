"""slurm/submit and its job files on a real Slurm: a sweep with its report, on one and on two nodes, in a container, one job per
GPU count, one per node, a job array, the command of the README, ReFrame's checks, a rank that dies, wrong launches, the end of the time
limit, scancel."""

import json
import os
import pathlib
import re
import shlex
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "app"))

import h5py

import local_slurm
from scalemark_runs import BIN, RunTest, statuses

ROOT = pathlib.Path(__file__).parents[2]
SUBMIT = ROOT / "slurm/submit"
REFRAME = ROOT / "packaging/reframe"
FASHION_MNIST = pathlib.Path("/usr/share/datasets/fashion-mnist")
SWEEP = """
    name: tiny
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 2, repetitions: 2}
    sweep: {gpus: [1, 2, 4], batch_size: [2]}
"""
CASES = {"gpus=1", "gpus=2", "gpus=4"}
REPETITIONS = 2
# Takes the options of `singularity exec` and the image away, and does the rest.
SINGULARITY = """
echo "singularity $*" >&2
while [[ $1 != *.sif ]]; do shift; done
exec "${@:2}"
"""
END_STATES = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"}


def repetitions(path):
    """Of the cases that have any, by name."""
    with h5py.File(path) as file:
        return {name: case["full/step_seconds"].shape[0] for name, case in file["cases"].items() if "full/step_seconds" in case}


class SlurmTest(RunTest):
    def setUp(self):
        super().setUp()
        self.config = self.write_config(SWEEP, "tiny.yaml")

    def write_program(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)
        return path

    def submit(self, *arguments, name="tiny", **environment):
        """Returns the numbers of the jobs that were submitted."""
        return self.submit_by(SUBMIT, "--gpu", "v100", "--output-dir", self.folder, *arguments, self.config, name=name, **environment)

    def submit_by(self, *command, name, **environment):
        run = slurm.call(*command, cwd=ROOT, env={**os.environ, "SCALEMARK": str(BIN / "scalemark"), **environment})
        self.assertIn(f"sbatch --parsable --job-name={name}", run.stdout, "it prints what it submits")
        return [int(number) for number in re.findall(r"submitted: job (\d+)", run.stdout)]

    def log(self, job, name="tiny"):
        path = self.folder / f"{name}_{job}.out"
        return path.read_text() if path.exists() else "(no log)"

    def result(self, job, name="tiny"):
        return self.folder / f"{name}_{job}.h5"


class AtTheTimeLimit(SlurmTest):
    def test_the_time_limit_requeues_and_the_job_resumes(self):
        # Slurm looks at time limits twice a minute, so that the signal comes after 10 to 40 s. What is left of the sweep has
        # fewer than 30 steps.
        (job,) = self.submit("--gpus", 2, "--time", 1, SBATCH_SIGNAL="USR1@50", SCALEMARK_FAULT="0:forward@30:delay=42s")
        local_slurm.wait_until(lambda: "the sweep ended" in self.log(job), 90, "the job was stopped")
        self.assertEqual(slurm.wait_for(job, {"PENDING"} | END_STATES, 30)["JobState"], "PENDING", self.log(job))
        self.assertIn("back into the queue", self.log(job))
        before = repetitions(self.result(job))
        self.assertLess(sum(before.values()), 2 * REPETITIONS, "something was left to do\n" + self.log(job))
        slurm.call("scontrol", "update", f"JobId={job}", "TimeLimit=10")
        ended = slurm.wait_for(job, END_STATES)
        self.assertEqual((ended["JobState"], ended["Restarts"]), ("COMPLETED", "1"), self.log(job))
        self.assertIn("(restart 1)", self.log(job))
        self.assertEqual(repetitions(self.result(job)), {"gpus=1": REPETITIONS, "gpus=2": REPETITIONS})


class Sweeps(SlurmTest):
    def test_a_sweep_over_four_tasks_with_its_report(self):
        (job,) = self.submit("--gpus", 4)
        self.assertEqual(slurm.wait_for(job, END_STATES)["JobState"], "COMPLETED", self.log(job))
        self.assertEqual(repetitions(self.result(job)), {case: REPETITIONS for case in CASES})
        self.assertTrue((self.folder / f"tiny_{job}-report/report.html").exists())
        self.assertIn("ok       GPUs visible to peers", self.log(job), "doctor's page comes first")

    def test_a_sweep_over_two_nodes(self):
        (job,) = self.submit("--nodes", 2, "--gpus", 1)
        self.assertEqual(slurm.wait_for(job, END_STATES)["JobState"], "COMPLETED", self.log(job))
        self.assertIn("2 rank(s) on 2 node(s)\n  node1: rank 0, no GPU\n  node2: rank 1, no GPU", self.log(job))
        with h5py.File(self.result(job)) as file:
            hosts = {(row["case"], row["rank"]): row["host"] for row in file["tables/ranks"][:]}
        self.assertEqual((hosts[b"gpus=2", 0], hosts[b"gpus=2", 1]), (b"node1", b"node2"))

    def make_container(self):
        """Of a stand-in for Singularity: what is tried is the way in, which MPI's variables take too."""
        image = self.folder / "image.sif"
        image.touch()
        return self.write_program("singularity", SINGULARITY), image

    def test_in_a_container(self):
        singularity, image = self.make_container()
        (job,) = self.submit("--gpus", 2, "--image", image, "--overlay", image, SINGULARITY=str(singularity))
        self.assertEqual(slurm.wait_for(job, END_STATES)["JobState"], "COMPLETED", self.log(job))
        self.assertIn(f"singularity exec --nv --overlay {image}:ro --bind {self.folder},{self.folder} {image} /bin/bash -c", self.log(job))
        self.assertEqual(repetitions(self.result(job)), {"gpus=1": REPETITIONS, "gpus=2": REPETITIONS})

    @unittest.skipUnless(FASHION_MNIST.is_dir(), "needs the package dataset-fashion-mnist")
    def test_lab_5_by_the_command_of_the_readme(self):
        """As it stands there, but for the user's own paths and name, in the quick form and on CPU ranks."""
        command = re.search(r"^    (slurm/submit .*hpml-lab5\.yaml)$", (ROOT / "README.md").read_text(), re.MULTILINE)[1]
        singularity, image = self.make_container()
        for own, here in (("scalemark-cuda12.6.sif", image), ("/scratch/$USER/cifar-10-batches-bin", FASHION_MNIST)):
            self.assertIn(own, command)
            command = command.replace(own, str(here))
        (job,) = self.submit_by(*shlex.split(command), "--output-dir", self.folder, "--", "--set", "quick=true", "--set", "device=cpu",
                                name="hpml-lab5", SINGULARITY=str(singularity))
        self.assertEqual(slurm.wait_for(job, END_STATES, 180)["JobState"], "COMPLETED", self.log(job, "hpml-lab5"))
        cases = statuses(self.result(job, "hpml-lab5"))
        self.assertEqual(len(cases), 6, "a sweep of 2 x 2 and two cases")
        self.assertEqual({status for status, _ in cases.values()}, {"ok"}, cases)
        self.assertTrue((self.folder / f"hpml-lab5_{job}-report/report.html").exists())

    def test_an_array_runs_a_config_in_each_task(self):
        other = self.write_config(SWEEP.replace("batch_size: [2]", "batch_size: [4]"), "other.yaml")
        (array,) = self.submit("--gpus", 1, "--array", other, name="sweeps")
        for task, batch in ((0, 4), (1, 2)):
            job = f"{array}_{task}"
            self.assertEqual(slurm.wait_for(job, END_STATES)["JobState"], "COMPLETED", self.log(job, "sweeps"))
            with h5py.File(self.result(job, "sweeps")) as file:
                self.assertEqual({row["batch_per_rank"] for row in file["tables/cases"][:]}, {batch})
            self.assertTrue((self.folder / f"sweeps_{job}-report/report.html").exists())

    def test_one_job_per_count_and_one_report_of_all(self):
        jobs = self.submit("--cpu", "--gpus", 1, "--per-count", "1,2")
        self.assertEqual(len(jobs), 3)
        for job in jobs:
            self.assertEqual(slurm.wait_for(job, END_STATES)["JobState"], "COMPLETED", self.log(job, "tiny-report"))
        report = (self.folder / "tiny-report/report.md").read_text()
        for case in ("gpus=1", "gpus=2"):
            self.assertIn(case, report)
        self.assertIn("the two sides are from different jobs", report, "a speed-up over the other job's case")


class EachNode(SlurmTest):
    def test_the_slowed_node_is_found(self):
        slowed = self.write_program("slowed", f"""
            [[ $(hostname) != node2 ]] || export SCALEMARK_FAULT=0:forward:delay=200ms
            exec {BIN / "scalemark"} "$@" """)
        jobs = self.submit("--cpu", "--gpus", 1, "--each-node", "node[1-2]", SCALEMARK=str(slowed))
        self.assertEqual(len(jobs), 3)
        ended = [slurm.wait_for(job, END_STATES) for job in jobs]
        self.assertEqual([job["NodeList"] for job in ended[:2]], ["node1", "node2"])
        log = self.log(jobs[2], "tiny-nodes")
        self.assertEqual((ended[2]["JobState"], ended[2]["ExitCode"]), ("FAILED", "1:0"), log)
        self.assertRegex(log, r"2 nodes: node2 \(.*step time.*\) stands out\.")
        self.assertNotIn("node1 (", log)
        self.assertTrue((self.folder / "tiny-nodes/nodes.html").exists())


class InReFrame(SlurmTest):
    def reframe(self, *arguments):
        """Returns the exit code and, by check, what ReFrame's own report says of it."""
        report = self.folder / "reframe.json"
        run = slurm.call(pathlib.Path(sys.executable).with_name("reframe"), "-C", REFRAME / "settings.py", "-c", REFRAME / "scalemark_reframe.py",
                         "--prefix", self.folder / "reframe", "--report-file", report, "-S", f"program={BIN / 'scalemark'}",
                         "-S", "num_tasks=2", *arguments, "-r", check=False, cwd=self.folder, env={**os.environ, "HOME": str(self.folder), "TMPDIR": str(self.folder)})
        checks = json.loads(report.read_text())["runs"][0]["testcases"]
        return run, {check["name"]: check for check in checks}

    def test_both_checks_give_the_figures_of_the_result_file(self):
        run, checks = self.reframe("-S", "ScalemarkSweep.config=tiny.yaml", "-S", "ScalemarkSweep.overrides=measure.repetitions=1",
                                   "-S", "ScalemarkComm.options=-b,4K,-e,8K,-w,1,-n,2")
        self.assertEqual((run.returncode, set(checks)), (0, {"ScalemarkSweep", "ScalemarkComm"}), run.stdout + run.stderr)
        figures = {name.rpartition(":")[2]: values[0] for name, values in checks["ScalemarkSweep"]["perfvalues"].items()}
        with h5py.File(next(self.folder.glob("reframe/output/**/result.h5"))) as file:
            rows = {row["case"].decode(): row for row in file["tables/cases"][:]}
        self.assertEqual(set(rows), CASES)
        for case in ("gpus=1", "gpus=2"):
            for column in ("step_seconds", "images_per_second"):
                self.assertAlmostEqual(figures[f"{case}/{column}"], rows[case][column], delta=1e-9 * rows[case][column])
        ratio = rows["gpus=2"]["images_per_second"] / rows["gpus=1"]["images_per_second"] / 2
        self.assertAlmostEqual(figures["gpus=2/weak_scaling_efficiency"], ratio, delta=0.5 * ratio, msg="by means, the ratio by medians")
        (document,) = self.folder.glob("reframe/output/**/comm.json")
        best = {}
        for row in json.loads(document.read_text())["tables"]["collectives"]["rows"]:
            best.setdefault(row["collective"], []).append(row["bus_bandwidth_bytes_per_second"] / 1e9)
        measured = {name.rpartition(":")[2]: values[0] for name, values in checks["ScalemarkComm"]["perfvalues"].items()}
        self.assertEqual(measured, {f"{collective}/busbw": max(values) for collective, values in best.items()})

    def test_a_sweep_that_fails_fails_there(self):
        run, checks = self.reframe("-n", "ScalemarkSweep", "-S", "ScalemarkSweep.config=tiny.yaml", "-S", "ScalemarkSweep.overrides=none.such=1")
        self.assertEqual((run.returncode, checks["ScalemarkSweep"]["fail_phase"]), (1, "sanity"), run.stdout)
        self.assertIn("scalemark failed: see the job's stderr", checks["ScalemarkSweep"]["fail_reason"])


class Faults(SlurmTest):
    def test_the_survivors_of_a_dead_rank_name_it(self):
        (job,) = self.submit("--gpus", 2, SCALEMARK_FAULT="1:reduce@1:kill")
        ended = slurm.wait_for(job, END_STATES, 90)
        self.assertEqual((ended["JobState"], ended["ExitCode"]), ("FAILED", "137:0"), self.log(job))
        self.assertRegex(self.log(job), r"scalemark: error: .*rank 1")


class WrongLaunches(SlurmTest):
    def test_another_mpi_than_pmix_ends_at_once_with_its_mend(self):
        late = self.write_program("late", f'((SLURM_PROCID)) || sleep 1; exec {BIN / "scalemark"} "$@"')
        (job,) = self.submit("--gpus", 2, SCALEMARK_MPI="none", SCALEMARK=str(late))
        ended = slurm.wait_for(job, END_STATES, 60)
        self.assertEqual((ended["JobState"], ended["ExitCode"]), ("FAILED", "4:0"), "the late rank's own too\n" + self.log(job))
        self.assertEqual(self.log(job).count("mend: srun --mpi=pmix"), 1, "one process speaks\n" + self.log(job))
        self.assertFalse(self.result(job).exists())

    def test_one_visible_gpu_per_task_is_found(self):
        run = slurm.call("srun", "--mpi=pmix", "-n", 2, "--gpus-per-task=1", BIN / "scalemark", "doctor", check=False)
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertRegex(run.stdout, r"FAULT +GPUs visible to peers\n.*each of the 2 ranks")
        self.assertIn("--gpu-bind=none", run.stdout)


class Cancelled(SlurmTest):
    def test_scancel_leaves_a_whole_file(self):
        (job,) = self.submit("--gpus", 2, SCALEMARK_FAULT="0:forward:delay=200ms")
        local_slurm.wait_until(lambda: self.result(job).exists() and repetitions(self.result(job)), 60, "a repetition is there")
        slurm.call("scancel", job)
        slurm.wait_for(job, {"CANCELLED"}, 60)
        self.assertTrue(repetitions(self.result(job)), "what was measured is there")


if __name__ == "__main__":
    if local_slurm.INSIDE in os.environ:
        with local_slurm.Slurm() as slurm:
            unittest.main(verbosity=2)
    reason = local_slurm.why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    sys.exit(local_slurm.run_inside(__file__))

"""What slurm/sweep.sbatch starts, by a stand-in for srun that writes its arguments down; and to which cores slurm/bind-cores binds a
task, on a made-up machine."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
# An argument a line, an empty line behind each call.
SRUN = '#!/bin/bash\nprintf "%s\\n" "$@" "" >>"$CALLS"\n'


class BatchScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("srun", "scalemark"):
            (self.folder / name).write_text(SRUN)
            (self.folder / name).chmod(0o755)

    def words(self, *arguments, **environment):
        """What srun is called with, a list a call."""
        log = self.folder / "calls"
        log.unlink(missing_ok=True)
        run = subprocess.run(
            ["bash", ROOT / "slurm/sweep.sbatch", "sweep.yaml", *arguments], cwd=self.folder, capture_output=True, text=True,
            env={"PATH": f"{self.folder}:{os.environ['PATH']}", "CALLS": str(log), "SCALEMARK_SLURM": str(self.folder),
                 "SLURM_SUBMIT_DIR": str(self.folder), "SLURM_JOB_ID": "7", "SLURM_JOB_NAME": "sweep", "SLURM_NTASKS": "2",
                 "SLURM_JOB_NODELIST": "node1", **environment})
        self.assertEqual(run.returncode, 0, run.stderr)
        return [call.strip().split("\n") for call in log.read_text().split("\n\n")]

    def calls(self, *arguments):
        """What follows the config in `scalemark doctor` and in `scalemark run`, but for the output."""
        found = {}
        for words in self.words(*arguments):
            if "sweep.yaml" in words:
                at = words.index("sweep.yaml")
                found[words[at - 1]] = words[at + 1:words.index("--output")]
        return found["doctor"], found["run"]

    def test_doctor_checks_the_settings_of_the_run(self):
        for settings in (["--set", "quick=true"], ["--set=quick=true"], ["--set=quick=true", "--set", "device=cpu"]):
            self.assertEqual(self.calls("--", *settings), (settings, settings))

    def test_what_is_the_runs_alone_is_not_doctors(self):
        doctor, run = self.calls("--", "--quiet", "--set=device=cpu")
        self.assertEqual((doctor, run), (["--set=device=cpu"], ["--quiet", "--set=device=cpu"]))

    def test_tasks_with_gpus_are_bound_to_the_cores_near_them(self):
        binder = str(self.folder / "bind-cores")
        for environment, bound in (({"SLURM_GPUS_ON_NODE": "2"}, True), ({}, False),
                                   ({"SLURM_GPUS_ON_NODE": "2", "SCALEMARK_BIND": "none"}, False)):
            words = self.words(**environment)[0]
            self.assertEqual((binder in words, "--cpu-bind=none" in words), (bound, bound), environment)
            self.assertIn("--gpu-bind=none", words)


class BindCores(unittest.TestCase):
    """Two NUMA nodes of 4 cores with 2 hardware threads, and 2 GPUs on each: threads n and n + 8 are of one core."""

    GPUS = "0, GPU-a, 00000000:3B:00.0\n1, GPU-b, 00000000:5E:00.0\n2, GPU-c, 00000000:AF:00.0\n3, GPU-d, 00000000:D8:00.0\n"
    NEAR = {"0000:3b:00.0": (0, "0-3,8-11"), "0000:5e:00.0": (0, "0-3,8-11"), "0000:af:00.0": (1, "4-7,12-15"),
            "0000:d8:00.0": (1, "4-7,12-15")}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("gpus", self.GPUS)
        self.write("programs/nvidia-smi", f"#!/bin/bash\ncat {self.folder}/gpus\n")
        self.write("programs/taskset", '#!/bin/bash\necho "$@"\n')
        self.allow("0-15")
        for core in range(16):
            self.write(f"machine/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list", f"{core % 8},{core % 8 + 8}\n")
        for address, (node, cores) in self.NEAR.items():
            self.write(f"machine/sys/bus/pci/devices/{address}/numa_node", f"{node}\n")
            self.write(f"machine/sys/bus/pci/devices/{address}/local_cpulist", f"{cores}\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def allow(self, cores):
        self.write("machine/proc/self/status", f"Name:\tbash\nCpus_allowed_list:\t{cores}\n")

    def bind(self, task, tasks="4", gpus="0,1,2,3", node="0", **environment):
        run = subprocess.run(
            ["bash", ROOT / "slurm/bind-cores", "echo", "unbound"], capture_output=True, text=True,
            env={"PATH": f"{self.folder}/programs:{os.environ['PATH']}", "SCALEMARK_MACHINE": str(self.folder / "machine"),
                 "CUDA_VISIBLE_DEVICES": gpus, "SLURM_LOCALID": str(task), "SLURM_NODEID": node, "SLURM_PROCID": str(task),
                 "SLURM_STEP_TASKS_PER_NODE": tasks, **environment})
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip().removeprefix("--cpu-list ").removesuffix(" echo unbound"), run.stderr

    def cores(self, *arguments, **options):
        return self.bind(*arguments, **options)[0]

    def test_two_tasks_share_the_node_of_their_gpus(self):
        self.assertEqual([self.cores(task) for task in range(4)], ["0,8,1,9", "2,10,3,11", "4,12,5,13", "6,14,7,15"])

    def test_alone_on_its_node_a_task_has_all_of_it(self):
        self.assertEqual([self.cores(task, tasks="2", gpus="1,3") for task in range(2)], ["0,8,1,9,2,10,3,11", "4,12,5,13,6,14,7,15"])
        self.assertEqual(self.cores(0, tasks="2", gpus="GPU-c,GPU-a"), "4,12,5,13,6,14,7,15", "named by UUID")

    def test_only_what_the_job_has(self):
        self.allow("0-1,4-7")
        self.assertEqual([self.cores(task) for task in range(4)], ["0", "1", "4,5", "6,7"])

    def test_tasks_of_other_nodes_do_not_count(self):
        self.assertEqual(self.cores(0, tasks="4(x2),1", gpus="2", node="2"), "4,12,5,13,6,14,7,15")
        self.assertEqual(self.cores(3, tasks="4(x2),1", node="1"), "6,14,7,15")

    def test_where_nothing_says_what_is_near_all_cores_are(self):
        for address in self.NEAR:
            self.write(f"machine/sys/bus/pci/devices/{address}/numa_node", "-1\n")
        self.assertEqual([self.cores(task) for task in range(4)], ["0,8,1,9", "2,10,3,11", "4,12,5,13", "6,14,7,15"])

    def test_too_few_cores_leave_the_task_unbound_and_say_so(self):
        self.allow("4-7")
        cores, said = self.bind(0)
        self.assertEqual(cores, "unbound")
        self.assertIn("--gres-flags=enforce-binding", said)
        self.assertEqual(self.cores(2), "4,5")

    def test_binding_can_be_left_out(self):
        self.assertEqual(self.cores(0, SCALEMARK_BIND="none"), "unbound")


class Submit(unittest.TestCase):
    """What slurm/submit takes, by its previews; no Slurm is needed."""

    def submit(self, *arguments, **environment):
        path = environment.pop("PATH", os.environ["PATH"])
        return subprocess.run(["bash", ROOT / "slurm/submit", *arguments], cwd=ROOT, capture_output=True, text=True,
                              env={"PATH": path, "HOME": "/tmp", **environment})

    def refused(self, *arguments, **environment):
        run = self.submit(*arguments, **environment)
        self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
        return run.stderr

    def preview(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            run = self.submit("--dry-run", "--output-dir", folder, *arguments, "configs/quickstart.yaml")
        self.assertEqual(run.returncode, 0, run.stderr)
        return run

    def test_values_are_checked_before_a_job_waits_in_the_queue(self):
        for limit in ("banana", "1h", "", "1:2:3:4"):
            self.assertIn("--time", self.refused("--time", limit, "configs/quickstart.yaml"))
        for limit in ("90", "1:30:00", "1-12", "1-12:00:00", "UNLIMITED"):
            self.assertIn(f"--time={limit}", self.preview("--time", limit).stdout)
        self.assertIn("--mem: 'lots' is no size", self.refused("--mem", "lots", "configs/quickstart.yaml"))
        self.assertIn("--gpus: 'two' is no number", self.refused("--gpus", "two", "configs/quickstart.yaml"))

    def test_options_of_sbatch_pass(self):
        words = self.preview("--partition=gpu", "--qos=low", "--sbatch", "--exclusive", "--time=5", "--gpus=2").stdout.split()
        for word in ("--partition=gpu", "--qos=low", "--exclusive", "--time=5", "--ntasks-per-node=2"):
            self.assertEqual(words.count(word), 1, words)
        self.assertIn("written --exclusive=VALUE, or --sbatch --exclusive", self.refused("--exclusive", "configs/quickstart.yaml"))

    def test_each_node_gets_a_job_of_its_own_and_the_check_waits_for_all(self):
        lines = [line.split() for line in self.preview("--each-node", "node1,node2", "--cpu").stdout.splitlines()]
        self.assertEqual(len(lines), 3)
        for line, node in zip(lines, ("node1", "node2")):
            self.assertIn(f"--nodelist={node}", line)
            self.assertIn(f"--job-name=quickstart-{node}", line)
        self.assertIn("--dependency=afterany:JOB:JOB", lines[2])
        self.assertTrue(any(word.endswith("slurm/nodes.sbatch") for word in lines[2]))
        self.assertEqual([pathlib.Path(word).name for word in lines[2][-2:]], ["quickstart-node1_JOB.h5", "quickstart-node2_JOB.h5"])
        self.assertIn("--each-node measures one node", self.refused("--each-node", "node1", "--nodes", "2", "configs/quickstart.yaml"))

    def test_a_preview_needs_neither_image_nor_data(self):
        run = self.preview("--image", "/no/image.sif", "--dataset", "/no/data")
        self.assertIn("/no/image.sif: no such file or folder; the job needs it", run.stderr)
        self.assertIn("/no/data: no such file or folder; the job needs it", run.stderr)
        self.assertIn("/no/image.sif: no such file", self.refused("--image", "/no/image.sif", "configs/quickstart.yaml"))

    def test_without_slurm_it_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("bash", "dirname", "realpath", "basename", "mkdir"):
                pathlib.Path(folder, tool).symlink_to(subprocess.check_output(["which", tool], text=True).strip())
            said = self.refused("configs/quickstart.yaml", PATH=folder)
        self.assertIn("there is no Slurm here (no sbatch)", said)
        self.assertIn("scalemark run", said)


if __name__ == "__main__":
    unittest.main()

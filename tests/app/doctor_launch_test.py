"""`scalemark doctor`, and the part of it that `run` begins with, on launches and machines that are spoiled on purpose. The judgements
over GPUs, which this cannot spoil, are tests/doctor's."""

import io
import os
import subprocess
import unittest

import numpy as np
from PIL import Image

from json_documents import JsonTest
from scalemark_runs import BIN, MPIRUN, RunTest

# In a mount namespace of its own, FOLDER is a new file system: sh -c ON_ANOTHER_DISK FOLDER OPTIONS COMMAND ...
ON_ANOTHER_DISK = 'mount -t tmpfs -o "$1" none "$0" && shift && exec "$@"'
# What a process loses whose MPI does not understand the launcher's, as in a container with an MPI of another kind.
LAUNCHERS_OWN = 'for name in $(env | sed -n "s/^\\(PMIX_[A-Z0-9_]*\\|OMPI_MCA_\\(ess\\|orte\\|pmix\\)[a-z0-9_]*\\)=.*/\\1/p"); do unset $name; done; exec "$@"'


def why_no_mounts():
    if os.geteuid() != 0:
        return "mounts need root"
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True)
    return probe.stderr.strip() if probe.returncode else None


class DoctorTest(JsonTest, RunTest):
    def doctor(self, *arguments, launcher=(MPIRUN, "--bind-to", "none", "-n", "2"), command="doctor", prefix=(), **environment):
        return subprocess.run([*map(str, prefix), *launcher, BIN / "scalemark", command, self.config, "--output", self.output, *arguments],
                              capture_output=True, text=True, timeout=120, env={**os.environ, **environment})

    def assert_found(self, run, code, check, *texts):
        """`check` is the line of the page; an exit code of 0 goes with a warning."""
        page = run.stdout + run.stderr
        self.assertEqual(run.returncode, code, page)
        self.assertRegex(run.stdout, rf"(?m)^{'FAULT' if code else 'warning'} +{check}$", page)
        for text in (*texts, "  mend: "):
            self.assertIn(text, run.stdout)


class Doctor(DoctorTest):
    def test_nothing_is_wrong(self):
        run = self.doctor()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertNotIn("FAULT", run.stdout)
        self.assertIn("2 rank(s) on 1 node(s)", run.stdout)
        self.assertEqual(list(self.folder.glob("*.h5")), [], "it leaves nothing")

    def test_its_document(self):
        run = self.doctor("--json")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        document = self.read(run.stdout, "doctor")
        self.assertEqual((document["exit_code"], document["ranks"], document["hosts"][0]["ranks"]), (0, 2, [0, 1]))
        # A folder of the output that is not there is a fault, and the document says so.
        self.output = self.folder / "none" / "out.h5"
        run = self.doctor("--json")
        document = self.read(run.stdout, "doctor")
        self.assertEqual((run.returncode, document["exit_code"]), (2, 2))
        faults = [check for check in document["checks"] if check["verdict"] == "fault"]
        self.assertEqual([check["check"] for check in faults], ["output folder"])
        self.assertTrue(all(finding["mend"] for finding in faults[0]["findings"]))

    def test_versions_and_devices(self):
        run = subprocess.run([BIN / "scalemark", "info", "--json"], capture_output=True, text=True, timeout=120)
        document = self.read(run.stdout, "info")
        self.assertTrue(document["can_measure"])
        self.assertEqual(document["devices"][0]["id"], "cpu")
        self.assertLessEqual({"LibTorch", "HDF5", "MPI"}, set(document["libraries"]))
        lines = subprocess.run([BIN / "scalemark", "--version"], capture_output=True, text=True, timeout=120, check=True).stdout.splitlines()
        self.assertEqual(lines[0], f"scalemark {document['version']} (commit {document['git_commit']})")
        for name, version in document["libraries"].items():
            self.assertTrue(any(line.startswith(f"{name} {version.splitlines()[0]}") for line in lines), (name, lines))
        alone = self.folder / "scalemark"
        alone.write_bytes((BIN / "scalemark").read_bytes())
        alone.chmod(0o755)
        run = subprocess.run([alone, "info", "--json"], capture_output=True, text=True, timeout=60)
        self.assertEqual((self.read(run.stdout, "info")["can_measure"], run.returncode), (False, 0))

    def test_each_process_in_a_world_of_its_own(self):
        alone = [MPIRUN, "-n", "2", "sh", "-c", LAUNCHERS_OWN, "sh"]
        run = self.doctor(launcher=alone)
        self.assert_found(run, 4, "world of ranks", "2 processes were started, and each is alone in a world of one rank")
        self.assertEqual(run.stdout.count("world of ranks"), 1, "one of them speaks")
        run = self.doctor(launcher=alone, command="run")
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("each is alone in a world of one rank", run.stderr)
        self.assertFalse(self.output.exists(), "nothing was measured")
        plan = self.doctor("--dry-run", launcher=alone, command="run")
        comm = subprocess.run([*alone, BIN / "scalemark", "comm", "--device", "cpu"], capture_output=True, text=True, timeout=120)
        for run in (plan, comm):
            self.assertEqual((run.returncode, run.stdout), (4, ""), run.stderr)
            self.assertIn("each is alone in a world of one rank", run.stderr)

    def test_srun_was_forgotten(self):
        run = self.doctor("--set", "sweep.gpus=[1]", launcher=(), SLURM_JOB_ID="1", SLURM_NTASKS="4")
        self.assert_found(run, 0, "world of ranks", "the job has 4 tasks, but this is the only rank")

    def test_data_parallel_is_one_rank(self):
        run = self.doctor("--set", "train.mode=data_parallel", launcher=())
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertNotIn("ranks, and 1 were launched", run.stdout)

    def test_a_gpu_is_asked_for_where_there_is_none(self):
        run = self.doctor("--set", "device=cuda", CUDA_VISIBLE_DEVICES="")
        self.assert_found(run, 4, "GPUs for the ranks", "see(s) no GPU")

    def test_all_ranks_on_one_core(self):
        run = self.doctor(prefix=("taskset", "--cpu-list", min(os.sched_getaffinity(0))))
        self.assert_found(run, 0, "cores", "2 rank(s) on", "may use 1 core(s) together", "--cpus-per-task=1")

    def test_data_that_are_nowhere(self):
        run = self.doctor("--set", "dataset={name: cifar10, path: /nowhere}")
        self.assert_found(run, 2, "data sets", "/nowhere: No such file or directory, for all ranks", "--bind")

    def test_a_damaged_image_is_found_before_time_is_spent(self):
        images = self.folder / "images"
        photo = io.BytesIO()
        Image.fromarray(np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(photo, "JPEG")
        for image in range(8):
            path = images / ("val" if image % 2 else "train") / f"class{image // 2 % 2}" / f"{image}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(photo.getvalue())
        keys = ("--set", f"dataset={{name: image-folder, path: {images}, images: 4, image_size: 32, classes: 2}}", "--set", "measure.evaluate=true",
                "--set", "sweep={gpus: [1], batch_size: [2]}")
        path.write_bytes(photo.getvalue()[:-100])  # the last one of the test split
        run = self.doctor(*keys, launcher=())
        self.assert_found(run, 2, "images", f"1 damaged image(s): {path}: damaged (Premature end of JPEG file)", "dataset.on_error: skip")
        run = self.doctor(*keys, command="run")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stderr.count(f"1 damaged image(s): {path}: damaged"), 1, run.stderr)
        self.assertFalse(self.output.exists(), "nothing was measured")
        run = self.doctor(*keys, "--set", "dataset.on_error=skip", launcher=())
        self.assert_found(run, 0, "images", "they will be skipped", "8 images looked at (how their files begin and end), 8 of them decoded")

    def test_one_process_is_enough_for_a_pack(self):
        run = subprocess.run([BIN / "scalemark", "pack", "synthetic", self.folder / "pack"], capture_output=True, text=True, timeout=60,
                             env={**os.environ, "OMPI_COMM_WORLD_RANK": "1"})
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn("pack is one process, and the launcher started several", run.stderr)

    def test_no_folder_to_write_to(self):
        self.output = self.folder / "missing/out.h5"
        self.assert_found(self.doctor(), 2, "output folder", "No such file or directory")


@unittest.skipIf(why_no_mounts(), why_no_mounts() or "")
class AnotherDisk(DoctorTest):
    def mounted(self, folder, options):
        return ["unshare", "--mount", "sh", "-c", ON_ANOTHER_DISK, folder, options]

    def test_little_shared_memory_as_in_a_container(self):
        run = self.doctor(prefix=self.mounted("/dev/shm", "size=64m"))
        self.assert_found(run, 0, "shared memory", "2 ranks may need 128 MiB", "--shm-size=1g")

    def test_a_folder_that_is_read_only(self):
        self.output = self.folder / "disk/out.h5"
        self.output.parent.mkdir()
        run = self.doctor(prefix=self.mounted(self.output.parent, "ro"))
        self.assert_found(run, 2, "output folder", "Read-only file system")

    def test_a_disk_without_room(self):
        self.output = self.folder / "disk/out.h5"
        self.output.parent.mkdir()
        run = self.doctor(prefix=self.mounted(self.output.parent, "size=512k"))
        self.assert_found(run, 2, "output folder", "free, and the results may take")


if __name__ == "__main__":
    unittest.main(verbosity=2)

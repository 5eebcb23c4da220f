"""`scalemark compare`, `import` and `report` from outside: what they say, write and return."""

import os
import re
import shutil
import subprocess
import unittest

import h5py
import numpy

from reading_runs import BIN, MEASURED, SAMPLE, SOURCE, SWEEP, ReadingTest

LAB = SOURCE / "results/published/resnet18-cifar10-ddp.csv"


class Launch(ReadingTest):
    COMMANDS = (["report", SWEEP], ["compare", SWEEP, SWEEP], ["predict", SWEEP, "--gpus", "8"], ["import", LAB, "--output", "out.h5"],
                ["info", SWEEP], ["list", "models"])

    def test_they_are_one_process(self):
        for rank, said in (("1", 1), ("2", 0)):
            for command in self.COMMANDS:
                run = subprocess.run([BIN / "scalemark", *command], capture_output=True, text=True, cwd=self.folder,
                                     env={**os.environ, "OMPI_COMM_WORLD_RANK": rank})
                self.assertEqual((run.returncode, run.stdout, run.stderr.count("\n")), (4, "", said), run.stderr)
                if said:
                    self.assertIn(f"{command[0]} is one process, and the launcher started several", run.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_rank_0_of_a_jobs_script_may_read(self):
        run = subprocess.run([BIN / "scalemark", "list", "models"], capture_output=True, text=True, env={**os.environ, "SLURM_PROCID": "0"})
        self.assertEqual((run.returncode, run.stderr), (0, ""))


class Compare(ReadingTest):
    def job(self, name, step_seconds, scatter=0.005):
        """A file whose one measured case has five repetitions of about `step_seconds`."""
        path = self.folder / name
        shutil.copy(SAMPLE, path)
        medians = step_seconds * numpy.exp(scatter * numpy.array([-1, 1, -0.5, 0.5, 0]))
        with h5py.File(path, "r+") as file:
            group = file["cases"][MEASURED]["full"]
            for name in list(group):  # of other repetitions
                del group[name]
            group.create_dataset("step_seconds", data=numpy.repeat(medians, 8).reshape(5, 4, 2))
        return path

    def test_a_slowdown_is_exit_code_1_with_evidence(self):
        folder = self.folder / "out"
        run = self.scalemark("compare", self.job("base.h5", 1.0), self.job("new.h5", 1.1), "--output", folder, code=1)
        self.assertIn("| slower |", run.stdout)
        self.assertIn("1.10 [1.09, 1.11]", run.stdout)
        self.assertIn("1 case(s) slower", run.stderr)
        self.assertEqual((folder / "compare.md").read_text(), run.stdout)
        row = self.table(folder / "compare.csv")[0]
        self.assertEqual(row["verdict"], "slower")
        self.assertAlmostEqual(float(row["ratio"]), 1.1)
        self.assertEqual(row["base_repetitions"], "5")

    def test_no_change_and_a_speedup_are_exit_code_0(self):
        base = self.job("base.h5", 1.0)
        self.assertIn("| same |", self.scalemark("compare", base, self.job("same.h5", 1.01)).stdout)
        self.assertIn("| faster |", self.scalemark("compare", base, self.job("fast.h5", 0.8)).stdout)
        self.assertIn("| unclear |", self.scalemark("compare", base, self.job("noisy.h5", 1.1, scatter=0.2)).stdout)

    def test_the_threshold_is_the_smallest_change_that_matters(self):
        base, new = self.job("base.h5", 1.0), self.job("new.h5", 1.1)
        self.scalemark("compare", base, new, "--threshold", "0.2")
        self.scalemark("compare", base, new, "--threshold", "0.02", code=1)

    def test_a_threshold_that_is_none_is_refused(self):
        job = self.job("job.h5", 1.0)
        for threshold in ("-1", "nan", "-nan", "inf", "1e999", "5x", ""):
            self.assertIn("--threshold", self.scalemark("compare", job, job, f"--threshold={threshold}", code=2).stderr)

    def test_several_jobs_a_side_show_how_much_jobs_vary(self):
        base = [self.job(f"base{i}.h5", seconds) for i, seconds in enumerate([1.0, 1.08, 0.95])]
        new = [self.job(f"new{i}.h5", seconds) for i, seconds in enumerate([1.1, 1.19, 1.05])]
        self.assertIn("| slower |", self.scalemark("compare", base[0], new[0], code=1).stdout)
        self.assertIn("| unclear |", self.scalemark("compare", "--base", *base, "--new", *new).stdout)
        paired = self.scalemark("compare", "--paired", "--base", *base, "--new", *new, code=1)
        self.assertIn("| slower |", paired.stdout)
        self.assertIn("repeat the jobs", self.scalemark("compare", base[0], base[0]).stdout)

    def test_sides_that_cannot_be_read_as_two_are_refused(self):
        base = self.job("base.h5", 1.0)
        for arguments in ([base], [base, base, base], ["--base", base], [base, base, "--base", base, "--new", base],
                          ["--paired", base, base]):
            self.assert_refused("compare", *arguments)

    def test_nothing_to_compare_is_exit_code_2_and_a_missing_case_1(self):
        base, other = self.job("base.h5", 1.0), self.folder / "sweep.h5"
        shutil.copy(SWEEP, other)
        missing = self.scalemark("compare", base, other, code=1)
        self.assertIn("**lost**", missing.stdout)
        nothing = self.scalemark("compare", base, other, "--allow-missing", code=2)
        self.assertIn("nothing to compare", nothing.stderr)

    def test_an_output_is_never_overwritten(self):
        base = self.job("base.h5", 1.0)
        folder = self.folder / "out"
        self.scalemark("compare", base, base, "--output", folder)
        self.assertIn("exists already", self.assert_refused("compare", base, base, "--output", folder))


class Predict(ReadingTest):
    def test_the_network_that_it_used_can_be_changed_and_given_back(self):
        self.scalemark("predict", SWEEP, "--gpus", "4", "--output", self.folder / "measured")
        text = (self.folder / "measured/network.yaml").read_text()
        network = self.folder / "slower.yaml"
        network.write_text(text)
        refusal = self.scalemark("predict", SWEEP, "--gpus", "4", "--network", network, code=2).stderr
        self.assertIn("inter_node.bandwidth: unknown", refusal, "nothing was measured between hosts")
        text = text.replace("measured", "slower").replace("latency: unknown", "latency: 1us")
        network.write_text(re.sub(r"bandwidth: [^}]+", "bandwidth: 1MB/s", text))
        run = self.scalemark("predict", SWEEP, "--gpus", "4", "--network", network, "--output", self.folder / "slower")
        self.assertIn("given by --network: slower", run.stdout)
        (measured, *_), (slower, *_) = (self.table(self.folder / name / "predicted_scaling_fixed_batch_per_rank.csv")
                                        for name in ("measured", "slower"))
        self.assertGreater(float(slower["step_seconds"]), 2 * float(measured["step_seconds"]))

    def test_too_far_from_two_ranks_of_one_host_is_no_number_unless_it_is_asked_for(self):
        def row(folder, *arguments):
            self.scalemark("predict", SWEEP, "--gpus", "64", "--output", self.folder / folder, *arguments)
            return self.table(self.folder / folder / "predicted_scaling_fixed_batch_per_rank.csv")[0]

        withheld = row("withheld")
        self.assertEqual((withheld["step_seconds"], withheld["speedup"]), ("", ""))
        self.assertIn("--extrapolate", withheld["remark"])
        self.assertGreater(float(row("asked", "--extrapolate")["speedup"]), 0)


class Import(ReadingTest):
    def imported(self, text, code=0):
        path = self.folder / "figures.csv"
        path.write_text(text)
        return self.scalemark("import", path, "--output", self.folder / "figures.h5", code=code)

    def test_the_published_cells_give_the_published_speedups(self):
        file = self.folder / "lab.h5"
        self.scalemark("import", LAB, "--output", file)
        run = self.scalemark("report", file, "--output", self.folder / "report")
        strong = {row["case"]: row for row in self.table(self.folder / "report/strong_scaling_fixed_data_set.csv")}
        self.assertEqual(f"{float(strong['ranks=2,batch_per_rank=512']['speedup']):.2f}", "1.77")
        weak = {row["case"]: row for row in self.table(self.folder / "report/weak_scaling.csv")}
        for case, published in {"ranks=2,batch_per_rank=512": 0.88, "ranks=4,batch_per_rank=8192": 0.91}.items():
            efficiency = float(weak[case]["efficiency_fraction"])
            self.assertEqual(int(100 * efficiency) / 100, published, "truncated, as published")
            self.assertEqual(weak[case]["efficiency_fraction_low"], "", "no repetitions: no interval")
            self.assertIn("The data set and the batch per rank were held fixed", weak[case]["remark"])
        self.assertIn("1.77", run.stdout)
        self.assertIn("published, not measured here", run.stdout)
        page = (self.folder / "report/report.md").read_text()
        self.assertIn("No run with a fixed amount of data per rank was timed", page)

    def test_a_file_of_figures_is_of_the_same_schema(self):
        self.imported("# title: T\n# source: a paper\nranks,batch_per_rank,step_seconds,device\n2,8,0.5,NVIDIA V100\n")
        with h5py.File(self.folder / "figures.h5") as file:
            self.assertEqual(file.attrs["schema"], "scalemark/1")
            self.assertEqual(file.attrs["source"], "a paper")
            self.assertIn("scalemark import", file.attrs["history"])
            row = file["tables/cases"][0]
            self.assertEqual(row["case"], b"ranks=2,batch_per_rank=8")
            self.assertEqual(row["step_seconds"], 0.5)
            self.assertTrue(numpy.isnan(row["epoch_seconds"]))
            self.assertEqual(file["tables/ranks"][0]["device"], b"NVIDIA V100")
            self.assertEqual(file["cases"]["ranks=2,batch_per_rank=8"].attrs["planned_repetitions"], 0)
        self.assertIn("ranks=2,batch_per_rank=8", self.scalemark("info", self.folder / "figures.h5").stdout)

    def test_every_fault_has_its_place(self):
        run = self.imported("# source: s\nranks,batch_per_rank,epoch_seconds\n1,512,fast\n2,512,-1\n", code=2)
        self.assertIn("figures.csv:3:7: epoch_seconds: 'fast' is not a positive number", run.stderr)
        self.assertIn("figures.csv:4:7: epoch_seconds: '-1' is not a positive number", run.stderr)
        self.assertFalse((self.folder / "figures.h5").exists())

    def test_an_existing_output_is_never_overwritten(self):
        output = self.folder / "figures.h5"
        output.write_bytes(b"precious")
        self.assertIn("choose another --output", self.assert_refused("import", LAB, "--output", output))
        self.assertEqual(output.read_bytes(), b"precious")


class Hostile(ReadingTest):
    def damaged(self, change):
        path = self.folder / "damaged.h5"
        shutil.copy(SAMPLE, path)
        with h5py.File(path, "r+") as file:
            change(file)
        return path

    def assert_all_refuse(self, path, said):
        for arguments in (["report", path, "--output", self.folder / "report"], ["compare", SAMPLE, path],
                          ["compare", path, SAMPLE], ["info", path]):
            self.assertIn(said, self.assert_refused(*arguments))
        self.assertFalse((self.folder / "report").exists())

    def test_another_schema(self):
        self.assert_all_refuse(self.damaged(lambda file: file.attrs.modify("schema", "scalemark/2")), "scalemark/2")

    def test_a_link_to_another_file(self):
        def link(file):
            del file["cases"][MEASURED]["full"]
            file["cases"][MEASURED]["full"] = h5py.ExternalLink("/etc/passwd", "/")
        self.assert_all_refuse(self.damaged(link), "link to another place or file")

    def test_a_huge_shape(self):
        def grow(file):
            group = file["cases"][MEASURED]["full"]
            for name in list(group):  # of other repetitions
                del group[name]
            group.create_dataset("step_seconds", shape=(1 << 40, 4, 2), chunks=(1, 4, 2), compression="gzip", dtype="f8")
        self.assert_all_refuse(self.damaged(grow), "claims more elements than the file holds")

    def test_a_truncated_file_and_none_at_all(self):
        path = self.folder / "half.h5"
        content = SAMPLE.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        self.assert_all_refuse(path, "truncated")
        self.assert_all_refuse(self.folder / "absent.h5", "No such file")
        self.assert_all_refuse(self.folder, "is a folder")


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""Training to an accuracy, from the config to the file: one rank and two, a job that dies on the way, checkpoints that are no use."""

import gzip
import struct
import unittest

import h5py
import numpy as np

from scalemark_runs import RunTest, statuses

TEST_IMAGES = 31  # uneven over two ranks
# 64 images, 16 a step: evaluated after every 2 of 12 steps, in which nobody learns all of 31 noisy images.
CONFIG = """
    name: target
    device: cpu
    model: resnet10
    dataset: {{name: fashion-mnist, path: {path}, image_size: 28}}
    train: {{momentum: 0.9, schedule: cosine, warmup_epochs: 1}}
    loader: {{workers: 1}}
    measure: {{target: {{test_accuracy: 0.99, most_epochs: 3, evaluate_every: 0.5epoch}}, seeds: [3, 7]}}
    sweep: {{gpus: [2], global_batch_size: [16]}}
"""
ONE_RANK = ("--set", "sweep.gpus=[1]")
SERIES = ("epochs", "images", "test_accuracy")


def write_images(folder, name, count):
    """Files as Fashion-MNIST's: noise, brighter the higher the class."""
    labels = np.arange(count) % 10
    images = np.random.default_rng(count).integers(0, 100, (count, 28, 28)) + 15 * labels[:, None, None]
    for kind, header, values in (("images-idx3", struct.pack(">IIII", 0x803, count, 28, 28), images),
                                 ("labels-idx1", struct.pack(">II", 0x801, count), labels)):
        (folder / f"{name}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + values.astype(np.uint8).tobytes()))


class Target(RunTest):
    def setUp(self):
        super().setUp()
        write_images(self.folder, "train", 64)
        write_images(self.folder, "t10k", TEST_IMAGES)
        self.config = self.write_config(CONFIG.format(path=self.folder))

    def runs(self):
        """The group `target` of the one case, by name."""
        with h5py.File(self.output) as file:
            (case,) = file["cases"].values()
            return {name: data[()] for name, data in case["target"].items()}

    def assert_same_training(self, expected):
        found = self.runs()
        for name in SERIES:
            np.testing.assert_array_equal(found[name], expected[name], name)

    def checkpoints(self):
        return sorted(path.name for path in self.folder.glob("*.checkpoint"))

    def test_every_seed_is_evaluated_to_the_end(self):
        for ranks, arguments in ((1, ONE_RANK), (2, ())):
            self.output.unlink(missing_ok=True)
            run = self.run_sweep(*arguments)
            self.assertEqual(run.returncode, 0, run.stderr)
            runs = self.runs()
            np.testing.assert_array_equal(runs["seed"], [3, 7])
            np.testing.assert_array_equal(runs["ended"], [1, 1])
            np.testing.assert_array_equal(runs["epochs"], [[0.5, 1, 1.5, 2, 2.5, 3]] * 2)
            np.testing.assert_array_equal(runs["images"], [[32, 64, 96, 128, 160, 192]] * 2)
            self.assertTrue((np.diff(runs["seconds"]) > 0).all())
            correct = runs["test_accuracy"] * TEST_IMAGES
            np.testing.assert_allclose(correct, np.round(correct), atol=1e-9, err_msg="counts are exact")
            self.assertTrue(np.isnan(runs["joules"]).all() and np.isnan(runs["train_accuracy"]).all())
            ((status, reason),) = statuses(self.output).values()
            self.assertEqual((status, reason), ("ok", "target not reached: 0 of 2 seeds reached it"))
            with h5py.File(self.output) as file:
                row = file["tables/cases"][0]
                self.assertEqual((row["ranks"], row["seeds"], row["seeds_reached"]), (ranks, 2, 0))
                self.assertTrue(np.isnan(row["target_seconds"]) and np.isnan(row["step_seconds"]))
                rate = 2 * 192 / runs["seconds"][:, -1].sum()
                self.assertAlmostEqual(row["images_per_second"] / rate, 1, places=12)
            self.assertIn("seed 2 of 2: epoch 3.0, test accuracy 0.", run.stderr)
            self.assertIn("(target 0.99)", run.stderr)
            self.assertEqual(self.checkpoints(), [])

    def test_a_training_ends_at_its_target(self):
        run = self.run_sweep("--set", "measure.target.test_accuracy=0.02", "--set", "measure.seeds=[3]")
        self.assertEqual(run.returncode, 0, run.stderr)
        runs = self.runs()
        reached = runs["test_accuracy"][0] >= 0.02
        self.assertTrue(reached[-1] and not reached[:-1].any())
        with h5py.File(self.output) as file:
            row = file["tables/cases"][0]
            self.assertEqual((row["seeds"], row["seeds_reached"], row["reason"]), (1, 1, b""))
            self.assertEqual(row["target_seconds"], runs["seconds"][0, -1])
            self.assertEqual(row["target_epochs"], runs["epochs"][0, -1])

    # Rank 0 writes the file at the start of a visit, and the record and the checkpoint at each evaluation: the sixth
    # writing is the third evaluation's record, the seventh its checkpoint.
    def test_a_killed_training_goes_on_from_its_last_evaluation(self):
        self.assertEqual(self.run_sweep().returncode, 0)
        expected = self.runs()
        self.output.unlink()
        self.assertNotEqual(self.run_sweep(environment={"SCALEMARK_FAULT": "0:write@7:kill"}).returncode, 0)
        self.assertEqual(len(self.checkpoints()), 1)
        before = self.runs()
        self.assertLess(before["epochs"].shape[1], 6)
        run = self.run_sweep("--resume")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("resumed", run.stderr)
        self.assert_same_training(expected)
        kept = before["epochs"].shape[1] - 1
        np.testing.assert_array_equal(self.runs()["seconds"][0, :kept], before["seconds"][0, :kept], "not trained again")
        self.assertEqual(self.checkpoints(), [])

    def test_without_a_sound_checkpoint_the_seed_starts_anew(self):
        self.assertEqual(self.run_sweep(*ONE_RANK).returncode, 0)
        expected = self.runs()
        for spoil, words in ((lambda path: path.write_bytes(path.read_bytes()[:-1000]), "is damaged"),
                             (lambda path: path.unlink(), "cannot be read")):
            self.output.unlink()
            killed = self.run_sweep(*ONE_RANK, environment={"SCALEMARK_FAULT": "0:write@7:kill"})
            self.assertNotEqual(killed.returncode, 0)
            (name,) = self.checkpoints()
            spoil(self.folder / name)
            run = self.run_sweep("--resume", *ONE_RANK)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertRegex(run.stderr, f"seed 3 starts anew: .* {words}")
            self.assert_same_training(expected)


if __name__ == "__main__":
    unittest.main(verbosity=2)

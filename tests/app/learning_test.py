"""Learning is real: two ranks train resnet10 on Fashion-MNIST; with shuffled labels they learn nothing."""

import gzip
import pathlib
import random
import unittest

import h5py

from scalemark_runs import RunTest

FASHION_MNIST = pathlib.Path("/usr/share/datasets/fashion-mnist")
# Minutes longer in bf16 where the processor has no instructions for it.
PRECISION = "bf16" if "_bf16" in pathlib.Path("/proc/cpuinfo").read_text() else "fp32"
CONFIG = """
    name: learning
    device: cpu
    model: resnet10
    dataset: {{name: fashion-mnist, path: {path}}}
    train: {{precision: {precision}, schedule: one_cycle, learning_rate: 0.1}}
    measure: {{warmup_steps: 0, steps: {steps}, repetitions: 1, arms: [full], evaluate: true}}
    sweep: {{gpus: [2], global_batch_size: [64]}}
"""


@unittest.skipUnless(FASHION_MNIST.is_dir(), "needs the package dataset-fashion-mnist")
class Learning(RunTest):
    def test_accuracy(self):
        self.assertGreaterEqual(self.accuracy_after_training_on(FASHION_MNIST, steps=300), 0.80)

    def test_shuffled_labels_teach_nothing(self):
        self.assertLessEqual(self.accuracy_after_training_on(self.with_shuffled_labels(), steps=100), 0.15)

    def accuracy_after_training_on(self, path, steps):
        self.config = self.write_config(CONFIG.format(path=path, precision=PRECISION, steps=steps))
        run = self.run_sweep()
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            accuracy = file["tables/cases"][0]["test_accuracy"]
        print(f"test accuracy {accuracy:.1%}")
        return accuracy

    def with_shuffled_labels(self):
        folder = self.folder / "shuffled"
        folder.mkdir()
        for file in FASHION_MNIST.glob("*.gz"):
            (folder / file.name).symlink_to(file)
        labels = folder / "train-labels-idx1-ubyte.gz"
        content = gzip.decompress(labels.read_bytes())
        labels.unlink()
        header, values = content[:8], list(content[8:])
        random.Random(1).shuffle(values)
        labels.write_bytes(gzip.compress(header + bytes(values)))
        return folder


if __name__ == "__main__":
    unittest.main(verbosity=2)

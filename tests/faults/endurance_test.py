"""A long sweep of tiny cases: memory, descriptors and threads of the ranks do not grow with the cases. Rank 0 alone holds the result
file, which does: in memory with what was replaced in it, up to as much again, and as a copy while it is written.

SCALEMARK_CAMPAIGN=500 runs so many cases in place of 40."""

import os
import pathlib
import threading
import time
import unittest

from fault_runs import FaultTest, campaign
from scalemark_runs import ranks_of

CASES = campaign(in_ci=40)
# The highest values are compared: memory goes up and down with each case, and no two looks meet it at the same point.
FILE_COPIES = 4
SLACK = {"KiB of memory": 32768, "descriptors": 2, "threads": 1}


def rank_of(pid):
    variables = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return next(int(one.split(b"=")[1]) for one in variables if one.startswith(b"OMPI_COMM_WORLD_RANK="))


def look(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()

    def value(name):
        return int(status.split(f"{name}:")[1].split()[0])

    # Not the pages of libraries: a process that ends reads another 100 MiB of them.
    return dict(zip(SLACK, (value("RssAnon") + value("RssShmem"), len(os.listdir(f"/proc/{pid}/fd")), value("Threads"))))


class Endurance(FaultTest):
    def test_nothing_grows(self):
        cases = ", ".join(f"{{label: c{i}, gpus: 2, batch_size: {2 + i % 4}, train.seed: {i}}}" for i in range(CASES))
        self.config = self.write_config(f"""
            name: endurance
            device: cpu
            model: revnet-3-3-3
            dataset: {{name: synthetic, images: 16, image_size: 16}}
            loader: {{workers: 1}}
            measure: {{warmup_steps: 0, steps: 1, repetitions: 1}}
            cases: [{cases}]
        """)
        seen = []  # [look]: of each rank, and the KiB of the result file

        def watch(process):
            def look_around():
                while process.poll() is None:
                    try:
                        ranks = [look(pid) for pid in sorted(ranks_of(process), key=rank_of)]
                        seen.append((ranks, self.output.stat().st_size // 1024))
                    except (OSError, IndexError, StopIteration):
                        pass  # a rank has ended
                    time.sleep(0.1)

            threading.Thread(target=look_around).start()

        ended = self.run_with("", ranks=2, timeout=3600, during=watch)
        self.assertEqual(ended.code, 0, ended.log)
        looks = [one for one in seen if len(one[0]) == 2]
        third = len(looks) // 3
        middle, end = looks[third : 2 * third], looks[2 * third :]
        file_before, file_after = (max(size for _, size in part) for part in (middle, end))
        print(f"result file: at most {file_before} KiB in the second third of {CASES} cases, {file_after} in the last")
        for rank in range(2):
            for what, slack in SLACK.items():
                before, after = (max(ranks[rank][what] for ranks, _ in part) for part in (middle, end))
                print(f"rank {rank}: at most {before} {what} in the second third of {CASES} cases, {after} in the last")
                held = FILE_COPIES * (file_after - file_before) if rank == 0 and what == "KiB of memory" else 0
                with self.subTest(rank=rank, what=what):
                    self.assertLessEqual(after, before + slack + max(held, 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)

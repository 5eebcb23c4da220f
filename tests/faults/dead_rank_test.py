"""A rank that dies ends the job within 10 s: every other rank with exit code 4, and the dead one's name and host."""

import socket
import unittest

from fault_runs import END_SECONDS, FaultTest

DEATHS = {"kill": 137, "exit": 3, "segfault": 139, "throw": 4}


class DeadRank(FaultTest):
    def assert_ends(self, fault, victim, death):
        self.output.unlink(missing_ok=True)
        with self.subTest(fault=fault):
            ended = self.run_with(fault)
            self.assertEqual(ended.codes.get(victim), DEATHS[death], ended.log)
            survivors = {rank: code for rank, code in ended.codes.items() if rank != victim}
            self.assertEqual(survivors, {rank: 4 for rank in range(3) if rank != victim}, ended.log)
            self.assertNotEqual(ended.code, 0)
            self.assertIn(f"rank {victim} ", ended.log)
            if death != "throw":
                self.assertIn(f"rank {victim} on {socket.gethostname()} died; last seen: ", ended.log)
            self.assertLess(ended.seconds, END_SECONDS, ended.log)
            print(f"{fault}: {ended.seconds:.1f} s")

    def test_during_set_up(self):
        for death in DEATHS:
            self.assert_ends(f"1:set_up:{death}", 1, death)

    def test_in_the_middle_of_backward(self):
        for death in DEATHS:
            self.assert_ends(f"1:bucket@3:{death}", 1, death)

    def test_during_reduction(self):
        for death in DEATHS:
            self.assert_ends(f"1:reduce@3:{death}", 1, death)

    def test_while_writing(self):
        for death in DEATHS:
            self.assert_ends(f"0:write@2:{death}", 0, death)

    def test_what_was_measured_is_kept(self):
        ended = self.run_with("1:reduce@14:kill")
        self.assertEqual(ended.codes[0], 4)
        resumed = self.run_with("", "--resume")
        self.assertEqual(resumed.code, 0, resumed.log)


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""A rank that dies ends the job: every other rank with exit code 4, and the dead one's name and host. No limit of the case ends
it before (limits.case_timeout is an hour): only who finds the death can, and the wait for that is bounded."""

import socket
import unittest

from fault_runs import FaultTest

DEATHS = {"kill": 137, "exit": 3, "segfault": 139, "throw": 4}


class DeadRank(FaultTest):
    def assert_ends(self, fault, victim, death):
        self.output.unlink(missing_ok=True)
        with self.subTest(fault=fault):
            ended = self.run_with(fault, "--set", "limits.case_timeout=1h", timeout=60)
            self.assertEqual(ended.codes.get(victim), DEATHS[death], ended.log)
            survivors = {rank: code for rank, code in ended.codes.items() if rank != victim}
            self.assertEqual(survivors, {rank: 4 for rank in range(3) if rank != victim}, ended.log)
            self.assertNotEqual(ended.code, 0)
            self.assertIn(f"rank {victim} ", ended.log)
            if death != "throw":
                self.assertIn(f"rank {victim} on {socket.gethostname()} died; last seen: ", ended.log)
            print(f"{fault}: {ended.seconds:.1f} s from the death to the job's end")

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

"""A loss that is not finite on one rank makes the case invalid for all, and keeps it out of every speed-up."""

import unittest

import h5py

from fault_runs import FaultTest
from scalemark_runs import TINY


class Invalid(FaultTest):
    SWEEP = TINY

    def test_not_finite_on_one_rank(self):
        ended = self.run_with("1:loss@2:nan", ranks=2)
        self.assertEqual(set(ended.codes.values()), {3}, ended.log)
        with h5py.File(self.output) as file:
            rows = {row["case"].decode(): row for row in file["tables/cases"][:]}
            names = {value: name for name, value in h5py.check_enum_dtype(rows["gpus=2,batch_size=2"].dtype["status"]).items()}
        # Rank 1 takes part in cases on two ranks alone, and the smaller batch comes first.
        self.assertEqual({case: names[row["status"]] for case, row in rows.items()},
                         {"gpus=1,batch_size=2": "ok", "gpus=2,batch_size=2": "invalid", "gpus=1,batch_size=4": "ok",
                          "gpus=2,batch_size=4": "ok"})
        self.assertIn("not finite", rows["gpus=2,batch_size=2"]["reason"].decode())
        tables = self.report_tables()
        for table, speedup in (("strong_scaling_fixed_data_set", "speedup"), ("weak_scaling", "scaled_speedup")):
            rows = {row["case"]: row for row in tables[table]}
            self.assertGreater(float(rows["gpus=2,batch_size=4"][speedup]), 0)
            self.assertEqual(rows["gpus=2,batch_size=2"][speedup], "", "no number")
            self.assertIn("not finite", rows["gpus=2,batch_size=2"]["remark"], "and the reason")
        self.assertEqual([row["case"] for row in tables["lost_speedup_fixed_batch_per_rank"]], ["gpus=2,batch_size=4"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

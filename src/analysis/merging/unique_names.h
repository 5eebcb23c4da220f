#pragma once

#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// Makes the names of the cases differ. Names that two cases share get the case id; of the same work in two files, what
/// tells the measurements apart: "2gpu (NCCL_ALGO=Ring, host node2)"; and where that is not enough, the file.
void make_names_unique(std::vector<MeasuredCase>& cases);

}  // namespace scalemark::analysis

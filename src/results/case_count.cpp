#include "results/case_count.h"

#include <algorithm>

#include "core/limits/config_limits.h"
#include "results/datasets.h"
#include "results/schema.h"

namespace scalemark::results {
namespace {

herr_t count_if_probe(hid_t cases, const char* name, const H5L_info_t* link, void* count) {
  const bool here = link->type == H5L_TYPE_HARD;  // another file is not to be opened
  if (here && H5Aexists_by_name(cases, name, schema::kProbeOf, H5P_DEFAULT) > 0) ++*static_cast<std::size_t*>(count);
  return 0;
}

}  // namespace

std::size_t count_cases(const Handle& tables, const Handle& cases) {
  const Handle table = open_dataset(tables, schema::kCaseTable);
  const std::size_t rows = element_count(checked_shape(table, 1));
  if (rows <= kMostCases) return rows;
  std::size_t probes = 0;
  checked(H5Literate(cases.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, count_if_probe, &probes), "list",
          {cases.get()});
  return rows - std::min(rows, probes);
}

}  // namespace scalemark::results

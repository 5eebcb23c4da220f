#include "report/tables/advice_text.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section advice_section(const std::vector<analysis::Advice>& advice) {
  using analysis::Advice;
  auto columns = key_columns<Advice>();
  columns
      .text("held fixed", "held_fixed",
            [](const Advice& one) {
              return one.kind == analysis::ScalingKind::kFixedGlobalBatch ? "global batch" : "batch per rank";
            })
      .text("advice", "advice", advice_text);
  return {"What to try",
          "For each case, the largest loss that is beyond the noise (at 95 %) and on which two independent "
          "measurements agree. Cores and threads are checked first, since a host without a free core explains slow "
          "input, slow compute and slow ranks alike.",
          columns.table("advice", "No case loses speed-up, or none was compared.", advice)};
}

}  // namespace scalemark::report

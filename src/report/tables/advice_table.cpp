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
          "Per case the largest loss that stands out of the noise (95 %) and that two independent measurements agree "
          "on. Cores and threads come first: a host without a free core explains slow input, compute and ranks alike.",
          columns.table("advice", "No case loses speed-up, or none was compared.", advice)};
}

}  // namespace scalemark::report

#include "measure/memory_limit.h"

#include <c10/util/Exception.h>

#include "core/units.h"

namespace scalemark::measure {

void MemoryLimit::check(std::int64_t bytes, std::int64_t total) const {
  const std::int64_t limit = bytes_.load(std::memory_order_relaxed);
  TORCH_CHECK_WITH(OutOfMemoryError, total <= limit, "an allocation of ", format_bytes(static_cast<double>(bytes)),
                   " on top of ", format_bytes(static_cast<double>(total - bytes)),
                   " exceeds limits.memory = ", format_bytes(static_cast<double>(limit)));
}

}  // namespace scalemark::measure

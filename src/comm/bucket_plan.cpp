#include "comm/bucket_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace scalemark::comm {
namespace {

void check_order(std::size_t parameters, std::vector<std::size_t> ready_order) {
  std::sort(ready_order.begin(), ready_order.end());
  std::vector<std::size_t> every(parameters);
  std::iota(every.begin(), every.end(), std::size_t{0});
  if (ready_order != every) {
    throw InputError(fmt::format("the order of gradients must name each of the {} parameters once", parameters));
  }
}

bool same_kind(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.device() == b.device();
}

}  // namespace

std::vector<std::vector<std::size_t>> plan_buckets(const std::vector<NamedParameter>& parameters,
                                                   const std::vector<std::size_t>& ready_order,
                                                   const BucketLayout& layout) {
  check_order(parameters.size(), ready_order);
  std::vector<std::vector<std::size_t>> buckets;
  std::int64_t filled_bytes = 0;
  for (const std::size_t index : ready_order) {
    const at::Tensor& tensor = parameters[index].tensor;
    const auto bytes = static_cast<std::int64_t>(tensor.nbytes());
    const std::int64_t limit = buckets.size() <= 1 ? layout.first_bucket_bytes : layout.bucket_bytes;
    const bool fits = !buckets.empty() && filled_bytes + bytes <= limit &&
                      same_kind(parameters[buckets.back().back()].tensor, tensor);
    if (!fits) {
      buckets.emplace_back();
      filled_bytes = 0;
    }
    buckets.back().push_back(index);
    filled_bytes += bytes;
  }
  return buckets;
}

}  // namespace scalemark::comm

#include "config/case_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/limits/config_limits.h"

namespace scalemark::config {
namespace {

void sort_by_table(std::vector<const Assignment*>& assignments) {
  const auto before = [](const Assignment* a, const Assignment* b) {
    return a->key < b->key;
  };  // one vector holds all keys
  std::sort(assignments.begin(), assignments.end(), before);
}

/// The number of points, kMostCases + 1 where there are more.
std::size_t product_size(const std::vector<Axis>& axes) {
  std::size_t size = 1;
  for (const Axis& axis : axes) size = std::min(size * axis.values.size(), kMostCases + 1);
  return size;
}

CasePoint sweep_point(const Layer& layer, std::size_t index) {
  CasePoint point{{}, {}, layer.sweep_place, "sweep", true};
  for (auto axis = layer.sweep.rbegin(); axis != layer.sweep.rend(); ++axis) {
    const std::size_t count = axis->values.size();
    const Assignment* value = &axis->values[index % count];
    index /= count;
    point.settings.push_back(value);
    if (count > 1) point.varying.push_back(value);
  }
  sort_by_table(point.settings);
  sort_by_table(point.varying);
  return point;
}

CasePoint entry_point(const CaseEntry& entry) {
  CasePoint point{{}, {}, entry.place, entry.path, false};
  for (const Assignment& setting : entry.settings) point.settings.push_back(&setting);
  sort_by_table(point.settings);
  point.varying = point.settings;
  return point;
}

}  // namespace

std::vector<CasePoint> case_points(const Layer& layer, Faults& faults) {
  const std::size_t product = layer.sweep.empty() ? 0 : product_size(layer.sweep);
  std::vector<CasePoint> points;
  if (product > kMostCases) {
    faults.add(layer.sweep_place, "sweep",
               fmt::format("the product of the lists is too large; allowed: {} cases", kMostCases));
  } else {
    for (std::size_t i = 0; i < product; ++i) points.push_back(sweep_point(layer, i));
  }
  for (const CaseEntry& entry : layer.cases) {
    if (!entry.faulty) points.push_back(entry_point(entry));
  }
  return points;
}

}  // namespace scalemark::config

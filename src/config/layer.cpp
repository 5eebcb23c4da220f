#include "config/layer.h"

#include <algorithm>

namespace scalemark::config {
namespace {

/// Assignment and Axis alike are found and replaced by their key.
template <typename Item>
auto find_item(std::vector<Item>& items, const std::string& key_path) {
  return std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.key->path == key_path; });
}

template <typename Item>
void replace_or_append(std::vector<Item>& items, const Item& item) {
  auto found = find_item(items, item.key->path);
  if (found == items.end()) found = find_item(items, alternative_of(item.key->path));
  if (found == items.end()) {
    items.push_back(item);
  } else {
    *found = item;
  }
}

template <typename Item>
const Item* find_const(const std::vector<Item>& items, const std::string& key_path) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.key->path == key_path; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Assignment* find_assignment(const std::vector<Assignment>& assignments, const std::string& key_path) {
  return find_const(assignments, key_path);
}

const Axis* find_axis(const std::vector<Axis>& axes, const std::string& key_path) { return find_const(axes, key_path); }

std::string alternative_of(const std::string& key_path) {
  if (key_path == "batch_size") return "global_batch_size";
  if (key_path == "global_batch_size") return "batch_size";
  return "";
}

void overlay(Layer& base, const Layer& top) {
  for (const Assignment& setting : top.settings) replace_or_append(base.settings, setting);
  base.written.insert(top.written.begin(), top.written.end());
  for (const Axis& axis : top.sweep) replace_or_append(base.sweep, axis);
  if (top.gives_sweep) {
    if (!base.gives_sweep) base.sweep_place = top.sweep_place;
    base.gives_sweep = true;
    base.sweep_faulty = base.sweep_faulty || top.sweep_faulty;
  }
  if (top.gives_cases) {
    base.gives_cases = true;
    base.cases = top.cases;
  }
}

}  // namespace scalemark::config

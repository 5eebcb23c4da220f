#include "core/single_changes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace scalemark {
namespace {

constexpr std::string_view kStorage = "dataset.storage";
constexpr std::string_view kBatch = "batch_size";

/// Keys that follow from others: changed along with one, they are no change of their own.
constexpr std::array<std::string_view, 2> kFollowing{"train.learning_rate", "global_batch_size"};

/// The cases as rows of numbers, so that thousands of them can be held against each other: equal texts have equal
/// numbers, and keys that no two cases differ in are left out.
class ValueTable {
 public:
  explicit ValueTable(std::span<const ChangeableCase> cases) : kins_(cases.size()), rows_(cases.size()) {
    std::map<std::string, std::map<std::string, int>> numbers;  // by key, then by value
    for (const auto& one : cases) {
      for (const auto& [key, value] : one.values)
        numbers[key].try_emplace(value, static_cast<int>(numbers[key].size()));
    }
    for (std::size_t i = 0; i < cases.size(); ++i) kins_[i] = kin_of(cases[i]);
    for (const auto& [key, of_key] : numbers) {
      if (of_key.size() > 1) add_column(key, of_key, cases);
    }
  }

  /// False where the two are not kin, or differ in more than one key that is neither a follower nor of a section.
  bool may_differ_in_one(std::size_t a, std::size_t b) const {
    if (kins_[a] != kins_[b]) return false;
    int differing = 0;
    for (std::size_t i = 0; i < keys_.size() && differing <= 1; ++i) {
      if (stands_alone_[i] && rows_[a][i] != rows_[b][i]) ++differing;
    }
    return differing <= 1;
  }

  std::vector<std::string> differing_keys(std::size_t a, std::size_t b) const {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (rows_[a][i] != rows_[b][i]) keys.push_back(keys_[i]);
    }
    return keys;
  }

 private:
  /// Cases that state different keys are never held against each other.
  int kin_of(const ChangeableCase& one) {
    std::string name = one.kin;
    for (const auto& [key, value] : one.values) name += '\n' + key;
    return kin_numbers_.try_emplace(name, static_cast<int>(kin_numbers_.size())).first->second;
  }

  void add_column(const std::string& key, const std::map<std::string, int>& numbers,
                  std::span<const ChangeableCase> cases) {
    constexpr int kNotStated = -1;
    keys_.push_back(key);
    stands_alone_.push_back(!key.starts_with(kStorage) && std::ranges::count(kFollowing, key) == 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const auto value = cases[i].values.find(key);
      rows_[i].push_back(value == cases[i].values.end() ? kNotStated : numbers.at(value->second));
    }
  }

  std::map<std::string, int> kin_numbers_;
  std::vector<int> kins_;               // [case]
  std::vector<std::string> keys_;       // [column]
  std::vector<bool> stands_alone_;      // [column]
  std::vector<std::vector<int>> rows_;  // [case][column]
};

/// The one key that was changed, with the keys that hold its values; an empty name where more than one was.
struct Change {
  std::string key;
  std::vector<std::string> holders;
};

Change change_of(std::vector<std::string> keys) {
  for (const auto follower : kFollowing) {
    if (keys.size() > 1) std::erase(keys, follower);
  }
  const auto is_storage = [](const std::string& key) { return key.starts_with(kStorage); };
  if (keys.size() == 1 && !is_storage(keys.front())) return {keys.front(), keys};
  if (!keys.empty() && std::all_of(keys.begin(), keys.end(), is_storage)) return {std::string(kStorage), keys};
  return {};
}

/// The changes that lead to `with`, each from the first case that it can be held against.
void add_changes(const ValueTable& table, std::size_t with, std::vector<SingleChange>& changes) {
  std::vector<std::string> seen;
  for (std::size_t without = 0; without < with; ++without) {
    if (!table.may_differ_in_one(without, with)) continue;
    Change change = change_of(table.differing_keys(without, with));
    if (change.key.empty() || change.key == "gpus" || std::ranges::count(seen, change.key) > 0) continue;
    seen.push_back(change.key);
    changes.push_back({std::move(change.key), std::move(change.holders), without, with});
  }
}

/// A sweep over batch sizes has charts of its own.
void leave_batch_sweeps_out(std::vector<SingleChange>& changes) {
  const auto is_batch = [](const SingleChange& change) { return change.key == kBatch; };
  if (std::ranges::all_of(changes, is_batch)) return changes.clear();
  std::map<std::size_t, int> batches;
  for (const auto& change : changes) batches[change.without] += is_batch(change) ? 1 : 0;
  std::erase_if(changes, [&](const SingleChange& change) { return is_batch(change) && batches[change.without] > 1; });
}

void group_by_key(std::vector<SingleChange>& changes) {
  std::vector<std::string> order;
  for (const auto& change : changes) {
    if (std::ranges::count(order, change.key) == 0) order.push_back(change.key);
  }
  std::ranges::stable_sort(changes, {}, [&order](const SingleChange& change) {
    return std::ranges::find(order, change.key) - order.begin();
  });
}

}  // namespace

std::vector<SingleChange> single_changes(std::span<const ChangeableCase> cases) {
  const ValueTable table(cases);
  std::vector<SingleChange> changes;
  for (std::size_t with = 1; with < cases.size(); ++with) add_changes(table, with, changes);
  leave_batch_sweeps_out(changes);
  group_by_key(changes);
  return changes;
}

}  // namespace scalemark

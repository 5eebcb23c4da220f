#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace scalemark::report {

/// Finds the row of a case by the case's name; of several rows of one name the first. Points into the rows.
template <typename Row>
class RowsByCase {
 public:
  explicit RowsByCase(const std::vector<Row>& rows) {
    for (const Row& row : rows) rows_.try_emplace(row.key.name, &row);
  }

  /// nullptr where no row is of that case.
  const Row* find(const std::string& name) const {
    const auto found = rows_.find(name);
    return found == rows_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string, const Row*> rows_;
};

}  // namespace scalemark::report

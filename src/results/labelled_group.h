#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/datasets.h"
#include "results/quantities.h"

namespace scalemark::results {

/// Writes data sets that share named dimensions, each with a coordinate variable (netCDF-4's model, by HDF5's
/// dimension scales), so that xarray shows names and labels instead of axis numbers.
class LabelledGroup {
 public:
  explicit LabelledGroup(const Handle& group) : group_(group) {}

  /// A dimension labelled 0 ... size - 1.
  void add_index(const std::string& dimension, hsize_t size);

  /// A dimension labelled by `numbers`.
  void add_numbers(const std::string& dimension, std::span<const std::int64_t> numbers);

  /// A dimension labelled by text.
  void add_labels(const std::string& dimension, std::span<const std::string> labels);

  /// Writes `data`, of the native type `memory_type`, over dimensions added before.
  void write(const std::string& name, const std::vector<std::string>& dimensions, hid_t file_type, hid_t memory_type,
             const void* data, const Quantity& quantity);

  /// Names the dimensions of a data set that was written by other means.
  void label(const Handle& dataset, const std::vector<std::string>& dimensions);

 private:
  struct Dimension {
    Handle coordinate;
    hsize_t size;
  };
  void add(const std::string& dimension, Handle coordinate, hsize_t size);

  const Handle& group_;
  std::map<std::string, Dimension> dimensions_;
};

}  // namespace scalemark::results

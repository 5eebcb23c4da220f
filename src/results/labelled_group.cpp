#include "results/labelled_group.h"

#include <hdf5_hl.h>

#include <numeric>

#include "results/attributes.h"

namespace scalemark::results {

void LabelledGroup::add(const std::string& dimension, Handle coordinate, hsize_t size) {
  checked(H5DSset_scale(coordinate.get(), dimension.c_str()), "make a dimension scale of", {coordinate.get()});
  dimensions_.insert_or_assign(dimension, Dimension{std::move(coordinate), size});
}

void LabelledGroup::add_index(const std::string& dimension, hsize_t size) {
  std::vector<std::int64_t> indices(size);
  std::iota(indices.begin(), indices.end(), 0);
  add_numbers(dimension, indices);
}

void LabelledGroup::add_numbers(const std::string& dimension, std::span<const std::int64_t> numbers) {
  const hsize_t size = numbers.size();
  add(dimension, write_dataset(group_, dimension, {size}, H5T_STD_I64LE, H5T_NATIVE_INT64, numbers.data()), size);
}

void LabelledGroup::add_labels(const std::string& dimension, std::span<const std::string> labels) {
  add(dimension, write_texts(group_, dimension, labels), labels.size());
}

void LabelledGroup::label(const Handle& dataset, const std::vector<std::string>& dimensions) {
  unsigned axis = 0;
  for (const std::string& name : dimensions)
    checked(H5DSattach_scale(dataset.get(), dimensions_.at(name).coordinate.get(), axis++), "label the axes of",
            {dataset.get()});
}

void LabelledGroup::write(const std::string& name, const std::vector<std::string>& dimensions, hid_t file_type,
                          hid_t memory_type, const void* data, const Quantity& quantity) {
  Shape shape;
  for (const std::string& dimension : dimensions) shape.push_back(dimensions_.at(dimension).size);
  const Handle dataset = write_dataset(group_, name, shape, file_type, memory_type, data);
  write_attribute(dataset, "units", std::string(quantity.units));
  write_attribute(dataset, "long_name", std::string(quantity.long_name));
  label(dataset, dimensions);
}

}  // namespace scalemark::results

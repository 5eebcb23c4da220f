#include <algorithm>
#include <limits>

#include "results/datasets.h"

namespace scalemark::results {
namespace {

/// Deflate, which h5repack may have added, packs a run of one byte about 1032 to 1.
constexpr hsize_t kMostCompression = 1100;

/// Refuses storage in other files and filters that would load a plug-in. Returns whether the data are compressed.
bool check_storage(const Handle& dataset) {
  const ObjectName what{dataset.get()};
  const Handle creation = take(H5Dget_create_plist(dataset.get()), "read the properties of", what);
  if (H5Pget_layout(creation.get()) == H5D_VIRTUAL) refuse(what, "is a virtual data set, whose data are elsewhere");
  if (H5Pget_external_count(creation.get()) != 0) refuse(what, "has its data in another file");
  bool compressed = false;
  const int filters = checked(H5Pget_nfilters(creation.get()), "read the filters of", what);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t value_count = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags, &value_count, nullptr, 0, nullptr, nullptr);
    compressed = compressed || filter == H5Z_FILTER_DEFLATE;
    if (filter != H5Z_FILTER_FLETCHER32 && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE)
      refuse(what, "is stored with a filter other than deflate, shuffle and fletcher32");
  }
  return compressed;
}

/// Bytes of the whole file.
hsize_t file_bytes(const Handle& object) {
  const Handle file = take(H5Iget_file_id(object.get()), "find the file of", {object.get()});
  hsize_t bytes = 0;
  checked(H5Fget_filesize(file.get(), &bytes), "measure the file of", {object.get()});
  return bytes;
}

/// Bytes that the data set may claim, given what is really stored of it.
hsize_t most_bytes(const Handle& dataset) {
  const hsize_t stored = H5Dget_storage_size(dataset.get());
  if (stored > file_bytes(dataset)) refuse({dataset.get()}, "claims more storage than the file has");
  return check_storage(dataset) ? stored * kMostCompression : stored;
}

template <class Value>
std::vector<Value> read_numbers(const Handle& dataset, const Shape& shape, H5T_class_t wanted, hid_t memory_type,
                                const char* complaint) {
  const ObjectName what{dataset.get()};
  const Handle type = take(H5Dget_type(dataset.get()), "read the type of", what);
  if (H5Tget_class(type.get()) != wanted) refuse(what, complaint);
  std::vector<Value> values(element_count(shape));
  if (!values.empty())
    checked(H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read data set", what);
  return values;
}

}  // namespace

bool has_member(const Handle& parent, const std::string& name) {
  const ObjectName what{parent.get(), name};
  if (checked(H5Lexists(parent.get(), name.c_str(), H5P_DEFAULT), "look for", what) == 0) return false;
  H5L_info_t link;
  checked(H5Lget_info(parent.get(), name.c_str(), &link, H5P_DEFAULT), "read the link to", what);
  if (link.type != H5L_TYPE_HARD) refuse(what, "is a link to another place or file, which a result file never has");
  return true;
}

std::vector<std::string> member_names(const Handle& group) {
  const ObjectName what{group.get()};
  H5G_info_t info;
  checked(H5Gget_info(group.get(), &info), "list", what);
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name_at = [&](char* buffer, std::size_t size) {
      return checked(H5Lget_name_by_idx(group.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, buffer, size, H5P_DEFAULT),
                     "list", what);
    };
    std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
    name_at(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

Handle open_group(const Handle& parent, const std::string& name) {
  const ObjectName what{parent.get(), name};
  if (!has_member(parent, name)) refuse(what, "is missing");
  return take(H5Gopen2(parent.get(), name.c_str(), H5P_DEFAULT), "open group", what);
}

Handle open_dataset(const Handle& parent, const std::string& name) {
  const ObjectName what{parent.get(), name};
  if (!has_member(parent, name)) refuse(what, "is missing");
  return take(H5Dopen2(parent.get(), name.c_str(), H5P_DEFAULT), "open data set", what);
}

std::size_t element_count(const Shape& shape) {
  hsize_t count = 1;
  for (const hsize_t extent : shape) count *= extent;
  return count;
}

Shape checked_shape(const Handle& dataset, int rank) {
  const ObjectName what{dataset.get()};
  const Handle space = take(H5Dget_space(dataset.get()), "read the data space of", what);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE || H5Sget_simple_extent_ndims(space.get()) != rank)
    refuse(what, "has another number of dimensions than the schema");
  Shape shape(static_cast<std::size_t>(rank));
  checked(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), "read the shape of", what);
  const Handle type = take(H5Dget_type(dataset.get()), "read the type of", what);
  const std::size_t element_bytes = H5Tget_size(type.get());
  hsize_t room = element_bytes == 0 ? 0 : most_bytes(dataset) / element_bytes;
  if (std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end()) {
    // Nothing is stored, and the other extents still size what is made of them.
    room = std::numeric_limits<std::int32_t>::max();
    for (const hsize_t extent : shape)
      if (extent > room) refuse(what, "has an absurd shape");
    return shape;
  }
  for (const hsize_t extent : shape) {
    if (extent > room) refuse(what, "claims more elements than the file holds");
    room /= extent;
  }
  return shape;
}

std::vector<double> read_reals(const Handle& dataset, const Shape& shape) {
  return read_numbers<double>(dataset, shape, H5T_FLOAT, H5T_NATIVE_DOUBLE, "does not hold reals");
}

std::vector<std::int64_t> read_integers(const Handle& dataset, const Shape& shape) {
  return read_numbers<std::int64_t>(dataset, shape, H5T_INTEGER, H5T_NATIVE_INT64, "does not hold integers");
}

std::vector<std::string> read_texts(const Handle& parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const ObjectName what{dataset.get()};
  const Shape shape = checked_shape(dataset, 1);
  const Handle type = take(H5Dget_type(dataset.get()), "read the type of", what);
  if (H5Tis_variable_str(type.get()) <= 0) refuse(what, "does not hold variable-length strings");
  std::vector<char*> characters(element_count(shape), nullptr);
  if (characters.empty()) return {};
  const Handle space = take(H5Dget_space(dataset.get()), "read the data space of", what);
  auto* const buffer = static_cast<void*>(characters.data());
  const TextReclaimer reclaimer(type.get(), space.get(), buffer);
  checked(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer), "read data set", what);
  std::vector<std::string> texts;
  texts.reserve(characters.size());
  for (const char* text : characters) texts.emplace_back(text == nullptr ? "" : text);
  return texts;
}

}  // namespace scalemark::results

#include <hdf5.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "fuzz/mutations.h"
#include "results/hdf5_handle.h"

namespace scalemark::fuzz {
namespace {

using results::Handle;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr std::array<double, 14> kReals = {NAN,    kInfinity, -kInfinity, kLargest, -kLargest, 0.0,  -0.0,
                                           5e-324, 1e-308,    1e-9,       -1.0,     1.0,       1e15, 1e300};
constexpr std::array<std::int64_t, 10> kIntegers = {0,
                                                    1,
                                                    -1,
                                                    2,
                                                    127,
                                                    65'536,
                                                    2'147'483'647,
                                                    -2'147'483'648,
                                                    std::numeric_limits<std::int64_t>::max(),
                                                    std::numeric_limits<std::int64_t>::min()};
constexpr std::array<const char*, 9> kTexts = {
    "", "\x1b[2J\x07", "=1+1", "[x](http://x.org)", "<script>", "\xff\xfe", "\u202e", "a\nb\r", "ok"};

struct Objects {
  std::vector<std::string> datasets;
  std::vector<std::string> groups;
};

herr_t collect(hid_t object, const char* name, const H5O_info_t* info, void* found) {
  auto& objects = *static_cast<Objects*>(found);
  if (info->type == H5O_TYPE_DATASET) objects.datasets.emplace_back(name);
  if (info->type == H5O_TYPE_GROUP) objects.groups.emplace_back(name);
  static_cast<void>(object);
  return 0;
}

/// One value, or all of them, or values that differ by an ulp.
void change(std::vector<double>& values, Random& random) {
  const double value = kReals[below(random, kReals.size())];
  switch (below(random, 4)) {
    case 0:
      values.assign(values.size(), value);
      break;
    case 1:
      for (double& one : values) one = below(random, 2) == 0 ? values[0] : std::nextafter(values[0], kInfinity);
      break;
    case 2:
      for (double& one : values) one = kReals[below(random, kReals.size())];
      break;
    default:
      values[below(random, values.size())] = value;
  }
}

void change(std::vector<std::int64_t>& values, Random& random) {
  values[below(random, values.size())] = kIntegers[below(random, kIntegers.size())];
}

void change(std::vector<const char*>& values, Random& random) {
  values[below(random, values.size())] = kTexts[below(random, kTexts.size())];
}

template <typename Value>
void change_values(const Handle& dataset, hid_t memory_type, std::size_t count, Random& random) {
  std::vector<Value> values(count);
  auto* const buffer = static_cast<void*>(values.data());
  if (H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) < 0) return;
  std::vector<Value> read = values;
  change(values, random);
  H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
  // Texts were allocated by the reading, and not those that took their place.
  const Handle space(H5Dget_space(dataset.get()));
  H5Dvlen_reclaim(memory_type, space.get(), H5P_DEFAULT, static_cast<void*>(read.data()));
}

/// The type of memory for a part of a table, where `member` stands alone; for another data set, `member` itself.
Handle part_type(const Handle& table, unsigned index, hid_t member) {
  char* const name = H5Tget_member_name(table.get(), index);
  Handle part(H5Tcreate(H5T_COMPOUND, H5Tget_size(member)));
  H5Tinsert(part.get(), name, 0, member);
  H5free_memory(name);
  return part;
}

template <typename Change>
void with_memory_type(const Handle& stored, Change change_as) {
  switch (H5Tget_class(stored.get())) {
    case H5T_FLOAT:
      return change_as(H5T_NATIVE_DOUBLE, double{});
    case H5T_INTEGER:
      return change_as(H5T_NATIVE_INT64, std::int64_t{});
    case H5T_STRING:
      if (H5Tis_variable_str(stored.get()) > 0) return change_as(stored.get(), static_cast<const char*>(nullptr));
      return;
    default:
      return;
  }
}

void change_dataset(hid_t file, const std::string& name, Random& random) {
  const Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT));
  const Handle space(H5Dget_space(dataset.get()));
  const auto count = H5Sget_simple_extent_npoints(space.get());
  if (count <= 0) return;
  const Handle type(H5Dget_type(dataset.get()));
  const bool table = H5Tget_class(type.get()) == H5T_COMPOUND;
  const auto index =
      table ? static_cast<unsigned>(below(random, static_cast<std::size_t>(H5Tget_nmembers(type.get())))) : 0;
  const Handle stored(table ? H5Tget_member_type(type.get(), index) : H5Tcopy(type.get()));
  with_memory_type(stored, [&](hid_t memory, auto value) {
    const Handle part = table ? part_type(type, index, memory) : Handle(H5Tcopy(memory));
    change_values<decltype(value)>(dataset, part.get(), static_cast<std::size_t>(count), random);
  });
}

void change_attribute_value(hid_t file, const std::string& name, Random& random) {
  const Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT));
  H5O_info_t info;
  if (H5Oget_info2(object.get(), &info, H5O_INFO_NUM_ATTRS) < 0 || info.num_attrs == 0) return;
  const Handle attribute(H5Aopen_by_idx(object.get(), ".", H5_INDEX_NAME, H5_ITER_INC, below(random, info.num_attrs),
                                        H5P_DEFAULT, H5P_DEFAULT));
  const Handle space(H5Aget_space(attribute.get()));
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return;
  const Handle type(H5Aget_type(attribute.get()));
  with_memory_type(type, [&](hid_t memory, auto value) {
    std::vector<decltype(value)> values(1);
    change(values, random);
    H5Awrite(attribute.get(), memory, static_cast<const void*>(values.data()));
  });
}

}  // namespace

void mutate_values(const std::filesystem::path& path, Random& random) {
  results::silence_hdf5();
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  Objects objects;
  H5Ovisit2(file.get(), H5_INDEX_NAME, H5_ITER_NATIVE, collect, &objects, H5O_INFO_BASIC);
  for (std::size_t left = 1 + below(random, 6); left > 0 && !objects.datasets.empty(); --left) {
    if (below(random, 4) == 0) {
      change_attribute_value(file.get(), objects.groups[below(random, objects.groups.size())], random);
    } else {
      change_dataset(file.get(), objects.datasets[below(random, objects.datasets.size())], random);
    }
  }
}

}  // namespace scalemark::fuzz

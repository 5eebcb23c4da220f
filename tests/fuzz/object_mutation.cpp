#include <hdf5.h>

#include <array>
#include <vector>

#include "fuzz/mutations.h"
#include "results/hdf5_handle.h"

namespace scalemark::fuzz {
namespace {

using results::Handle;

herr_t collect(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

std::vector<std::string> all_links(hid_t file) {
  std::vector<std::string> names;
  H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &names);
  return names;
}

Handle some_type(Random& random) {
  constexpr std::size_t kKinds = 6;
  switch (below(random, kKinds)) {
    case 0:
      return Handle(H5Tcopy(H5T_NATIVE_DOUBLE));
    case 1:
      return Handle(H5Tcopy(H5T_NATIVE_INT8));
    case 2:
      return Handle(H5Tcopy(H5T_IEEE_F32BE));
    case 3: {
      Handle text(H5Tcopy(H5T_C_S1));
      H5Tset_size(text.get(), below(random, 2) == 0 ? H5T_VARIABLE : std::size_t{1} << below(random, 16));
      return text;
    }
    case 4: {
      Handle table(H5Tcreate(H5T_COMPOUND, 16));
      H5Tinsert(table.get(), "case", 0, H5T_NATIVE_DOUBLE);
      H5Tinsert(table.get(), "ranks", 8, H5T_NATIVE_INT64);
      return table;
    }
    default:
      return Handle(H5Tvlen_create(H5T_NATIVE_DOUBLE));
  }
}

/// Up to five dimensions, most of them small, some absurd.
Handle some_space(Random& random) {
  std::vector<hsize_t> shape(below(random, 6));
  for (hsize_t& size : shape) {
    size = below(random, 4) == 0 ? hsize_t{1} << below(random, 40) : below(random, 5);
  }
  return Handle(shape.empty() ? H5Screate(H5S_SCALAR)
                              : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
}

/// Chunked, so that a huge shape costs the file nothing; at times of data in another file.
Handle some_storage(const Handle& space, Random& random) {
  Handle storage(H5Pcreate(H5P_DATASET_CREATE));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  const std::vector<hsize_t> chunk(static_cast<std::size_t>(rank > 0 ? rank : 0), 1 + below(random, 3));
  if (!chunk.empty() && below(random, 4) > 0) {
    H5Pset_chunk(storage.get(), rank, chunk.data());
    if (below(random, 3) == 0) H5Pset_deflate(storage.get(), 9);
  } else if (below(random, 2) == 0) {
    H5Pset_external(storage.get(), "/dev/zero", 0, H5F_UNLIMITED);
  }
  return storage;
}

void put_dataset(hid_t file, const std::string& name, Random& random) {
  const Handle type = some_type(random);
  const Handle space = some_space(random);
  const Handle storage = some_storage(space, random);
  const Handle dataset(
      H5Dcreate2(file, name.c_str(), type.get(), space.get(), H5P_DEFAULT, storage.get(), H5P_DEFAULT));
}

void put_link(hid_t file, const std::string& name, const std::string& target, Random& random) {
  switch (below(random, 3)) {
    case 0:
      H5Lcreate_external("/dev/zero", "/x", file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
      break;
    case 1:
      H5Lcreate_soft(("/" + target).c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
      break;
    default:
      // A second name of a group; of one above it, a circle.
      H5Lcreate_hard(file, target.c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
  }
}

void change_attribute(hid_t file, const std::string& name, Random& random) {
  constexpr std::array kNames = {"schema", "images", "status", "planned_repetitions", "interruptions", "title", "x"};
  const char* const attribute = kNames[below(random, kNames.size())];
  const Handle object(below(random, 3) == 0 ? H5Oopen(file, "/", H5P_DEFAULT)
                                            : H5Oopen(file, name.c_str(), H5P_DEFAULT));
  if (H5Aexists(object.get(), attribute) > 0) H5Adelete(object.get(), attribute);
  const Handle type = some_type(random);
  const Handle space(below(random, 2) == 0 ? H5Screate(H5S_SCALAR) : H5Screate(H5S_NULL));
  const Handle made(H5Acreate2(object.get(), attribute, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
}

void mutate_once(hid_t file, Random& random) {
  const std::vector<std::string> names = all_links(file);
  if (names.empty()) return;
  const std::string& name = names[below(random, names.size())];
  const std::string& other = names[below(random, names.size())];
  const std::size_t action = below(random, 6);
  if (action == 0) return change_attribute(file, name, random);
  if (action == 1) return put_link(file, name + "/new", other, random);
  if (action == 2) {
    H5Lmove(file, name.c_str(), file, (other + "-moved").c_str(), H5P_DEFAULT, H5P_DEFAULT);
    return;
  }
  H5Ldelete(file, name.c_str(), H5P_DEFAULT);
  if (action == 3) put_link(file, name, other, random);
  if (action >= 4) put_dataset(file, name, random);
}

}  // namespace

void mutate_objects(const std::filesystem::path& path, Random& random) {
  results::silence_hdf5();
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  for (std::size_t left = 1 + below(random, 3); left > 0 && file; --left) mutate_once(file.get(), random);
}

}  // namespace scalemark::fuzz

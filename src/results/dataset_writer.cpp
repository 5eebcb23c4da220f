#include "results/attributes.h"
#include "results/datasets.h"

namespace scalemark::results {
namespace {

/// The library's limit for data kept in an object's header is just under 64 KiB.
constexpr std::size_t kMostHeaderBytes = 60'000;

/// What a value of the type takes in a file. In memory a text is a pointer, here its length and its place: 4 and 12
/// bytes.
std::size_t type_bytes(hid_t type, ObjectName what) {
  constexpr std::size_t kStoredText = 16;
  if (H5Tget_class(type) == H5T_STRING) return H5Tis_variable_str(type) > 0 ? kStoredText : H5Tget_size(type);
  std::size_t bytes = H5Tget_size(type);
  if (H5Tget_class(type) != H5T_COMPOUND) return bytes;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    const Handle member = take(H5Tget_member_type(type, static_cast<unsigned>(i)), "read the type of", what);
    bytes += type_bytes(member.get(), what) - H5Tget_size(member.get());
  }
  return bytes;
}

/// Data that fit go into the object's header, which has a checksum; larger ones get a checksum of their own, which the
/// library offers for numbers only.
void choose_storage(const Handle& creation, const Shape& shape, hid_t type, ObjectName what) {
  if (element_count(shape) * type_bytes(type, what) <= kMostHeaderBytes) {
    checked(H5Pset_layout(creation.get(), H5D_COMPACT), "set the layout of", what);
  } else if (H5Tdetect_class(type, H5T_STRING) <= 0) {
    checked(H5Pset_chunk(creation.get(), static_cast<int>(shape.size()), shape.data()), "set the chunk of", what);
    checked(H5Pset_fletcher32(creation.get()), "set the checksum of", what);
  }
}

}  // namespace

Handle create_group(const Handle& parent, const std::string& name) {
  const ObjectName what{parent.get(), name};
  const Handle creation = take(H5Pcreate(H5P_GROUP_CREATE), "make the properties of", what);
  // A case's parameters keep the order of its config.
  checked(H5Pset_attr_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "set the properties of", what);
  return take(H5Gcreate2(parent.get(), name.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), "create group", what);
}

Handle write_dataset(const Handle& parent, const std::string& name, const Shape& shape, hid_t file_type,
                     hid_t memory_type, const void* data) {
  const ObjectName what{parent.get(), name};
  const Handle space = take(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), "shape", what);
  const Handle creation = take(H5Pcreate(H5P_DATASET_CREATE), "make the properties of", what);
  choose_storage(creation, shape, file_type, what);
  Handle dataset =
      take(H5Dcreate2(parent.get(), name.c_str(), file_type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
           "create data set", what);
  if (element_count(shape) > 0)
    checked(H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write data set", what);
  return dataset;
}

Handle write_texts(const Handle& parent, const std::string& name, std::span<const std::string> texts) {
  std::vector<const char*> characters;
  characters.reserve(texts.size());
  for (const std::string& text : texts) characters.push_back(text.c_str());
  const Handle type = text_type();
  return write_dataset(parent, name, {texts.size()}, type.get(), type.get(),
                       static_cast<const void*>(characters.data()));
}

}  // namespace scalemark::results

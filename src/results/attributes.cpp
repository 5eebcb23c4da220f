#include "results/attributes.h"

namespace scalemark::results {
namespace {

/// A value as the library takes it.
struct StoredValue {
  Handle type;
  const void* data;
};

void write_values(const Handle& object, const std::string& name, const Handle& space, const StoredValue& value) {
  const ObjectName what{object.get(), name};
  const Handle attribute =
      take(H5Acreate2(object.get(), name.c_str(), value.type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
           "create attribute", what);
  checked(H5Awrite(attribute.get(), value.type.get(), value.data), "write attribute", what);
}

void write_scalar(const Handle& object, const std::string& name, const StoredValue& value) {
  const Handle space = take(H5Screate(H5S_SCALAR), "make the data space of", {object.get(), name});
  write_values(object, name, space, value);
}

Handle copy_type(hid_t type) { return take(H5Tcopy(type), "copy", {-1, "type"}); }

bool is_boolean(const Handle& type) {
  const Handle boolean = boolean_type();
  return H5Tequal(type.get(), boolean.get()) > 0;
}

std::string read_text(const Handle& attribute, const Handle& type, ObjectName what) {
  if (H5Tis_variable_str(type.get()) <= 0) refuse(what, "is not a variable-length string");
  // The library does not convert between character sets, and ASCII is UTF-8: read the string as it is stored.
  char* text = nullptr;
  checked(H5Aread(attribute.get(), type.get(), static_cast<void*>(&text)), "read attribute", what);
  std::string result = text == nullptr ? "" : text;
  H5free_memory(text);
  return result;
}

template <class Value>
Value read_number(const Handle& attribute, hid_t type, ObjectName what) {
  Value value{};
  checked(H5Aread(attribute.get(), type, &value), "read attribute", what);
  return value;
}

ParameterValue read_value(const Handle& object, const std::string& name) {
  const ObjectName what{object.get(), name};
  const Handle attribute = take(H5Aopen(object.get(), name.c_str(), H5P_DEFAULT), "open attribute", what);
  const Handle space = take(H5Aget_space(attribute.get()), "read the data space of", what);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) refuse(what, "is not a scalar");
  const Handle type = take(H5Aget_type(attribute.get()), "read the type of", what);
  switch (H5Tget_class(type.get())) {
    case H5T_STRING:
      return read_text(attribute, type, what);
    case H5T_INTEGER:
      return read_number<std::int64_t>(attribute, H5T_NATIVE_INT64, what);
    case H5T_FLOAT:
      return read_number<double>(attribute, H5T_NATIVE_DOUBLE, what);
    case H5T_ENUM:
      if (is_boolean(type)) return read_number<std::int8_t>(attribute, type.get(), what) != 0;
      [[fallthrough]];
    default:
      refuse(what, "is not a bool, an integer, a real or a string");
  }
}

/// No exception may cross the library, which is C.
herr_t collect_name(hid_t, const char* name, const H5A_info_t*, void* names) noexcept {
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
  } catch (...) {
    return -1;
  }
}

std::vector<std::string> attribute_names(const Handle& object) {
  const ObjectName what{object.get()};
  const Handle creation = take(H5Gget_create_plist(object.get()), "read the properties of", what);
  unsigned order = 0;
  checked(H5Pget_attr_creation_order(creation.get(), &order), "read the properties of", what);
  const H5_index_t index = (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
  std::vector<std::string> names;
  hsize_t position = 0;
  checked(H5Aiterate2(object.get(), index, H5_ITER_INC, &position, collect_name, &names), "list the attributes of",
          what);
  return names;
}

/// The attribute's value; `if_absent` where there is none.
template <typename Value>
Value read_as(const Handle& object, const std::string& name, const char* complaint, Value if_absent) {
  const ObjectName what{object.get(), name};
  if (checked(H5Aexists(object.get(), name.c_str()), "look for attribute", what) == 0) return if_absent;
  const ParameterValue value = read_value(object, name);
  const auto* const found = std::get_if<Value>(&value);
  if (found == nullptr) refuse(what, complaint);
  return *found;
}

}  // namespace

Handle text_type() {
  Handle type = copy_type(H5T_C_S1);
  checked(H5Tset_size(type.get(), H5T_VARIABLE), "make", {-1, "string type"});
  checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make", {-1, "string type"});
  return type;
}

Handle boolean_type() {
  Handle type = take(H5Tenum_create(H5T_NATIVE_INT8), "make", {-1, "boolean type"});
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}})
    checked(H5Tenum_insert(type.get(), value == 0 ? "FALSE" : "TRUE", &value), "make", {-1, "boolean type"});
  return type;
}

void write_attribute(const Handle& object, const std::string& name, const ParameterValue& value) {
  const ObjectName what{object.get(), name};
  if (checked(H5Aexists(object.get(), name.c_str()), "look for attribute", what) > 0)
    checked(H5Adelete(object.get(), name.c_str()), "delete attribute", what);
  if (const auto* const text = std::get_if<std::string>(&value)) {
    const char* const characters = text->c_str();
    write_scalar(object, name, {text_type(), static_cast<const void*>(&characters)});
  } else if (const auto* const boolean = std::get_if<bool>(&value)) {
    const std::int8_t byte = *boolean ? 1 : 0;
    write_scalar(object, name, {boolean_type(), &byte});
  } else if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
    write_scalar(object, name, {copy_type(H5T_NATIVE_INT64), integer});
  } else {
    write_scalar(object, name, {copy_type(H5T_NATIVE_DOUBLE), &std::get<double>(value)});
  }
}

void write_attribute(const Handle& object, const std::string& name, std::span<const std::string> texts) {
  const ObjectName what{object.get(), name};
  std::vector<const char*> characters;
  for (const std::string& text : texts) characters.push_back(text.c_str());
  const hsize_t size = characters.size();
  const Handle space = take(H5Screate_simple(1, &size, nullptr), "make the data space of", what);
  write_values(object, name, space, {text_type(), static_cast<const void*>(characters.data())});
}

std::vector<std::pair<std::string, ParameterValue>> read_attributes(const Handle& object) {
  std::vector<std::pair<std::string, ParameterValue>> attributes;
  for (std::string& name : attribute_names(object)) {
    ParameterValue value = read_value(object, name);
    attributes.emplace_back(std::move(name), std::move(value));
  }
  return attributes;
}

std::int64_t read_integer_attribute(const Handle& object, const std::string& name, std::int64_t if_absent) {
  return read_as(object, name, "is not an integer", if_absent);
}

double read_real_attribute(const Handle& object, const std::string& name, double if_absent) {
  return read_as(object, name, "is not a real", if_absent);
}

std::string read_text_attribute(const Handle& object, const std::string& name, const std::string& if_absent) {
  return read_as(object, name, "is not a string", if_absent);
}

std::string read_text_attribute(const Handle& object, const std::string& name) {
  const ObjectName what{object.get(), name};
  if (checked(H5Aexists(object.get(), name.c_str()), "look for attribute", what) == 0) refuse(what, "is missing");
  const ParameterValue value = read_value(object, name);
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) refuse(what, "is not a string");
  return *text;
}

}  // namespace scalemark::results

#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace scalemark::results {

/// A call of the HDF5 library failed, or an object is not what the schema says. The message names the object.
class Hdf5Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Owns an HDF5 identifier of any kind (file, group, data set, data space, type, property list).
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, kNone)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle();

  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

 private:
  static constexpr hid_t kNone = -1;
  hid_t id_ = kNone;
};

/// What a message is about: `name` below `location`, or `location` itself where the name is empty.
struct ObjectName {
  hid_t location = -1;
  std::string_view name = {};
};

/// Throws "cannot <action> '<path>': <the library's innermost reason>" from the library's error stack.
[[noreturn]] void throw_hdf5_error(const char* action, ObjectName object);

/// Throws "'<path>' <complaint>", for an object that the library can read but the schema refuses.
[[noreturn]] void refuse(ObjectName object, std::string_view complaint);

/// Takes the identifier that a call returned. @throws Hdf5Error where the call failed.
inline Handle take(hid_t id, const char* action, ObjectName object) {
  if (id < 0) throw_hdf5_error(action, object);
  return Handle(id);
}

/// Passes on the result of a call, which is negative where it failed. @throws Hdf5Error then.
template <class Result>
Result checked(Result result, const char* action, ObjectName object) {
  if (result < 0) throw_hdf5_error(action, object);
  return result;
}

/// Keeps the library from printing to stderr: its reasons are part of our messages.
void silence_hdf5();

}  // namespace scalemark::results

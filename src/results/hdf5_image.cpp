#include "results/hdf5_image.h"

#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <string>

#include "results/superblock.h"

namespace scalemark::results {
namespace {

constexpr std::size_t kGrowthBytes = 1 << 20;

/// The library takes two images of one name for one file, and looks on the disk for one that it is to create: so the
/// names differ, and lie where no file can be.
std::string unique_name() {
  static std::atomic<unsigned> count{0};
  return fmt::format("/dev/null/image-{}", count++);
}

Handle access_in_memory() {
  silence_hdf5();
  Handle access = take(H5Pcreate(H5P_FILE_ACCESS), "make", {-1, "file access list"});
  checked(H5Pset_fapl_core(access.get(), kGrowthBytes, /*backing_store=*/0), "select", {-1, "core driver"});
  // The 1.8 format has checksums of its metadata, where the oldest one would read damage as data, and every reader of
  // today knows it.
  checked(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18), "select", {-1, "file format"});
  return access;
}

// The library copies an image twice, which it reads and never changes: these let it have the caller's own bytes. It
// asks for no other size, and realloc is of files that are written.
void* take_callers_bytes(size_t /*size*/, H5FD_file_image_op_t /*operation*/, void* bytes) { return bytes; }
void* leave_where_they_are(void* to, const void* from, size_t size, H5FD_file_image_op_t /*operation*/,
                           void* /*bytes*/) {
  if (to != from) std::memcpy(to, from, size);
  return to;
}
void* refuse_growth(void* /*old*/, size_t /*size*/, H5FD_file_image_op_t /*operation*/, void* /*bytes*/) {
  return nullptr;
}
herr_t leave_to_caller(void* /*image*/, H5FD_file_image_op_t /*operation*/, void* /*bytes*/) { return 0; }
void* same_bytes(void* bytes) { return bytes; }
herr_t keep_bytes(void* /*bytes*/) { return 0; }

}  // namespace

Handle create_image() {
  const Handle access = access_in_memory();
  const std::string name = unique_name();
  return take(H5Fcreate(name.c_str(), H5F_ACC_EXCL, H5P_DEFAULT, access.get()), "create", {-1, name});
}

Handle open_image(std::span<std::byte> bytes) {
  const Handle access = access_in_memory();
  H5FD_file_image_callbacks_t in_place{take_callers_bytes, leave_where_they_are, refuse_growth, leave_to_caller,
                                       same_bytes,         keep_bytes,           bytes.data()};
  checked(H5Pset_file_image_callbacks(access.get(), &in_place), "take", {-1, "file image"});
  checked(H5Pset_file_image(access.get(), bytes.data(), bytes.size()), "take", {-1, "file image"});
  return take(H5Fopen(unique_name().c_str(), H5F_ACC_RDONLY, access.get()), "open", {-1, "/"});
}

std::size_t image_size(const Handle& file) {
  checked(H5Fflush(file.get(), H5F_SCOPE_LOCAL), "flush", {file.get()});
  return static_cast<std::size_t>(checked(H5Fget_file_image(file.get(), nullptr, 0), "measure", {file.get()}));
}

std::vector<std::byte> image_bytes(const Handle& file) {
  std::vector<std::byte> bytes(image_size(file));
  checked(H5Fget_file_image(file.get(), bytes.data(), bytes.size()), "copy", {file.get()});
  renew_superblock_checksum(bytes);
  return bytes;
}

}  // namespace scalemark::results

#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <fstream>
#include <functional>

#include "core/error.h"
#include "results/hdf5_handle.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

constexpr const char* kSteps = "/cases/a/full/step_seconds";
constexpr const char* kTable = "/tables/cases";

/// What the reader says of a valid file after `change` has been at it with the HDF5 library.
std::string complaint_after(const std::function<void(hid_t)>& change) {
  const std::string path = testing::fresh_path("results.h5");
  {
    ResultStore store = ResultStore::create(path, testing::sample_header());
    store.put_case(testing::full_case("a"));
    store.commit();
  }
  {
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    EXPECT_TRUE(bool(file));
    change(file.get());
  }
  try {
    read_results(path);
  } catch (const InputError& error) {
    return std::string(error.what()).substr(path.size() + 2);
  }
  return "read";
}

void remove(hid_t file, const char* name) { EXPECT_GE(H5Ldelete(file, name, H5P_DEFAULT), 0); }

void put_dataset(hid_t file, const char* name, hid_t type, std::vector<hsize_t> shape, hid_t creation = H5P_DEFAULT) {
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
  const Handle dataset(H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT));
  EXPECT_TRUE(bool(dataset)) << name;
}

void put_text(hid_t object, const char* name, const char* text) {
  if (H5Aexists(object, name) > 0) H5Adelete(object, name);
  const Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle attribute(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_GE(H5Awrite(attribute.get(), type.get(), static_cast<const void*>(&text)), 0);
}

TEST(HostileObjects, AFileThatIsLeftAloneIsRead) {
  EXPECT_EQ(complaint_after([](hid_t) {}), "read");
}

TEST(HostileObjects, AnotherSchema) {
  EXPECT_EQ(complaint_after([](hid_t file) { put_text(file, "schema", "scalemark/2"); }),
            "is of schema 'scalemark/2'; this version of Scalemark reads scalemark/1");
  EXPECT_EQ(complaint_after([](hid_t file) { H5Adelete(file, "schema"); }), "'/schema' is missing");
}

TEST(HostileObjects, LinksToElsewhere) {
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, "/cases/a");
              H5Lcreate_external("/etc/passwd", "/x", file, "/cases/a", H5P_DEFAULT, H5P_DEFAULT);
            }),
            "'/cases/a' is a link to another place or file, which a result file never has");
  EXPECT_EQ(complaint_after([](hid_t file) {
              H5Lcreate_external("other.h5", "/x", file, "/cases/a/new_arm", H5P_DEFAULT, H5P_DEFAULT);
            }),
            "'/cases/a/new_arm' is a link to another place or file, which a result file never has");
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kSteps);
              H5Lcreate_soft("/cases/a/no_sync/step_seconds", file, kSteps, H5P_DEFAULT, H5P_DEFAULT);
            }),
            "'/cases/a/full/step_seconds' is a link to another place or file, which a result file never has");
}

TEST(HostileObjects, DataOfOtherFiles) {
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kSteps);
              const Handle creation(H5Pcreate(H5P_DATASET_CREATE));
              H5Pset_external(creation.get(), "/etc/passwd", 0, H5F_UNLIMITED);
              put_dataset(file, kSteps, H5T_NATIVE_DOUBLE, {1, 1, 1}, creation.get());
            }),
            "'/cases/a/full/step_seconds' has its data in another file");
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kSteps);
              const Handle creation(H5Pcreate(H5P_DATASET_CREATE));
              const std::array<hsize_t, 3> shape = {1, 1, 1};
              const Handle space(H5Screate_simple(3, shape.data(), nullptr));
              H5Pset_virtual(creation.get(), space.get(), "/etc/passwd", "x", space.get());
              put_dataset(file, kSteps, H5T_NATIVE_DOUBLE, {1, 1, 1}, creation.get());
            }),
            "'/cases/a/full/step_seconds' is a virtual data set, whose data are elsewhere");
}

TEST(HostileObjects, AbsurdShapes) {
  constexpr hsize_t kHuge = hsize_t{1} << 40;
  for (const std::vector<hsize_t>& shape :
       {std::vector<hsize_t>{kHuge, 1, 1}, {kHuge, kHuge, kHuge}, {hsize_t{1} << 32, hsize_t{1} << 31, 2}}) {
    const std::string message = complaint_after([&](hid_t file) {
      remove(file, kSteps);
      const Handle creation(H5Pcreate(H5P_DATASET_CREATE));
      const std::array<hsize_t, 3> chunk = {1, 1, 1};
      H5Pset_chunk(creation.get(), 3, chunk.data());
      put_dataset(file, kSteps, H5T_NATIVE_DOUBLE, shape, creation.get());
    });
    EXPECT_EQ(message, "'/cases/a/full/step_seconds' claims more elements than the file holds");
  }
  EXPECT_EQ(complaint_after([&](hid_t file) {
              remove(file, kSteps);
              put_dataset(file, kSteps, H5T_NATIVE_DOUBLE, {0, kHuge, kHuge});
            }),
            "'/cases/a/full/step_seconds' has an absurd shape");
}

// Rows that no reader could read: they are counted before.
void put_many_rows(hid_t file, hsize_t count) {
  remove(file, kTable);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY);  // the file holds them all
  put_dataset(file, kTable, H5T_NATIVE_INT8, {count}, creation.get());
}

void put_probe(hid_t file, const char* name) {
  const Handle group(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  put_text(group.get(), "probe_of", "a");
}

TEST(HostileObjects, TooManyCasesAreCountedBeforeTheyAreRead) {
  EXPECT_EQ(complaint_after([](hid_t file) { put_many_rows(file, 10'001); }),
            "holds 10001 cases, where 10000 are the most");
  const std::string counted = complaint_after([](hid_t file) {
    put_many_rows(file, 10'002);
    put_probe(file, "/cases/p");
  });
  EXPECT_EQ(counted, "holds 10001 cases, where 10000 are the most");
  const std::string read = complaint_after([](hid_t file) {
    put_many_rows(file, 10'002);
    put_probe(file, "/cases/p");
    put_probe(file, "/cases/q");
    H5Lcreate_external("/etc/passwd", "/x", file, "/cases/r", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_EQ(read, complaint_after([](hid_t file) { put_many_rows(file, 10'000); })) << "the table itself is refused";
}

/// Where a data set's bytes lie in the file.
haddr_t put_texts(hid_t file, const char* name, const std::vector<const char*>& texts) {
  const Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  const std::array<hsize_t, 1> shape = {texts.size()};
  const Handle space(H5Screate_simple(1, shape.data(), nullptr));
  const Handle dataset(H5Dcreate2(file, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_GE(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<const void*>(texts.data())),
            0);
  return H5Dget_offset(dataset.get());
}

// Six hundred texts of 1 MiB in a file of 1 MiB: they all refer to one place.
TEST(HostileObjects, TextsThatShareOnePlace) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer's memory is not limited";
#endif
  const std::string path = testing::fresh_path("results.h5");
  { ResultStore::create(path, testing::sample_header()); }
  const std::string text(1 << 20, 'x');
  std::vector<const char*> texts(600, "");
  texts[0] = text.c_str();
  haddr_t offset = 0;
  {
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    remove(file.get(), "/provenance/hosts");
    offset = put_texts(file.get(), "/provenance/hosts", texts);
  }
  std::array<char, 16> reference{};
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reference.data(), reference.size());
  file.seekp(static_cast<std::streamoff>(offset));
  for (std::size_t i = 0; i < texts.size(); ++i) file.write(reference.data(), reference.size());
  file.close();
  try {
    read_results(path);
    FAIL() << "600 MiB of text were read out of 1 MiB";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("memory"), std::string::npos) << error.what();
  }
}

TEST(HostileObjects, AnotherRankTypeOrKind) {
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kSteps);
              put_dataset(file, kSteps, H5T_NATIVE_DOUBLE, {0});
            }),
            "'/cases/a/full/step_seconds' has another number of dimensions than the schema");
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kSteps);
              put_dataset(file, kSteps, H5T_NATIVE_INT, {0, 1, 1});
            }),
            "'/cases/a/full/step_seconds' does not hold reals");
  EXPECT_EQ(complaint_after([](hid_t file) {
              remove(file, kTable);
              put_dataset(file, kTable, H5T_NATIVE_INT, {0});
            }),
            "'/tables/cases' is not a table");
  EXPECT_NE(complaint_after([](hid_t file) {
              remove(file, "/tables");
              put_dataset(file, "/tables", H5T_NATIVE_INT, {0});
            }),
            "read");
}

TEST(HostileObjects, ATableWithoutAColumn) {
  const std::string message = complaint_after([](hid_t file) {
    remove(file, kTable);
    const Handle type(H5Tcreate(H5T_COMPOUND, 4));
    H5Tinsert(type.get(), "ranks", 0, H5T_NATIVE_INT);
    put_dataset(file, kTable, type.get(), {0});
  });
  EXPECT_EQ(message, "'/tables/cases' has no column 'case'");
}

TEST(HostileObjects, AMissingPart) {
  EXPECT_EQ(complaint_after([](hid_t file) { remove(file, "/cases/a"); }), "'/cases/a' is missing");
  EXPECT_EQ(complaint_after([](hid_t file) { remove(file, "/provenance/hosts"); }), "'/provenance/hosts' is missing");
}

TEST(HostileObjects, AttributesOfAnotherKind) {
  const auto on_case = [](const std::function<void(hid_t)>& change) {
    return complaint_after([&](hid_t file) {
      const Handle group(H5Gopen2(file, "/cases/a", H5P_DEFAULT));
      change(group.get());
    });
  };
  EXPECT_EQ(on_case([](hid_t group) { put_text(group, "images", "many"); }), "'/cases/a/images' is not an integer");
  EXPECT_EQ(on_case([](hid_t group) {
              const std::array<hsize_t, 1> shape = {1000};
              const Handle space(H5Screate_simple(1, shape.data(), nullptr));
              const Handle attribute(H5Acreate2(group, "list", H5T_NATIVE_INT, space.get(), H5P_DEFAULT, H5P_DEFAULT));
            }),
            "'/cases/a/list' is not a scalar");
}

TEST(HostileObjects, SeriesThatDoNotFitTogether) {
  const std::string message = complaint_after([](hid_t file) { remove(file, "/cases/a/phases/phase"); });
  EXPECT_EQ(message, "case 'a': phase_seconds and phase_names differ in length");
}

}  // namespace
}  // namespace scalemark::results

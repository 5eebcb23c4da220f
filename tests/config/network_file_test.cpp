#include "config/network_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "temporary_folder.h"

namespace scalemark::config {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGood =
    "name: hdr100\n"
    "ranks_per_node: 4\n"
    "intra_node: {latency: 3us, bandwidth: 40GB/s}\n"
    "inter_node: {latency: 5us, bandwidth: 100Gbit/s}\n";

std::string fault_of(const std::string& text) {
  const TemporaryFolder folder;
  try {
    load_network(folder.write("n.yaml", text));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(NetworkFile, ReadsLatenciesAndBandwidths) {
  const TemporaryFolder folder;
  const NetworkFile network = load_network(folder.write("n.yaml", kGood));
  EXPECT_EQ(network.name, "hdr100");
  EXPECT_EQ(network.ranks_per_node, 4);
  EXPECT_DOUBLE_EQ(network.intra_node.latency_seconds, 3e-6);
  EXPECT_DOUBLE_EQ(network.intra_node.bytes_per_second, 40e9);
  EXPECT_DOUBLE_EQ(network.inter_node.bytes_per_second, 12.5e9);
}

TEST(NetworkFile, NamesEveryFaultWithItsPlace) {
  const std::string message = fault_of(
      "name: x\nranks_per_node: 0\nintra_node: {latency: 3us, bandwith: 40GB/s}\ninter_node: {latency: 5us, bandwidth: "
      "100}\n");
  EXPECT_THAT(message, HasSubstr("n.yaml:2:17: ranks_per_node: "));
  EXPECT_THAT(message, HasSubstr("n.yaml:3:28: intra_node.bandwith: unknown key; did you mean intra_node.bandwidth?"));
  EXPECT_THAT(message, HasSubstr("intra_node.bandwidth: is missing; allowed: a bandwidth such as 25GB/s"));
  EXPECT_THAT(message, HasSubstr("n.yaml:4:39: inter_node.bandwidth: 100 is not a bandwidth"));
}

TEST(NetworkFile, RefusesAListAndARepeatedKey) {
  EXPECT_THAT(fault_of("- 1\n"), HasSubstr("name: is missing"));
  EXPECT_THAT(fault_of(std::string(kGood) + "name: other\n"), HasSubstr("is given twice"));
}

}  // namespace
}  // namespace scalemark::config

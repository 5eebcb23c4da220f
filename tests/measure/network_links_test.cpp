#include "measure/network_links.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "temporary_folder.h"

namespace scalemark::measure {
namespace {

class NetworkLinksTest : public ::testing::Test {
 protected:
  void port(const std::string& adapter, const std::string& state, const std::string& rate) {
    const auto folder = std::filesystem::path("class/infiniband") / adapter / "ports/1";
    put(folder / "state", state);
    put(folder / "rate", rate);
  }
  void interface(const std::string& name, const std::string& speed, bool is_hardware = true) {
    const auto folder = std::filesystem::path("class/net") / name;
    put(folder / "speed", speed);
    put(folder / "operstate", "up");
    if (is_hardware) put(folder / "device/vendor", "0x15b3");
  }
  std::optional<NetworkLinks> links(const std::map<std::string, std::string>& variables = {}) const {
    return network_links(system_.path(), [variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
  }

 private:
  void put(const std::filesystem::path& file, const std::string& line) {
    std::filesystem::create_directories((system_.path() / file).parent_path());
    std::ofstream(system_.path() / file) << line << '\n';
  }
  TemporaryFolder system_;
};

TEST_F(NetworkLinksTest, AreAllInfinibandPortsThatAreUp) {
  port("mlx5_0", "4: ACTIVE", "100 Gb/sec (4X EDR)");
  port("mlx5_1", "1: DOWN", "100 Gb/sec (4X EDR)");
  port("mlx5_2", "4: ACTIVE", "100 Gb/sec (4X EDR)");
  interface("eth0", "10000");
  ASSERT_TRUE(links().has_value());
  EXPECT_DOUBLE_EQ(links()->bytes_per_second, 24e9);
  EXPECT_EQ(links()->name, "InfiniBand of 2 x 100 Gbit/s");
  EXPECT_EQ(links({{"NCCL_IB_DISABLE", "1"}})->name, "Ethernet of 10 Gbit/s");
}

TEST_F(NetworkLinksTest, AreTheFastestInterfaceElse) {
  interface("eth0", "1000");
  interface("eth1", "25000");
  interface("eth2", "-1");
  interface("docker0", "100000", /*is_hardware=*/false);
  EXPECT_DOUBLE_EQ(links()->bytes_per_second, 3e9);
  EXPECT_EQ(links()->name, "Ethernet of 25 Gbit/s");
}

TEST_F(NetworkLinksTest, AreUnknownWhereTheEnvironmentChoosesOrThereIsNone) {
  EXPECT_FALSE(links().has_value());
  interface("eth0", "-1");
  EXPECT_FALSE(links().has_value()) << "a virtual machine's adapter knows no speed";
  interface("eth1", "25000");
  EXPECT_FALSE(links({{"NCCL_SOCKET_IFNAME", "eth0"}}).has_value());
  EXPECT_FALSE(links({{"NCCL_IB_HCA", "mlx5_0"}}).has_value());
}

}  // namespace
}  // namespace scalemark::measure

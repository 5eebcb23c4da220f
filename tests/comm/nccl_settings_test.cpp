#include "comm/nccl_settings.h"

#include <gtest/gtest.h>

namespace scalemark::comm {
namespace {

using Variables = EnvironmentChange::Variables;

TEST(NcclSettings, SayNothingByDefault) {
  EXPECT_TRUE(environment_of(NcclSettings{}).empty());
  EXPECT_TRUE(environment_of(NcclSettings{.max_ctas = 4}).empty()) << "it is in NCCL's config";
}

// In the grammar that NCCL's guide gives for the two variables: what all collectives may use, then what one may.
TEST(NcclSettings, AreOfAllReducesAlone) {
  EXPECT_EQ(environment_of(NcclSettings{.algorithm = "tree"}),
            (Variables{{"NCCL_ALGO", "ring,tree,collnetdirect,collnetchain,nvls,nvlstree,pat;allreduce:tree"}}));
  EXPECT_EQ(environment_of(NcclSettings{.protocol = "ll128"}), (Variables{{"NCCL_PROTO", "allreduce:ll128"}}));
  EXPECT_EQ(environment_of(NcclSettings{.algorithm = "ring", .protocol = "ll"}).size(), 2u);
}

}  // namespace
}  // namespace scalemark::comm

#include <gtest/gtest.h>

#include "comm/control_group.h"

// Every rank runs every test; a failure on any rank is that rank's exit code, which mpirun hands on.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  scalemark::comm::MpiSession mpi;
  return RUN_ALL_TESTS();
}

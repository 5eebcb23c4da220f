#include <gtest/gtest.h>

#include "monitor/control_group.h"
#include "mpi/mpi_session.h"

// Every rank runs every test; a failure on any rank is that rank's exit code, which mpirun hands on.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  scalemark::mpi::MpiSession mpi;
  return RUN_ALL_TESTS();
}

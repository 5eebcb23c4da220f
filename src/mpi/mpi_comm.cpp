#include "mpi/mpi_comm.h"

#include "mpi/mpi_check.h"
#include "mpi/mpi_wait.h"

namespace scalemark::mpi {

MpiComm MpiComm::duplicate(MPI_Comm comm) {
  MPI_Comm copy = MPI_COMM_NULL;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Comm_idup(comm, &copy, &request));
  wait_asleep(request);
  return MpiComm(copy);
}

MpiComm::~MpiComm() {
  if (handle_ == MPI_COMM_NULL) return;
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(&handle_);
}

int MpiComm::rank() const {
  int rank = 0;
  MPI_CHECK(MPI_Comm_rank(handle_, &rank));
  return rank;
}

int MpiComm::size() const {
  int size = 0;
  MPI_CHECK(MPI_Comm_size(handle_, &size));
  return size;
}

// The splits have no non-blocking form: the barrier in front takes the wait for late ranks asleep.
MpiComm MpiComm::split_first(int size) const {
  barrier();
  MPI_Comm part = MPI_COMM_NULL;
  MPI_CHECK(MPI_Comm_split(handle_, rank() < size ? 0 : 1, rank(), &part));
  return MpiComm(part);
}

MpiComm MpiComm::split_by_host() const {
  barrier();
  MPI_Comm part = MPI_COMM_NULL;
  MPI_CHECK(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank(), MPI_INFO_NULL, &part));
  return MpiComm(part);
}

void MpiComm::barrier() const {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Ibarrier(handle_, &request));
  wait_asleep(request);
}

}  // namespace scalemark::mpi

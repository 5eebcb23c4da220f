#include "mpi/mpi_session.h"

#include <mpi.h>

#include <array>
#include <exception>

#include "core/error.h"
#include "mpi/mpi_check.h"

namespace scalemark::mpi {

MpiSession::MpiSession() {
  int provided = MPI_THREAD_SINGLE;
  MPI_CHECK(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided));
  MPI_CHECK(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
  MPI_CHECK(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
  if (provided < MPI_THREAD_MULTIPLE) {
    MPI_Finalize();
    throw LaunchError("this MPI library (" + library_version() +
                      ") does not support MPI_THREAD_MULTIPLE, which gradient reduction behind backward needs: "
                      "use one that was built with threads");
  }
}

MpiSession::~MpiSession() {
  // MPI_Finalize waits for every rank, and the others may be waiting for this one: main ends the job by abort().
  if (std::uncaught_exceptions() > 0) return;
  MPI_Finalize();
}

std::string MpiSession::library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_CHECK(MPI_Get_library_version(text.data(), &length));
  const std::string version(text.data(), static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\r\n"));
}

}  // namespace scalemark::mpi

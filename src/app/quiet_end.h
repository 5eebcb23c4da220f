#pragma once

#include "core/error.h"

namespace scalemark::app {

/// Ends the job with `exit_code` on every rank, without the lines that Open MPI's mpirun prints below the message of a
/// program that ends with another code than 0. Rank 0 has mpirun end the ranks; the others wait for that. Returns where
/// another launcher started them, or none.
/// @param rank  of this process; every rank calls it, once its files are closed and its message is said.
void end_quietly(int rank, ExitCode exit_code);

}  // namespace scalemark::app

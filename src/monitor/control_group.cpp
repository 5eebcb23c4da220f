#include "monitor/control_group.h"

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_comm.h"
#include "mpi/mpi_wait.h"

namespace scalemark::monitor {
namespace {

// MPI counts are ints.
constexpr std::size_t kMessageBytes = std::size_t{1} << 30;

constexpr int kAlarmTag = 1;  // that of what is gathered is 0

template <typename T>
T all_reduce(MPI_Comm comm, T value, MPI_Datatype type, MPI_Op op) {
  T result{};
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Iallreduce(&value, &result, 1, type, op, comm, &request));
  mpi::wait_asleep(request);
  return result;
}

std::vector<std::int64_t> gather_lengths(const mpi::MpiComm& comm, std::size_t length) {
  const auto mine = static_cast<std::int64_t>(length);
  std::vector<std::int64_t> lengths(comm.rank() == 0 ? static_cast<std::size_t>(comm.size()) : 0);
  MPI_Request request = MPI_REQUEST_NULL;
  // NOLINTNEXTLINE(mpi-type-mismatch): the check knows int64_t by its other name, long, alone.
  MPI_CHECK(MPI_Igather(&mine, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, 0, comm.get(), &request));
  mpi::wait_asleep(request);
  return lengths;
}

int message_length(std::size_t length, std::size_t offset) {
  return static_cast<int>(std::min(kMessageBytes, length - offset));
}

// One receive per rank and message rather than MPI_Gatherv, whose displacements are ints.
template <typename Container>
std::vector<Container> gather_containers(const mpi::MpiComm& comm, const Container& mine) {
  using Element = typename Container::value_type;
  const auto lengths = gather_lengths(comm, mine.size());
  std::vector<Container> all(lengths.size());
  std::vector<MPI_Request> requests;
  if (comm.rank() == 0) {
    all[0] = mine;
    for (std::size_t source = 1; source < all.size(); ++source) {
      all[source].resize(static_cast<std::size_t>(lengths[source]));
      const std::size_t bytes = all[source].size() * sizeof(Element);
      auto* data = reinterpret_cast<std::byte*>(all[source].data());
      for (std::size_t at = 0; at < bytes; at += kMessageBytes) {
        MPI_CHECK(MPI_Irecv(data + at, message_length(bytes, at), MPI_BYTE, static_cast<int>(source), 0, comm.get(),
                            &requests.emplace_back(MPI_REQUEST_NULL)));
      }
    }
  } else {
    const std::size_t bytes = mine.size() * sizeof(Element);
    const auto* data = reinterpret_cast<const std::byte*>(mine.data());
    for (std::size_t at = 0; at < bytes; at += kMessageBytes) {
      MPI_CHECK(MPI_Isend(data + at, message_length(bytes, at), MPI_BYTE, 0, 0, comm.get(),
                          &requests.emplace_back(MPI_REQUEST_NULL)));
    }
  }
  mpi::wait_asleep(requests);
  return all;
}

}  // namespace

struct ControlGroup::State {
  explicit State(mpi::MpiComm ranks) : comm(std::move(ranks)), rank(comm.rank()), size(comm.size()) {
    const mpi::MpiComm host = comm.split_by_host();
    node_rank = host.rank();
    node_size = host.size();
  }

  mpi::MpiComm comm;
  int rank;
  int size;
  int node_rank = 0;
  int node_size = 1;
  std::vector<MPI_Request> alarms;  ///< this rank's, to each of the others
};

ControlGroup::ControlGroup(std::unique_ptr<State> state) : state_(std::move(state)) {}
ControlGroup::ControlGroup(ControlGroup&&) noexcept = default;
ControlGroup& ControlGroup::operator=(ControlGroup&&) noexcept = default;
ControlGroup::~ControlGroup() = default;

ControlGroup ControlGroup::world() {
  return ControlGroup(std::make_unique<State>(mpi::MpiComm::duplicate(MPI_COMM_WORLD)));
}

int ControlGroup::rank() const { return state_->rank; }
int ControlGroup::size() const { return state_->size; }
int ControlGroup::node_rank() const { return state_->node_rank; }
int ControlGroup::node_size() const { return state_->node_size; }

ControlGroup ControlGroup::split(int size) const {
  return ControlGroup(std::make_unique<State>(state_->comm.split_first(size)));
}

void ControlGroup::barrier() const { state_->comm.barrier(); }

std::int64_t ControlGroup::max(std::int64_t value) const {
  return all_reduce(state_->comm.get(), value, MPI_INT64_T, MPI_MAX);
}

double ControlGroup::max(double value) const { return all_reduce(state_->comm.get(), value, MPI_DOUBLE, MPI_MAX); }

double ControlGroup::sum(double value) const { return all_reduce(state_->comm.get(), value, MPI_DOUBLE, MPI_SUM); }

std::string ControlGroup::broadcast(const std::string& text) const {
  auto length = static_cast<std::int64_t>(text.size());
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_CHECK(MPI_Ibcast(&length, 1, MPI_INT64_T, 0, state_->comm.get(), &request));
  mpi::wait_asleep(request);

  std::string result = state_->rank == 0 ? text : std::string(static_cast<std::size_t>(length), '\0');
  for (std::size_t at = 0; at < result.size(); at += kMessageBytes) {
    MPI_CHECK(
        MPI_Ibcast(result.data() + at, message_length(result.size(), at), MPI_BYTE, 0, state_->comm.get(), &request));
    mpi::wait_asleep(request);
  }
  return result;
}

std::vector<std::vector<double>> ControlGroup::gather(std::span<const double> values) const {
  return gather_containers(state_->comm, std::vector<double>(values.begin(), values.end()));
}

std::vector<std::string> ControlGroup::gather(const std::string& text) const {
  return gather_containers(state_->comm, text);
}

void ControlGroup::raise_alarm() {
  if (!state_->alarms.empty()) return;
  for (int rank = 0; rank < state_->size; ++rank) {
    if (rank == state_->rank) continue;
    MPI_CHECK(MPI_Isend(nullptr, 0, MPI_BYTE, rank, kAlarmTag, state_->comm.get(),
                        &state_->alarms.emplace_back(MPI_REQUEST_NULL)));
  }
}

bool ControlGroup::hears_alarm() const {
  int is_there = 0;
  MPI_CHECK(MPI_Iprobe(MPI_ANY_SOURCE, kAlarmTag, state_->comm.get(), &is_there, MPI_STATUS_IGNORE));
  return is_there != 0;
}

void ControlGroup::end_alarms() {
  const std::int64_t mine = state_->alarms.empty() ? 0 : 1;
  const std::int64_t all = all_reduce(state_->comm.get(), mine, MPI_INT64_T, MPI_SUM);
  std::vector<MPI_Request> requests = std::exchange(state_->alarms, {});
  for (std::int64_t alarm = mine; alarm < all; ++alarm) {
    MPI_CHECK(MPI_Irecv(nullptr, 0, MPI_BYTE, MPI_ANY_SOURCE, kAlarmTag, state_->comm.get(),
                        &requests.emplace_back(MPI_REQUEST_NULL)));
  }
  mpi::wait_asleep(requests);
  barrier();  // so that nobody takes the next alarm for one of these
}

}  // namespace scalemark::monitor

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace scalemark::monitor {

/// The ranks' conversation about the run itself (agreement, samples, names), over MPI and host memory. Every wait
/// sleeps between looks, so that a rank without work leaves its core to others.
class ControlGroup {
 public:
  static ControlGroup world();
  ControlGroup(ControlGroup&&) noexcept;
  ControlGroup& operator=(ControlGroup&&) noexcept;
  ~ControlGroup();

  int rank() const;
  int size() const;
  int node_rank() const;  ///< among the ranks of the same host: which GPU to take
  int node_size() const;

  /// Collective: the first `size` ranks as a group of their own; on the other ranks a group of the rest.
  ControlGroup split(int size) const;

  void barrier() const;
  std::int64_t max(std::int64_t value) const;
  double max(double value) const;
  double sum(double value) const;

  /// Rank 0's text on every rank.
  std::string broadcast(const std::string& text) const;

  /// On rank 0 every rank's values, in rank order (the counts may differ); empty elsewhere.
  std::vector<std::vector<double>> gather(std::span<const double> values) const;
  std::vector<std::string> gather(const std::string& text) const;

  /// Tells the other ranks, which may be inside something that never ends without this one, that it cannot go on.
  void raise_alarm();

  /// Whether another rank's alarm is there; returns at once.
  bool hears_alarm() const;

  /// Collective: takes all alarms back.
  void end_alarms();

 private:
  struct State;
  explicit ControlGroup(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace scalemark::monitor

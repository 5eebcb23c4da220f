#include "prediction/link_fit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "core/nan.h"

namespace scalemark::prediction {
namespace {

/// Of a link of which one number of ends was measured: up to a fifth of the bandwidth lost with every doubling.
constexpr double kMostUnknownCongestion = 0.3;

bool is_usable(const LinkCell& cell) { return cell.ends > 1 && cell.bytes > 0 && mean_but_for(cell.seconds, {}) > 0; }

bool tells_congestion(const std::vector<LinkCell>& cells) {
  std::set<int> ends;
  std::set<std::int64_t> sizes;
  for (const LinkCell& cell : cells) {
    ends.insert(cell.ends);
    sizes.insert(cell.bucket_bytes);
  }
  return ends.size() > 1 && sizes.size() > 1;
}

std::vector<LinkParameters> left_out_fits(const std::vector<LinkCell>& cells, const FixedParameters& fixed) {
  std::size_t repetitions = 0;
  for (const LinkCell& cell : cells) repetitions = std::max(repetitions, cell.seconds.size());
  std::vector<LinkParameters> fits;
  for (std::size_t r = 0; r < repetitions; ++r) fits.push_back(solve_link(cells, fixed, r));
  return fits;
}

/// The most that one of a cost's units can take: all of the quickest cell's time.
double most_seconds_per(double LinkCell::*cost, const std::vector<LinkCell>& cells) {
  double most = std::numeric_limits<double>::infinity();
  for (const LinkCell& cell : cells) most = std::min(most, mean_but_for(cell.seconds, {}) / (cell.*cost));
  return most;
}

/// The end of an unknown parameter's range: that of its interval, where the cells leave it any.
double most_of(const Interval& interval, double allowed) {
  return interval.high > 0 ? std::min(interval.high, allowed) : allowed;
}

bool is_above_zero(const Interval& interval) {
  return std::isnan(interval.low) ? interval.estimate > 0 : interval.low > 0;
}

/// One fit of a level, step by step: what the cells identify, then the link with the unknown in its range.
class LevelFit {
 public:
  explicit LevelFit(std::vector<LinkCell> cells) : cells_(std::move(cells)) {
    fit_.knows_congestion = tells_congestion(cells_);
    if (!fit_.knows_congestion) fixed_.congestion = 0;
    find_what_is_known();
    set_ranges();
    fit_.link = solve_link(cells_, fixed_).link();
    for (const auto& one : left_out_fits(cells_, fixed_)) fit_.replicates.push_back(one.link());
    run_through_ranges();
  }

  const LinkFit& fit() const { return fit_; }

 private:
  void find_what_is_known() {
    if (!tells_latency_from_bandwidth(cells_)) {
      fit_.latency_seconds = fit_.bytes_per_second = seconds_per_byte_ = {kNaN, kNaN, kNaN};
      return;
    }
    const LinkParameters all = solve_link(cells_, fixed_);
    const auto left_out = left_out_fits(cells_, fixed_);
    const auto interval_of = [&](double LinkParameters::*member) {
      std::vector<double> values;
      values.reserve(left_out.size());
      for (const auto& one : left_out) values.push_back(one.*member);
      const double half = jackknife_half_width(values);
      return Interval{all.*member, all.*member - half, all.*member + half};
    };
    fit_.latency_seconds = interval_of(&LinkParameters::latency_seconds);
    fit_.congestion = interval_of(&LinkParameters::congestion);
    seconds_per_byte_ = interval_of(&LinkParameters::seconds_per_byte);
    fit_.bytes_per_second = {1 / seconds_per_byte_.estimate, 1 / seconds_per_byte_.high, 1 / seconds_per_byte_.low};
    fit_.knows_latency = is_above_zero(fit_.latency_seconds);
    fit_.knows_bandwidth = is_above_zero(seconds_per_byte_);
  }

  void set_ranges() {
    if (!fit_.knows_latency) {
      fit_.most_latency_seconds = most_of(fit_.latency_seconds, most_seconds_per(&LinkCell::messages, cells_));
      fixed_.latency_seconds = fit_.most_latency_seconds / 2;
    } else if (!fit_.knows_bandwidth) {
      fixed_.seconds_per_byte = most_of(seconds_per_byte_, most_seconds_per(&LinkCell::bytes, cells_)) / 2;
    }
    if (!fit_.knows_congestion) fixed_.congestion = kMostUnknownCongestion / 2;
  }

  void run_through_ranges() {
    std::vector<FixedParameters> ends{fixed_};
    for (const auto member :
         {&FixedParameters::latency_seconds, &FixedParameters::seconds_per_byte, &FixedParameters::congestion}) {
      if (!(fixed_.*member)) continue;
      std::vector<FixedParameters> with_both;
      for (FixedParameters one : ends) {
        for (const double end : {0.0, 2 * *(fixed_.*member)}) {
          one.*member = end;
          with_both.push_back(one);
        }
      }
      ends = with_both;
    }
    if (ends.size() == 1) return;
    for (const auto& one : ends) fit_.range.push_back(solve_link(cells_, one).link());
  }

  std::vector<LinkCell> cells_;
  FixedParameters fixed_;
  Interval seconds_per_byte_{};
  LinkFit fit_;
};

}  // namespace

LinkFit fit_link(const std::vector<LinkCell>& cells) {
  std::vector<LinkCell> usable;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(usable), is_usable);
  if (!usable.empty()) return LevelFit(usable).fit();
  LinkFit nothing;
  nothing.link = {kNaN, kNaN, kNaN};
  return nothing;
}

LinkFit given_link(const LinkModel& link) {
  LinkFit fit;
  fit.link = link;
  fit.latency_seconds = {link.latency_seconds, kNaN, kNaN};
  fit.bytes_per_second = {link.bytes_per_second, kNaN, kNaN};
  fit.congestion = {link.congestion, kNaN, kNaN};
  fit.knows_latency = fit.knows_bandwidth = fit.knows_congestion = true;
  return fit;
}

}  // namespace scalemark::prediction

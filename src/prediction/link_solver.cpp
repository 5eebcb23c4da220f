#include "prediction/link_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scalemark::prediction {
namespace {

constexpr double kLeastCongestion = -0.3;  ///< noise may look like it
constexpr double kMostCongestion = 1.0;

/// Sums of the normal equations of seconds = latency x messages + seconds per byte x bytes.
struct NormalEquations {
  double mm = 0, mb = 0, bb = 0, m = 0, b = 0, squares = 0;

  void add(double messages, double bytes, double seconds) {
    mm += messages * messages;
    mb += messages * bytes;
    bb += bytes * bytes;
    m += messages * seconds;
    b += bytes * seconds;
    squares += seconds * seconds;
  }

  double determinant() const { return mm * bb - mb * mb; }

  LinkParameters solve(const FixedParameters& fixed) const {
    if (fixed.latency_seconds) return {*fixed.latency_seconds, (b - *fixed.latency_seconds * mb) / bb};
    if (fixed.seconds_per_byte) return {(m - *fixed.seconds_per_byte * mb) / mm, *fixed.seconds_per_byte};
    return {(m * bb - b * mb) / determinant(), (b * mm - m * mb) / determinant()};
  }

  double residual(const LinkParameters& at) const {
    const double l = at.latency_seconds;
    const double s = at.seconds_per_byte;
    return squares - 2 * (l * m + s * b) + l * l * mm + 2 * l * s * mb + s * s * bb;
  }
};

struct Solution {
  LinkParameters parameters;
  double residual;
};

/// The least squares for a congestion that is given, and the best congestion.
class Profile {
 public:
  Profile(std::span<const LinkCell> cells, const FixedParameters& fixed, LeftOut left_out)
      : cells_(cells), fixed_(fixed) {
    for (const LinkCell& cell : cells) means_.push_back(mean_but_for(cell.seconds, left_out));
  }

  NormalEquations equations(double congestion) const {
    NormalEquations sums;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!std::isfinite(means_[i])) continue;
      sums.add(cells_[i].messages, cells_[i].bytes * std::pow(cells_[i].ends / 2.0, congestion), means_[i]);
    }
    return sums;
  }

  Solution at(double congestion) const {
    const NormalEquations sums = equations(congestion);
    LinkParameters parameters = sums.solve(fixed_);
    parameters.congestion = congestion;
    return {parameters, sums.residual(parameters)};
  }

  /// By steps, and by ternary search around the best of them.
  LinkParameters best() const {
    constexpr double kStep = 0.1;
    double best = kLeastCongestion;
    for (double next = best + kStep; next <= kMostCongestion; next += kStep) {
      if (at(next).residual < at(best).residual) best = next;
    }
    double low = std::max(kLeastCongestion, best - kStep);
    double high = std::min(kMostCongestion, best + kStep);
    for (int cut = 0; cut < 60; ++cut) {
      const double third = (high - low) / 3;
      if (at(low + third).residual < at(high - third).residual) {
        high -= third;
      } else {
        low += third;
      }
    }
    return at((low + high) / 2).parameters;
  }

 private:
  std::span<const LinkCell> cells_;
  FixedParameters fixed_;
  std::vector<double> means_;  ///< [cell]
};

}  // namespace

LinkModel LinkParameters::link() const {
  return {std::max(0.0, latency_seconds),
          seconds_per_byte > 0 ? 1 / seconds_per_byte : std::numeric_limits<double>::infinity(), congestion};
}

LinkParameters solve_link(std::span<const LinkCell> cells, const FixedParameters& fixed, LeftOut left_out) {
  const Profile profile(cells, fixed, left_out);
  return fixed.congestion ? profile.at(*fixed.congestion).parameters : profile.best();
}

bool tells_latency_from_bandwidth(std::span<const LinkCell> cells) {
  constexpr double kSingular = 1e-9;
  const NormalEquations sums = Profile(cells, {}, {}).equations(0);
  return sums.determinant() > kSingular * sums.mm * sums.bb;
}

}  // namespace scalemark::prediction

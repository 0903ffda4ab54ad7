#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// A member of a batch whose numbers went bad.
struct MemberFailure {
  std::size_t member = 0;  ///< its place in the batch
  std::int64_t step = 0;   ///< where that was seen
  std::string reason;      ///< as a run of its own would say it
};

/// Many simulations of one grid that are advanced together and know nothing of each other.
class BatchSimulation : public Simulation {
 public:
  /// The names of the members.
  virtual const std::vector<std::string>& names() const = 0;
  /// Looks for values that are NaN or infinite, in members where none were seen before. Such a member stays in the
  /// batch, since what it holds reaches no other, but counts as failed. Collective.
  /// @param when  ends the reason, such as "at step 7, time 0.1"
  /// @returns those that failed now
  virtual std::vector<MemberFailure> find_failures(std::int64_t step, const std::string& when) = 0;
  /// All that failed so far, those before a restart too.
  virtual const std::vector<MemberFailure>& failures() const = 0;
};

}  // namespace tarn::apps

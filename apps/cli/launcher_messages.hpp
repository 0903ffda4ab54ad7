#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tarn/io/store/lease.hpp"

namespace tarn::cli {

/// Passes on to the standard error what an MPI launcher and its ranks write there, line by line. What the launcher says
/// of ranks that ended with an error, in a frame of ten lines, is held back: the ranks have told the reason themselves.
/// What says nothing to a user is left out.
class LauncherMessages {
 public:
  void add(std::string_view text);

  /// Passes on what is left. What was held back is left out if the ranks gave a reason, or if they need none.
  /// @param exit_code  the launcher's
  void finish(int exit_code);

  /// Whether a rank has said that all ranks hear signals.
  bool ranks_hear() const { return ranks_hear_; }

  /// Rank 0, as it has named itself.
  const std::optional<io::Lease>& first_rank() const { return first_rank_; }

  /// Whether a rank has said that a signal to stop came.
  bool stop_came() const { return stop_came_; }

 private:
  void add_line(const std::string& line);
  void end_frame();

  std::string unfinished_;   ///< a line's beginning
  std::string frame_;        ///< from its first ruler on; empty outside of one
  std::string about_ranks_;  ///< frames that tell of ranks' exit codes
  bool ranks_told_why_ = false;
  bool ranks_hear_ = false, stop_came_ = false;
  std::optional<io::Lease> first_rank_;
};

}  // namespace tarn::cli

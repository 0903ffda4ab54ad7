#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tarn/apps/batch/batch_plan.hpp"
#include "tarn/apps/batch/ensemble_directory.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/disk_space.hpp"

namespace tarn::cli {

/// What `tarn check` says of a deck: its forecast, and where this host is too small for it. Whole lines.
/// @param root, @throws  as of Case::forecast
std::string forecast_here(const apps::Case& made, const std::string& root, const apps::RunStart& start = {});

/// What the members of an ensemble take.
struct MembersForecast {
  /// Members of which the same is to be said.
  struct Kind {
    std::vector<std::size_t> members;
    std::string text;  ///< as forecast_here(), without what is free on the disk
  };
  std::vector<Kind> kinds;  ///< by their first members
  apps::DiskNeed need;      ///< of all together
  std::string root;         ///< the directory that the runs' are made in
  batch::BatchPlan plan;    ///< which members run as one
};

/// @param plan  of the same members
/// @param root  as of Case::forecast
/// @throws as Case::forecast, with the member's number
MembersForecast forecast_members(const batch::MemberCases& members, batch::BatchPlan plan, const std::string& root);

/// Whole lines, for people: some of the kinds, the files of all members, and which run as one batch.
std::string text_of(const MembersForecast& forecast, const batch::MemberCases& members);

}  // namespace tarn::cli

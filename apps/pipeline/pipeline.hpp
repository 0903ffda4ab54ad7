#pragma once

#include <string>

#include "tarn/apps/driver/case.hpp"

namespace tarn::apps::pipeline {

/// A pipeline's deck, and its run: done; failed with exit code 3 if items failed; stopped if a signal ended it before
/// all were done.
class PipelineCase : public Case {
 public:
  using Case::Case;

  /// Items, bytes, what fits, what streams.
  /// @throws DataError if no file is there, UsageError if an item neither fits nor streams
  std::string forecast(const std::string& root, const RunStart& start) const override;
  DiskNeed disk_need(const std::string& root) const override;
  Prepared checked(const Runtime& runtime, const RunRequest& request) const override;
  std::unique_ptr<Work> begin(const RunContext& context) const override;
};

}  // namespace tarn::apps::pipeline

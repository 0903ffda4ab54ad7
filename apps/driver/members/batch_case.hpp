#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/io/snapshot/series_file.hpp"

namespace tarn::apps {

/// Cases that run as one.
class BatchCase : public SimulationCase {
 public:
  /// @param members  two or more, of which why_no_batch() finds nothing wrong and that have one kind; their grids,
  ///                 times and outputs are the same
  /// @param names    of the members, without commas, quotes, blanks and '/'
  /// @param scalars  numbers that vary, for the files of series
  BatchCase(std::vector<std::unique_ptr<const Case>> members, std::vector<std::string> names,
            std::vector<io::SeriesDescription::Scalar> scalars = {});

  Domain domain() const override;
  std::string title() const override;
  void check_ranks(int ranks) const override;
  void finished(const RunContext& run) const override;

 private:
  std::unique_ptr<Simulation> make(const SimulationContext& context) const;

  std::vector<std::unique_ptr<const Case>> members_;
  std::vector<std::string> names_;
  std::vector<io::SeriesDescription::Scalar> scalars_;
};

}  // namespace tarn::apps

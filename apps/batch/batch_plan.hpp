#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tarn/apps/batch/ensemble_directory.hpp"

namespace tarn::batch {

/// Which members of an ensemble run as one batch, and which as runs of their own.
struct BatchPlan {
  /// Members that run alone for one reason.
  struct Alone {
    std::vector<std::size_t> members;
    std::string why;
  };
  std::vector<std::vector<std::size_t>> batches;  ///< two members or more each, in ascending order
  std::vector<Alone> alone;                       ///< by their first members
};

/// Members run as one batch where their app can do so, their grid has an axis left and their step is fixed, and where
/// they differ in keys alone that the app lets vary within a batch.
BatchPlan plan_batches(const io::Ensemble& ensemble, const MemberCases& members);

/// Cuts batches in parts of about one size that take at most so much memory each, and no more numbers than a GPU
/// counts.
/// @param bytes  > 0
void cut_batches(BatchPlan& plan, const MemberCases& members, double bytes);

/// Memory that a batch takes [bytes].
double memory_of(const std::vector<std::size_t>& batch, const MemberCases& members);

/// A line for each batch and for each reason to run alone.
std::string text_of(const BatchPlan& plan, const MemberCases& members);

/// "0-2, 5"; of very many ranges the first number and how many more.
std::string members_text(const std::vector<std::size_t>& numbers);

}  // namespace tarn::batch

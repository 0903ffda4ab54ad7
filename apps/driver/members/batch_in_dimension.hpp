#pragma once

#include <memory>

#include "tarn/apps/driver/members/make_batch.hpp"
#include "tarn/apps/driver/members/staged_batch.hpp"
#include "tarn/apps/driver/precision.hpp"

// For the files that make an app's batches in one dimension each, as in_dimension.hpp:
//
//   template std::unique_ptr<BatchSimulation> make_batch_in_dimension<Heat, 1>(const BatchContext&);
//
// A batch makes its members as their own runs do. So that their kernels are compiled once, such a file takes the class
// of the simulation as `extern template class`, and the file of its dimension has it as `template class`.

namespace tarn::apps {

template <template <class Real, int Dim> class Member, int Dim>
std::unique_ptr<BatchSimulation> make_batch_in_dimension(const BatchContext& batch) {
  if (is_single(batch.context.deck)) return std::make_unique<StagedBatch<Member<float, Dim>, float, Dim>>(batch);
  return std::make_unique<StagedBatch<Member<double, Dim>, double, Dim>>(batch);
}

}  // namespace tarn::apps

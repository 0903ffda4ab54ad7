#pragma once

#include <memory>

#include "tarn/apps/driver/members/batching.hpp"

namespace tarn::apps {

/// A batch in the decks' precision; see batch_in_dimension.hpp for where it is defined.
template <template <class Real, int Dim> class Member, int Dim>
std::unique_ptr<BatchSimulation> make_batch_in_dimension(const BatchContext& batch);

/// Batching::make of an app whose simulation is a class template over the real type and the dimension of the grid, and
/// a StagedSimulation. The class need not be complete here.
template <template <class Real, int Dim> class Member>
std::unique_ptr<BatchSimulation> make_batch(const BatchContext& batch) {
  return batch.member_patch.grid().dimensions() == 1 ? make_batch_in_dimension<Member, 1>(batch)
                                                     : make_batch_in_dimension<Member, 2>(batch);
}

}  // namespace tarn::apps

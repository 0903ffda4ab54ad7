#pragma once

#include <vector>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn::ops::detail {

/// A field and the place in the domain of its local index 0 along each axis.
template <class Real>
struct PlacedField {
  Field<Real, 3> values;
  Kokkos::Array<int, 3> origin{};

  KOKKOS_FUNCTION Real& at(Index k, Index j, Index i) const {
    return values(k - origin[2], j - origin[1], i - origin[0]);
  }
};

/// Brings boxes of cells from where ranks have them to where ranks need them; boxes in places of the domain. Every cell
/// that is needed is in exactly one rank's source box, or, if `everywhere`, in every rank's.
template <class Real>
class BoxTransfer {
 public:
  /// Collective.
  BoxTransfer(const Communicator& communicator, const CellRange& source, const CellRange& target, bool everywhere);

  /// Collective. Numbers travel through the host's memory.
  /// @param space  instance the work is enqueued on; fenced if other ranks take part
  void run(const Space& space, const PlacedField<Real>& from, const PlacedField<Real>& to);

 private:
  struct Message {
    int rank;
    CellRange box;
    std::int64_t offset;  ///< in the buffer
  };
  using Buffer = Field<Real, 1>;

  void exchange();

  const Communicator* communicator_;
  CellRange own_;  ///< from this rank to itself
  std::vector<Message> sent_, received_;
  Buffer send_, receive_;
  typename Buffer::HostMirror host_send_, host_receive_;
};

}  // namespace tarn::ops::detail

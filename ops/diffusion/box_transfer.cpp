#include "tarn/ops/diffusion/box_transfer.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn::ops::detail {

namespace {

CellRange intersection(const CellRange& a, const CellRange& b) {
  CellRange both;
  for (int axis = 0; axis < 3; ++axis) {
    both.begin[axis] = std::max(a.begin[axis], b.begin[axis]);
    both.end[axis] = std::min(a.end[axis], b.end[axis]);
  }
  return both;
}

template <class Real>
struct CopyBox {
  PlacedField<Real> from, to;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const { to.at(k, j, i) = from.at(k, j, i); }
};

/// Copies a box between a field and its place in a buffer, x fastest.
template <class Real, bool Packs>
struct CopyMessage {
  PlacedField<Real> field;
  Field<Real, 1> buffer;
  CellRange box;
  std::int64_t offset;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const std::int64_t row = std::int64_t{1} * (k - box.begin[2]) * box.extent(1) + (j - box.begin[1]);
    const std::int64_t n = offset + row * box.extent(0) + (i - box.begin[0]);
    if constexpr (Packs) {
      buffer(n) = field.at(k, j, i);
    } else {
      field.at(k, j, i) = buffer(n);
    }
  }
};

std::vector<CellRange> gather(const Communicator& communicator, const CellRange& box) {
  const std::array<int, 6> mine{box.begin[0], box.begin[1], box.begin[2], box.end[0], box.end[1], box.end[2]};
  std::vector<int> all(6 * static_cast<std::size_t>(communicator.size()));
  require_mpi(MPI_Allgather(mine.data(), 6, MPI_INT, all.data(), 6, MPI_INT, communicator.handle()), "MPI_Allgather");
  std::vector<CellRange> boxes;
  for (std::size_t n = 0; n < all.size(); n += 6)
    boxes.push_back({{all[n], all[n + 1], all[n + 2]}, {all[n + 3], all[n + 4], all[n + 5]}});
  return boxes;
}

}  // namespace

template <class Real>
BoxTransfer<Real>::BoxTransfer(const Communicator& communicator, const CellRange& source, const CellRange& target,
                               bool everywhere)
    : communicator_(&communicator), own_(intersection(source, target)) {
  if (everywhere || communicator.size() == 1) return;
  const auto sources = gather(communicator, source), targets = gather(communicator, target);
  std::int64_t to_send = 0, to_receive = 0;
  for (int rank = 0; rank < communicator.size(); ++rank) {
    if (rank == communicator.rank()) continue;
    const auto at = static_cast<std::size_t>(rank);
    const CellRange there = intersection(source, targets[at]), here = intersection(sources[at], target);
    if (!there.empty()) sent_.push_back({rank, there, to_send});
    if (!here.empty()) received_.push_back({rank, here, to_receive});
    to_send += there.size();
    to_receive += here.size();
    require(std::max(there.size(), here.size()) <= std::numeric_limits<int>::max(),
            "multigrid: a box is too large for one MPI message");
  }
  send_ = Buffer("tarn::ops::box_send", static_cast<std::size_t>(to_send));
  receive_ = Buffer("tarn::ops::box_receive", static_cast<std::size_t>(to_receive));
  host_send_ = Kokkos::create_mirror_view(send_);
  host_receive_ = Kokkos::create_mirror_view(receive_);
}

template <class Real>
void BoxTransfer<Real>::run(const Space& space, const PlacedField<Real>& from, const PlacedField<Real>& to) {
  for (const Message& message : sent_) {
    for_each_cell("tarn::ops::pack_box", space, message.box,
                  CopyMessage<Real, true>{from, send_, message.box, message.offset});
  }
  for_each_cell("tarn::ops::copy_box", space, own_, CopyBox<Real>{from, to});
  if (sent_.empty() && received_.empty()) return;
  Kokkos::deep_copy(space, host_send_, send_);
  space.fence();
  exchange();
  Kokkos::deep_copy(space, receive_, host_receive_);
  for (const Message& message : received_) {
    for_each_cell("tarn::ops::unpack_box", space, message.box,
                  CopyMessage<Real, false>{to, receive_, message.box, message.offset});
  }
  space.fence();  // the host's buffer is free again
}

template <class Real>
void BoxTransfer<Real>::exchange() {
  constexpr int tag = 20;  // ghosts travel with lower ones
  const MPI_Datatype type = std::is_same_v<Real, float> ? MPI_FLOAT : MPI_DOUBLE;
  std::vector<MPI_Request> requests(sent_.size() + received_.size());
  std::size_t n = 0;
  for (const Message& message : received_) {
    require_mpi(MPI_Irecv(host_receive_.data() + message.offset, static_cast<int>(message.box.size()), type,
                          message.rank, tag, communicator_->handle(), &requests[n++]),
                "MPI_Irecv");
  }
  for (const Message& message : sent_) {
    require_mpi(MPI_Isend(host_send_.data() + message.offset, static_cast<int>(message.box.size()), type, message.rank,
                          tag, communicator_->handle(), &requests[n++]),
                "MPI_Isend");
  }
  require_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
}

template class BoxTransfer<float>;
template class BoxTransfer<double>;

}  // namespace tarn::ops::detail

#include "tarn/core/grid/halo.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <type_traits>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/counted_copy.hpp"
#include "tarn/core/memory/device_list.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn {

namespace {

using detail::PackedBox;

constexpr int halo_tag = 1;

template <class Real>
MPI_Datatype mpi_type() {
  return std::is_same_v<Real, float> ? MPI_FLOAT : MPI_DOUBLE;
}

/// Copies boxes of cells to their places in a buffer, or back.
template <class Real, bool Packs>
struct CopyBoxes {
  Fields<Real> u;
  Field<Real, 1> buffer;
  Field<const PackedBox, 1> boxes;

  KOKKOS_FUNCTION void operator()(int n, Index k, Index j, Index i) const {
    const PackedBox box = boxes(n);
    const CellRange& cells = box.cells;
    const std::int64_t row = std::int64_t{k - cells.begin[2]} * cells.extent(1) + (j - cells.begin[1]);
    const std::int64_t first = box.first + row * cells.extent(0) + (i - cells.begin[0]);
    const auto count = static_cast<int>(u.extent(0));
    for (int field = 0; field < count; ++field) {
      Real& packed = buffer(first + field * box.stride);
      if constexpr (Packs) {
        packed = u(field, k, j, i);
      } else {
        u(field, k, j, i) = packed;
      }
    }
  }
};

/// A way from a block to another one: -1, 0 or 1 along each axis.
using Way = std::array<int, 3>;

/// Whether every axis that a way leads along is cut on that side, and it leads somewhere.
bool leads_to_another_rank(const Patch& patch, const Way& way) {
  bool anywhere = false;
  for (int axis = 0; axis < 3; ++axis) {
    const auto along = way[static_cast<std::size_t>(axis)];
    if (along == 0) continue;
    if (!patch.is_cut(axis, along < 0 ? 0 : 1)) return false;
    anywhere = true;
  }
  return anywhere;
}

/// The block's own cells nearest to where a way leads, as many layers as there are ghosts, or the ghosts there.
CellRange layers(const Grid& grid, const Way& way, bool ghosts) {
  CellRange box = grid.interior();
  for (int axis = 0; axis < 3; ++axis) {
    const int along = way[static_cast<std::size_t>(axis)], width = grid.ghosts(axis);
    if (along == 0) continue;
    const int inside = along < 0 ? width : grid.cells(axis);
    box.begin[axis] = ghosts ? inside + along * width : inside;
    box.end[axis] = box.begin[axis] + width;
  }
  return box;
}

}  // namespace

template <class Real>
Halo<Real>::Halo(const Patch& patch, int fields) : patch_(patch), fields_(fields) {
  require(fields >= 1, "halo: there is at least one field");
  plan();
  if (empty()) return;
  const std::int64_t count = neighbors_.back().first + neighbors_.back().count;
  const Stream stream = stream_of(patch.space());
  send_ = pool_view<Buffer>(memory().device(), stream, "tarn::halo::send", count);
  receive_ = pool_view<Buffer>(memory().device(), stream, "tarn::halo::receive", count);
  requests_.assign(2 * neighbors_.size(), MPI_REQUEST_NULL);
  if (patch.transport().kind() != Transport::Kind::staged_mpi) return;
  staged_send_ = pool_view<Staging>(memory().pinned(), 0, "tarn::halo::staged_send", count);
  staged_receive_ = pool_view<Staging>(memory().pinned(), 0, "tarn::halo::staged_receive", count);
}

template <class Real>
Halo<Real>::~Halo() {
  if (empty()) return;
  MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
  const auto kind = patch_.transport().kind();
  // Who gets the buffers of the device next comes later on this instance. Those of the host are copied from and to.
  if (kind == Transport::Kind::staged_mpi) patch_.space().fence();
  if (kind != Transport::Kind::nccl || !under_way_) return;
  try {
    patch_.transport().link().wait_on(patch_.space());
  } catch (const Error&) {
    return;  // CUDA has failed: nothing is under way any more
  }
}

/// The regions of a message stand in it in the order of the ways that they take from the sender.
template <class Real>
void Halo<Real>::plan() {
  const Grid& grid = patch_.grid();
  std::map<int, std::vector<Way>> ways;  // of each neighbour
  for (int z = -1; z <= 1; ++z) {
    for (int y = -1; y <= 1; ++y) {
      for (int x = -1; x <= 1; ++x) {
        const Way way{x, y, z};
        if (grid.ghosts(0) == 0 || !leads_to_another_rank(patch_, way)) continue;
        const int rank = grid.decomposition().neighbor(way);
        if (rank >= 0) ways[rank].push_back(way);
      }
    }
  }
  std::vector<PackedBox> sent, received;
  std::int64_t first = 0;
  for (auto& [rank, list] : ways) {
    const std::int64_t start = first;
    for (const Way& way : list) {
      const std::int64_t cells = layers(grid, way, false).size();
      sent.push_back({layers(grid, way, false), first, cells});
      first += cells * fields_;
    }
    neighbors_.push_back({rank, start, first - start});
    // What arrives was sent the opposite way, and is as long.
    std::sort(list.begin(), list.end(), [](const Way& a, const Way& b) {
      const auto order = [](const Way& way) { return std::array{-way[2], -way[1], -way[0]}; };
      return order(a) < order(b);
    });
    std::int64_t place = start;
    for (const Way& way : list) {
      const CellRange cells = layers(grid, way, true);
      received.push_back({cells, place, cells.size()});
      place += cells.size() * fields_;
    }
    require(first - start <= std::numeric_limits<int>::max(), "halo: a side is too large for one MPI message");
  }
  sent_ = packing_of(sent);
  received_ = packing_of(received);
}

template <class Real>
typename Halo<Real>::Packing Halo<Real>::packing_of(const std::vector<PackedBox>& boxes) const {
  const Space& space = patch_.space();
  std::vector<CellRange> ranges;
  for (const PackedBox& box : boxes)
    ranges.push_back(box.cells);
  return {CellBoxes(space, ranges), device_list(space, "tarn::halo::boxes", boxes)};
}

template <class Real>
template <bool Packs>
void Halo<Real>::copy(const Fields<Real>& u, const Packing& packing, const Buffer& buffer) const {
  for_each_cell(Packs ? "tarn::halo::pack" : "tarn::halo::unpack", patch_.space(), packing.cells,
                CopyBoxes<Real, Packs>{u, buffer, packing.boxes});
}

template <class Real>
void Halo<Real>::start(const Fields<Real>& u) {
  if (empty()) return;
  patch_.grid().require_extents("halo", u.extent(1), u.extent(2), u.extent(3));
  require(static_cast<int>(u.extent(0)) == fields_, "halo: made for another number of fields");
  require(!under_way_, "halo: start() while an exchange is under way: finish() it first");
  copy<true>(u, sent_, send_);
  if (patch_.transport().kind() == Transport::Kind::nccl) {
    send_by_nccl();
  } else {
    send_by_mpi();
  }
  under_way_ = true;
}

/// It begins when what was received before is unpacked, which the patch's instance does too.
template <class Real>
void Halo<Real>::send_by_nccl() {
  std::vector<DeviceMessage> messages;
  for (const Neighbor& n : neighbors_) {
    messages.push_back(
        {n.rank, send_.data() + n.first, receive_.data() + n.first, n.count * static_cast<std::int64_t>(sizeof(Real))});
  }
  patch_.transport().link().exchange(patch_.space(), messages);
}

template <class Real>
void Halo<Real>::send_by_mpi() {
  const Space& space = patch_.space();
  const bool staged = patch_.transport().kind() == Transport::Kind::staged_mpi;
  if (staged) copy_to_host(space, "tarn::halo", staged_send_, send_);
  space.fence();  // packed, and what was received before is unpacked
  Real* const send = staged ? staged_send_.data() : send_.data();
  Real* const receive = staged ? staged_receive_.data() : receive_.data();
  std::size_t request = 0;
  for (const Neighbor& n : neighbors_) {
    require_mpi(MPI_Irecv(receive + n.first, static_cast<int>(n.count), mpi_type<Real>(), n.rank, halo_tag,
                          patch_.ranks().handle(), &requests_[request++]),
                "MPI_Irecv");
  }
  for (const Neighbor& n : neighbors_) {
    require_mpi(MPI_Isend(send + n.first, static_cast<int>(n.count), mpi_type<Real>(), n.rank, halo_tag,
                          patch_.ranks().handle(), &requests_[request++]),
                "MPI_Isend");
  }
}

template <class Real>
void Halo<Real>::finish(const Fields<Real>& u) {
  if (empty()) return;
  if (patch_.transport().kind() == Transport::Kind::nccl) {
    patch_.transport().link().wait_on(patch_.space());
  } else {
    require_mpi(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
  }
  if (patch_.transport().kind() == Transport::Kind::staged_mpi)
    copy_to_device(patch_.space(), "tarn::halo", receive_, staged_receive_);
  copy<false>(u, received_, receive_);
  under_way_ = false;
}

template <class Real>
std::int64_t Halo<Real>::bytes() const {
  const std::int64_t count = empty() ? 0 : neighbors_.back().first + neighbors_.back().count;
  return 4 * count * static_cast<std::int64_t>(sizeof(Real));
}

template class Halo<float>;
template class Halo<double>;

}  // namespace tarn

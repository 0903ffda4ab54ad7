#include "tarn/apps/driver/packing.hpp"

#include <algorithm>
#include <cstdint>

#include "tarn/core/grid/for_each_cell.hpp"

namespace tarn::apps {

namespace {

constexpr bool shared_memory = PackedFields::one_memory;

template <class Target>
using Packed = Kokkos::View<Target***, Kokkos::LayoutRight, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// Every `stride`-th cell from `begin` on, for for_each_cell over the packed cells.
template <class Source, class Target>
struct PackCells {
  Field<Source, 3> field;
  Packed<Target> packed;
  Kokkos::Array<Index, 3> begin, stride;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    packed(k, j, i) =
        static_cast<Target>(field(begin[2] + k * stride[2], begin[1] + j * stride[1], begin[0] + i * stride[0]));
  }
};

template <class Source, class Target>
PackCells<Source, Target> packing_of(const Grid& grid, const Field<Source, 3>& field, const Selection& selection,
                                     const io::GridBlock& block, char* to) {
  PackCells<Source, Target> body{field, {}, {}, {}};
  for (int axis = 0; axis < 3; ++axis) {
    const auto n = static_cast<std::size_t>(axis);
    const std::int64_t first = selection.first[n] + block.offset[n] * selection.stride[n];
    body.begin[n] = static_cast<Index>(first - grid.offset(axis) + grid.ghosts(axis));
    body.stride[n] = static_cast<Index>(selection.stride[n]);
  }
  body.packed = Packed<Target>(reinterpret_cast<Target*>(to), static_cast<std::size_t>(block.count[2]),
                               static_cast<std::size_t>(block.count[1]), static_cast<std::size_t>(block.count[0]));
  return body;
}

template <class Source, class Target>
void pack_cells(const Space& space, const Grid& grid, const Field<Source, 3>& field, const Selection& selection,
                const io::GridBlock& block, char* to) {
  CellRange cells;
  for (int axis = 0; axis < 3; ++axis) {
    cells.begin[axis] = 0;
    cells.end[axis] = static_cast<int>(block.count[static_cast<std::size_t>(axis)]);
  }
  if (cells.empty()) return;
  for_each_cell("tarn::apps::pack", space, cells, packing_of<Source, Target>(grid, field, selection, block, to));
}

/// For a reduction to the smallest place, in C order, of a number that is not finite.
struct FindNotFinite {
  const float* values;

  KOKKOS_FUNCTION void operator()(std::int64_t n, std::int64_t& first) const {
    if (!(values[n] - values[n] == 0) && n < first) first = n;
  }
};

/// The same, of numbers that were finite before they were packed. They are packed in C order.
struct FindOverflow {
  PackCells<double, float> cells;
  std::int64_t nx, ny;

  KOKKOS_FUNCTION void operator()(std::int64_t n, std::int64_t& first) const {
    const auto i = static_cast<Index>(n % nx), j = static_cast<Index>(n / nx % ny), k = static_cast<Index>(n / nx / ny);
    const double before = cells.field(cells.begin[2] + k * cells.stride[2], cells.begin[1] + j * cells.stride[1],
                                      cells.begin[0] + i * cells.stride[0]);
    const float after = cells.packed(k, j, i);
    if (before - before == 0 && !(after - after == 0) && n < first) first = n;
  }
};

bool is_single(const NamedField& field) {
  return std::holds_alternative<Field<float, 3>>(field.values);
}

std::int64_t cells_in(const io::GridBlock& block) {
  return std::max<std::int64_t>(block.count[0], 0) * std::max<std::int64_t>(block.count[1], 0) *
         std::max<std::int64_t>(block.count[2], 0);
}

/// The first packed number that was finite before; -1: there is none.
std::int64_t find_late_overflow(const Space& space, const PackCells<double, float>& cells, const io::GridBlock& block) {
  const std::int64_t count = cells_in(block);
  if (count == 0) return -1;
  const FindOverflow find{cells, block.count[0], block.count[1]};
  std::int64_t place = count;
  Kokkos::parallel_reduce("tarn::apps::find_late_overflow",
                          Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, count), find,
                          Kokkos::Min<std::int64_t>(place));
  space.fence();
  return place < count ? place : -1;
}

}  // namespace

void PackedFields::reserve(std::int64_t bytes) {
  const auto need = static_cast<std::size_t>(bytes);
  const auto grow = [need](auto& buffer) {
    using Buffer = std::decay_t<decltype(buffer)>;
    if (buffer.extent(0) >= need) return;
    buffer = {};  // first, so that both are never there at once
    buffer = Buffer(Kokkos::view_alloc("tarn::apps::packed", Kokkos::WithoutInitializing), need);
  };
  if constexpr (shared_memory) {
    grow(host_);
  } else {
    grow(staging_);
  }
}

template <class Target>
void PackedFields::pack_field(const Space& space, const Grid& grid, const NamedField& field,
                              const Selection& selection) {
  char* const target = buffer() + bytes_;
  if (is_single(field)) {
    pack_cells<float, Target>(space, grid, std::get<Field<float, 3>>(field.values), selection, block_, target);
  } else {
    pack_cells<double, Target>(space, grid, std::get<Field<double, 3>>(field.values), selection, block_, target);
  }
  const bool to_single = sizeof(Target) == sizeof(float);
  const bool narrowed = to_single && !is_single(field);
  parts_.push_back({field.name, field.unit, bytes_, to_single, narrowed && !field.may_be_no_number});
  if (narrowed && field.may_be_no_number) {
    const auto& values = std::get<Field<double, 3>>(field.values);
    parts_.back().late_overflow =
        find_late_overflow(space, packing_of<double, float>(grid, values, selection, block_, target), block_);
  }
  bytes_ += static_cast<std::int64_t>(sizeof(Target)) * cells_in(block_);
}

void PackedFields::pack(const Space& space, const Grid& grid, const FieldSource& field, const Packing& packing) {
  block_ = block_of(grid, packing.selection);
  data_.clear();
  parts_.clear();
  bytes_ = 0;
  const auto most = static_cast<std::int64_t>(packing.names.size()) * packing.number_bytes * cells_in(block_);
  reserve(std::max<std::int64_t>(most, 1));  // a rank without cells has a buffer too
  for (const std::string& name : packing.names) {
    packing.number_bytes == 4 ? pack_field<float>(space, grid, field(name), packing.selection)
                              : pack_field<double>(space, grid, field(name), packing.selection);
  }
  space.fence();
  start_copy();
}

/// Where the fields are packed.
char* PackedFields::buffer() const {
  return shared_memory ? host_.data() : staging_.data();
}

std::optional<PackedFields::Overflow> PackedFields::first_overflow(const Space& space,
                                                                   const Selection& selection) const {
  const std::int64_t cells = cells_in(block_);
  for (const Part& part : parts_) {
    if (!part.narrowed || cells == 0) continue;
    const FindNotFinite find{reinterpret_cast<const float*>(buffer() + part.first)};
    std::int64_t place = cells;
    Kokkos::parallel_reduce("tarn::apps::find_overflow",
                            Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, cells), find,
                            Kokkos::Min<std::int64_t>(place));
    space.fence();
    if (place >= cells) continue;
    return Overflow{part.name, cell_of(place, selection)};
  }
  return {};
}

std::vector<PackedFields::LateOverflow> PackedFields::late_overflows(const Selection& selection) const {
  std::vector<LateOverflow> found;
  for (const Part& part : parts_) {
    if (!part.late_overflow) continue;
    found.push_back({part.name, {}});
    if (*part.late_overflow >= 0) found.back().cell = cell_of(*part.late_overflow, selection);
  }
  return found;
}

/// The cell of the domain that a packed number is of.
std::array<std::int64_t, 3> PackedFields::cell_of(std::int64_t place, const Selection& selection) const {
  std::array<std::int64_t, 3> cell{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    cell[axis] = selection.first[axis] + (block_.offset[axis] + place % block_.count[axis]) * selection.stride[axis];
    place /= block_.count[axis];
  }
  return cell;
}

void PackedFields::start_copy() {
  if constexpr (!shared_memory) {
    if (!std::holds_alternative<Space>(copying_)) copying_ = kokkos_compat::new_instance<Space>();
    const auto packed = std::make_pair(std::size_t{0}, static_cast<std::size_t>(bytes_));
    copy_ = {};  // its memory goes back to the pool, and comes again
    copy_ = AsyncDownload<char, 1>(std::get<Space>(copying_), Kokkos::subview(staging_, packed), label);
  }
}

void PackedFields::wait() {
  const char* const host = shared_memory ? host_.data() : copy_.wait().data();
  data_.clear();
  for (const Part& part : parts_) {
    const char* const first = host + part.first;
    if (part.single) {
      data_.push_back({part.name, part.unit, reinterpret_cast<const float*>(first)});
    } else {
      data_.push_back({part.name, part.unit, reinterpret_cast<const double*>(first)});
    }
  }
}

}  // namespace tarn::apps

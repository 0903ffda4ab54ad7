#pragma once

#include <ranges>
#include <span>
#include <string>

#include "tarn/core/memory/memory.hpp"
#include "tarn/core/memory/view_parts.hpp"

// Arrays between the host and the device. Every crossing is in the ledger: runtime.transfers().

namespace tarn {

namespace detail {

/// Copies between two places of one memory, where that stands for a crossing.
template <class Target, class Source>
void copy_on_host(const Space& space, Direction direction, const std::string& label, const Target& target,
                  const Source& source) {
  const std::size_t bytes = source.size() * sizeof(Element<Source>);
  if (bytes == 0 || target.data() == source.data()) return;
  memory().transfers().require_allowed(direction, label, bytes);
  const Kokkos::Timer timer;
  Kokkos::deep_copy(space, target, source);
  space.fence();
  memory().transfers().record(direction, label, bytes, timer.seconds());
}

/// The elements of a device View in C order: where they are, or packed on the device into `packed`.
template <class View>
const void* packed_on_device(const Space& space, const View& view, Scratch& packed) {
  if (is_c_order(view)) return view.data();
  using Array = Field<Element<View>, rank_of<View>>;
  packed = Scratch(memory().device(), view.size() * sizeof(Element<View>), stream_of(space));
  Kokkos::deep_copy(space, c_order_view<Array>(packed.as<Element<View>>(), extents_of(view)), view);
  return packed.data();
}

template <class Target, class Source>
void stage_to_host(const Space& space, const std::string& label, const Target& target, const Source& source) {
  const std::size_t bytes = source.size() * sizeof(Element<Source>);
  if (bytes == 0) return;
  memory().transfers().require_allowed(Direction::to_host, label, bytes);
  Scratch packed;
  const void* const device = packed_on_device(space, source, packed);
  space.fence();
  const Kokkos::Timer timer;
  memory().staging().to_host(device, region_of(target));
  memory().transfers().record(Direction::to_host, label, bytes, timer.seconds());
}

template <class Target, class Source>
void stage_to_device(const Space& space, const std::string& label, const Target& target, const Source& source) {
  const std::size_t bytes = source.size() * sizeof(Element<Source>);
  if (bytes == 0) return;
  memory().transfers().require_allowed(Direction::to_device, label, bytes);
  const bool direct = is_c_order(target);
  Scratch packed;
  if (!direct) packed = Scratch(memory().device(), bytes, stream_of(space));
  space.fence();
  const Kokkos::Timer timer;
  memory().staging().to_device(region_of(source), direct ? target.data() : packed.data());
  memory().transfers().record(Direction::to_device, label, bytes, timer.seconds());
  if (direct) return;
  using Array = Field<Element<Target>, rank_of<Target>>;
  Kokkos::deep_copy(space, target, c_order_view<Array>(packed.as<Element<Target>>(), extents_of(target)));
  space.fence();
}

}  // namespace detail

/// Copies a host array to the device; complete on return.
///
/// Goes through pinned buffers in overlapped pieces, with at most 64 MiB more host memory; any layout and strides on
/// either side (a target that is not in C order is written from a packed copy on the device). Where the device's memory
/// is the host's it is one plain copy, and nothing at all if source and target are the same memory.
/// @param space   instance whose earlier work on the target is waited for
/// @param target  device array; the shape and elements of the source
/// @param source  host array, pageable or pinned
/// @param label   what the ledger calls it
/// @throws ShapeMismatch, TransferRefused, OutOfMemory
template <detail::IsView Target, detail::IsView Source>
void upload(const Space& space, const Target& target, const Source& source, const std::string& label) {
  static_assert(detail::is_device_view<Target> && detail::is_host_view<Source>, "upload: from the host to the device");
  detail::require_same_shape("upload", target, source);
  if constexpr (detail::spaces_are_one) {
    detail::copy_on_host(space, Direction::to_device, label, target, source);
  } else {
    detail::stage_to_device(space, label, target, source);
  }
}
/// On the default instance.
template <detail::IsView Target, detail::IsView Source>
void upload(const Target& target, const Source& source, const std::string& label) {
  upload(Space(), target, source, label);
}
/// Labelled as the target.
template <detail::IsView Target, detail::IsView Source>
void upload(const Target& target, const Source& source) {
  upload(Space(), target, source, target.label());
}
/// From a std::vector, std::span or another range that lies in one piece.
template <detail::IsView Target, std::ranges::contiguous_range Range>
requires(!detail::IsView<Range>) void upload(const Target& target, const Range& source, const std::string& label) {
  using T = const std::ranges::range_value_t<Range>;
  upload(Space(), target,
         Kokkos::View<T*, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
             std::ranges::data(source), std::ranges::size(source)),
         label);
}

/// A device array with the elements of a host array.
///
/// Where the device's memory is the host's, an array in C order whose elements may be written to is shared and nothing
/// is copied: what is written to either is seen in both. Anything else is copied.
/// @param source  host array of rank 1 to 4
/// @throws TransferRefused, OutOfMemory
template <detail::IsView Source>
auto upload(const Source& source, const std::string& label) {
  using Array = Field<detail::Element<Source>, detail::rank_of<Source>>;
  if constexpr (detail::spaces_are_one && std::is_same_v<typename Source::array_layout, Kokkos::LayoutRight> &&
                std::is_assignable_v<Array&, const Source&>) {
    if (detail::is_c_order(source)) return Array(source);
  }
  const auto target = detail::new_like<Array>(memory().device(), stream_of(Space()), label, detail::extents_of(source));
  upload(Space(), target, source, label);
  return target;
}
/// Labelled as the source.
template <detail::IsView Source>
auto upload(const Source& source) {
  return upload(source, source.label());
}
/// From a std::vector, std::span or another range that lies in one piece; always copied, so the range may die.
template <std::ranges::contiguous_range Range>
requires(!detail::IsView<Range>) auto upload(const Range& source, const std::string& label) {
  using T = std::ranges::range_value_t<Range>;
  const auto target = pool_view<Field<T, 1>>(memory().device(), stream_of(Space()), label, std::ranges::size(source));
  upload(target, source, label);
  return target;
}

/// Copies a device array to the host; complete on return. The counterpart of upload(): a source that is not in C order
/// is packed on the device first.
/// @param space   instance whose work on the source is waited for
/// @param target  host array, pageable or pinned; the shape and elements of the source
/// @param source  device array
/// @param label   what the ledger calls it
/// @throws ShapeMismatch, TransferRefused, OutOfMemory
template <detail::IsView Target, detail::IsView Source>
void download(const Space& space, const Target& target, const Source& source, const std::string& label) {
  static_assert(detail::is_host_view<Target> && detail::is_device_view<Source>,
                "download: from the device to the host");
  detail::require_same_shape("download", target, source);
  if constexpr (detail::spaces_are_one) {
    detail::copy_on_host(space, Direction::to_host, label, target, source);
  } else {
    detail::stage_to_host(space, label, target, source);
  }
}
/// On the default instance.
template <detail::IsView Target, detail::IsView Source>
void download(const Target& target, const Source& source, const std::string& label) {
  download(Space(), target, source, label);
}
/// Labelled as the source.
template <detail::IsView Target, detail::IsView Source>
void download(const Target& target, const Source& source) {
  download(Space(), target, source, source.label());
}

/// A host array, in C order, with the elements of a device array; its memory comes from the host's pool.
///
/// Where the device's memory is the host's, an array in C order is shared and nothing is copied: what is written to
/// either is seen in both. Anything else is copied.
/// @param space   instance whose work on the source is waited for
/// @param source  device array of rank 1 to 4
/// @throws TransferRefused, OutOfMemory
template <detail::IsView Source>
auto download(const Space& space, const Source& source, const std::string& label) {
  using Array = HostField<detail::Element<Source>, detail::rank_of<Source>>;
  if constexpr (detail::spaces_are_one && std::is_same_v<typename Source::array_layout, Kokkos::LayoutRight> &&
                std::is_assignable_v<Array&, const Source&>) {
    if (detail::is_c_order(source)) {
      space.fence();
      return Array(source);
    }
  }
  const auto target = detail::new_like<Array>(memory().host(), 0, label, detail::extents_of(source));
  download(space, target, source, label);
  return target;
}
/// Of work on the default instance.
template <detail::IsView Source>
auto download(const Source& source, const std::string& label) {
  return download(Space(), source, label);
}
/// Labelled as the source.
template <detail::IsView Source>
auto download(const Source& source) {
  return download(Space(), source, source.label());
}

}  // namespace tarn

#include "tarn/ops/reduce/sort.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace tarn::ops::detail {

namespace {

/// NaN last; complex numbers with a NaN as NumPy sorts them: imaginary part NaN, real part NaN, both.
template <class T>
struct Before {
  KOKKOS_FUNCTION bool operator()(const T& a, const T& b) const {
    if constexpr (ComplexElement<T>) {
      const int of_a = missing_parts(a), of_b = missing_parts(b);
      if (of_a != of_b) return of_a < of_b;
      const bool same_real = of_a >= 2 || a.real() == b.real();
      return same_real ? a.imag() < b.imag() : a.real() < b.real();
    } else {
      return is_nan(b) ? !is_nan(a) : is_less(a, b);
    }
  }
  KOKKOS_FUNCTION static int missing_parts(const T& z) requires ComplexElement<T> {
    return (is_nan(z.real()) ? 2 : 0) + (is_nan(z.imag()) ? 1 : 0);
  }
};

/// One round of a merge sort: every element of two neighbouring sorted runs finds its place in the merged run by
/// bisection of the other one.
template <class T>
struct MergeRuns {
  const T* keys;
  const std::int64_t* numbers;  ///< or null
  T* merged_keys;
  std::int64_t* merged_numbers;
  std::int64_t length;  ///< of a line
  std::int64_t run;     ///< elements of a sorted run

  /// How many keys of a sorted run go before `key`; equal ones too where `equal_first`.
  KOKKOS_FUNCTION static std::int64_t count_before(const T* run_keys, std::int64_t count, const T& key,
                                                   bool equal_first) {
    const Before<T> before;
    std::int64_t low = 0, high = count;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      const bool is_before = equal_first ? !before(key, run_keys[middle]) : before(run_keys[middle], key);
      low = is_before ? middle + 1 : low;
      high = is_before ? high : middle;
    }
    return low;
  }

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const std::int64_t line = n / length, at = n - line * length;
    const std::int64_t pair = at / (2 * run) * (2 * run);
    const std::int64_t middle = pair + run < length ? pair + run : length;
    const std::int64_t end = middle + run < length ? middle + run : length;
    const T* const of_line = keys + line * length;
    const T key = of_line[at];
    const bool is_right = at >= middle;
    const std::int64_t others = is_right ? count_before(of_line + pair, middle - pair, key, true)
                                         : count_before(of_line + middle, end - middle, key, false);
    const std::int64_t to = line * length + (is_right ? at - middle + pair : at) + others;
    merged_keys[to] = key;
    if (numbers != nullptr) merged_numbers[to] = numbers[n];
  }
};

template <class T>
void sort_on_device(const Space& space, T* keys, std::int64_t* numbers, std::int64_t lines, std::int64_t length) {
  const auto count = static_cast<std::size_t>(lines * length);
  const auto plain = [](const char* label) {
    return Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing);
  };
  const Kokkos::View<T*, Space> other_keys(plain("tarn::ops::sort::keys"), count);
  const Kokkos::View<std::int64_t*, Space> other_numbers(plain("tarn::ops::sort::numbers"),
                                                         numbers == nullptr ? 0 : count);
  MergeRuns<T> merge{keys, numbers, other_keys.data(), other_numbers.data(), length, 1};
  for (; merge.run < length; merge.run *= 2) {
    Kokkos::parallel_for("tarn::ops::merge_runs", Range<Space>(space, 0, lines * length), merge);
    merge = {merge.merged_keys,
             numbers == nullptr ? nullptr : merge.merged_numbers,
             const_cast<T*>(merge.keys),
             const_cast<std::int64_t*>(merge.numbers),
             length,
             merge.run};
  }
  if (merge.keys != keys) {
    using Unmanaged = Kokkos::MemoryTraits<Kokkos::Unmanaged>;
    Kokkos::deep_copy(space, Kokkos::View<T*, Space, Unmanaged>(keys, count), other_keys);
    if (numbers != nullptr)
      Kokkos::deep_copy(space, Kokkos::View<std::int64_t*, Space, Unmanaged>(numbers, count), other_numbers);
  }
  space.fence();
}

template <class T>
void sort_on_host(T* keys, std::int64_t* numbers, std::int64_t lines, std::int64_t length) {
  const Before<T> before;
  std::vector<std::int64_t> order(numbers == nullptr ? 0 : static_cast<std::size_t>(length));
  for (std::int64_t line = 0; line < lines; ++line) {
    T* const first = keys + line * length;
    if (numbers == nullptr) {
      std::stable_sort(first, first + length, before);
      continue;
    }
    std::iota(order.begin(), order.end(), std::int64_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int64_t a, std::int64_t b) { return before(first[a], first[b]); });
    std::copy(order.begin(), order.end(), numbers + line * length);
  }
}

}  // namespace

template <class T>
void sort_lines(const Space& space, T* keys, std::int64_t* numbers, std::int64_t lines, std::int64_t length) {
  if constexpr (is_gpu<Space>) {
    sort_on_device(space, keys, numbers, lines, length);
  } else {
    space.fence();
    sort_on_host(keys, numbers, lines, length);
  }
}

#define TARN_INSTANTIATE(T) template void sort_lines<T>(const Space&, T*, std::int64_t*, std::int64_t, std::int64_t)
TARN_INSTANTIATE(bool);
TARN_INSTANTIATE(std::uint8_t);
TARN_INSTANTIATE(std::int32_t);
TARN_INSTANTIATE(std::int64_t);
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
TARN_INSTANTIATE(Kokkos::complex<float>);
TARN_INSTANTIATE(Kokkos::complex<double>);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail

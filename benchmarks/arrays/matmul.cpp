#include "tarn/ops/linalg/matmul.hpp"

#include "tarn/ops/random/random_fill.hpp"

#include "cases.hpp"

// Products of square matrices, of each operand as it is (n) or transposed (t).

namespace tarn::benchmarks {

namespace {

template <class T, bool TransposeA, bool TransposeB>
void multiply(const Space& space, const Field<T, 2>& c, const Field<T, 2>& a, const Field<T, 2>& b) {
  using ops::matmul, ops::transposed;
  if constexpr (TransposeA && TransposeB) {
    matmul(space, c, transposed(a), transposed(b));
  } else if constexpr (TransposeA) {
    matmul(space, c, transposed(a), b);
  } else if constexpr (TransposeB) {
    matmul(space, c, a, transposed(b));
  } else {
    matmul(space, c, a, b);
  }
}

template <class T, bool TransposeA, bool TransposeB>
Prepared prepare(const Runtime& runtime, std::int64_t n) {
  const auto a = runtime.array<T>("a", n, n), b = runtime.array<T>("b", n, n), c = runtime.array<T>("c", n, n);
  ops::random_uniform(runtime.space(), a, {.seed = next_seed()});
  ops::random_uniform(runtime.space(), b, {.seed = next_seed()});
  const auto order = static_cast<double>(n);
  return {0, 2 * order * order * order,
          timed(runtime, [a, b, c, &space = runtime.space()] { multiply<T, TransposeA, TransposeB>(space, c, a, b); })};
}

template <class T>
void add_type(Cases& cases, const std::string& type) {
  cases["matmul_nn" + type] = prepare<T, false, false>;
  cases["matmul_nt" + type] = prepare<T, false, true>;
  cases["matmul_tn" + type] = prepare<T, true, false>;
  cases["matmul_tt" + type] = prepare<T, true, true>;
}

}  // namespace

void add_matmul(Cases& cases) {
  add_type<double>(cases, " float64");
  add_type<float>(cases, " float32");
}

}  // namespace tarn::benchmarks

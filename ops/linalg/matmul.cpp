#include "tarn/ops/linalg/matmul.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/integer_product.hpp"
#include "tarn/ops/linalg/pack.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

namespace tarn::ops::detail {

namespace {

/// Whether BLAS can take the matrices by columns: rows contiguous in memory, one column behind the other. An axis of
/// one element has any stride.
template <class T>
bool by_columns(const Strided<T>& s) {
  return (s.stride[1] == 1 || s.rows() <= 1) &&
         (s.columns() <= 1 || s.stride[2] >= std::max<std::int64_t>(1, s.rows()));
}

/// The leading dimension of matrices that are stored by columns.
template <class T>
std::int64_t leading(const Strided<T>& s) {
  return s.columns() <= 1 ? std::max<std::int64_t>(1, s.rows()) : s.stride[2];
}

/// An operand in the words of BLAS, packed into memory of its own if BLAS has no words for it.
template <class T>
class BlasOperand {
 public:
  BlasOperand(const Space& space, const Strided<const T>& s) {
    // BLAS conjugates only what it transposes.
    if (by_columns(s) && !s.conjugated) {
      matrix = {s.data, leading(s), s.stride[0], Transform::none};
    } else if (by_columns(swapped(s))) {
      matrix = {s.data, leading(swapped(s)), s.stride[0], s.conjugated ? Transform::adjoint : Transform::transpose};
    } else {
      auto once = s;
      if (s.stride[0] == 0) once.extent[0] = 1;
      packed_.emplace("tarn::ops::packed_operand", once.extent);
      copy_elements<T>(space, once, packed_->matrices);
      const auto batch_stride = once.extent[0] == 1 ? 0 : packed_->matrices.stride[0];
      matrix = {packed_->matrices.data, packed_->matrices.stride[2], batch_stride, Transform::none};
    }
  }
  bool is_packed() const { return packed_.has_value(); }

  BlasMatrix<const T> matrix;

 private:
  std::optional<Packed<T>> packed_;
};

/// All extents at least 1; c stored by columns.
template <class T>
void call_gemm(const Space& space, const Strided<T>& c, const Strided<const T>& a, const Strided<const T>& b,
               const Scale<T>& scale) {
  const BlasOperand<T> left(space, a), right(space, b);
  gemm<T>(space, {c.rows(),
                  c.columns(),
                  a.columns(),
                  c.batch(),
                  scale.alpha,
                  scale.beta,
                  left.matrix,
                  right.matrix,
                  {c.data, leading(c), c.stride[0], Transform::none}});
  if (left.is_packed() || right.is_packed()) space.fence();  // the temporaries die here
}

/// Whether b is a transposed, by its place in memory.
template <class T>
bool is_transposed(const Strided<const T>& a, const Strided<const T>& b) {
  return a.data == b.data && a.rows() == b.columns() && a.columns() == b.rows() && a.stride[0] == b.stride[0] &&
         a.stride[1] == b.stride[2] && a.stride[2] == b.stride[1];
}

/// Multiplies a real matrix by its own transpose on a host. The product is symmetric: its rows are its columns.
/// @return whether this was such a product, worth it
template <class T>
bool multiply_by_own_transpose(const Space& space, const Strided<T>& c, const Strided<const T>& a,
                               const Strided<const T>& b, const Scale<T>& scale) {
  constexpr std::int64_t least = 64;  // below, gemm is as fast
  if constexpr (std::is_floating_point_v<T> && !tarn::detail::space_is_gpu) {
    if (scale.beta != T(0) || a.rows() < least || !is_transposed(a, b)) return false;
    const Strided<T> columns = by_columns(c) ? c : swapped(c);
    if (!by_columns(columns)) return false;
    const BlasOperand<T> operand(space, a);
    syrk<T>(space, {a.rows(),
                    a.columns(),
                    c.batch(),
                    scale.alpha,
                    operand.matrix,
                    {columns.data, leading(columns), columns.stride[0], Transform::none}});
    return true;
  } else {
    return false;
  }
}

template <class T>
void product(const Space& space, const Strided<T>& c, const Strided<const T>& a, const Strided<const T>& b,
             const Scale<T>& scale) {
  if constexpr (has_own_product<T>) {
    integer_product<T>(space, a, b, c, scale.alpha, scale.beta);
  } else if (multiply_by_own_transpose<T>(space, c, a, b, scale)) {
    return;
  } else if (by_columns(c)) {
    call_gemm<T>(space, c, a, b, scale);
  } else if (by_columns(swapped(c))) {
    call_gemm<T>(space, swapped(c), swapped(b), swapped(a), scale);  // c^T = b^T a^T
  } else {
    const Packed<T> packed("tarn::ops::packed_target", c.extent);
    if (scale.beta != T(0)) copy_elements<T>(space, c.as_const(), packed.matrices);
    call_gemm<T>(space, packed.matrices, a, b, scale);
    copy_elements<T>(space, packed.matrices.as_const(), c);
    space.fence();
  }
}

struct Shapes {
  const char* who;
  std::string text;  ///< "a is 3x4, b is 5x6"
  std::source_location place;

  [[noreturn]] void refuse_these(const std::string& why) const { refuse_shape(who, text + "; " + why, place); }
};

template <class T>
void check_extents(const char* who, const Strided<T>& s, std::source_location place) {
  for (int axis = 0; axis < 3; ++axis) {
    if (s.extent[axis] > std::numeric_limits<int>::max() ||
        (s.extent[axis] > 1 && axis > 0 && s.stride[axis] > std::numeric_limits<int>::max())) {
      refuse(who,
             fmt::format("an axis of {} elements, {} apart, is beyond the 32 bits of BLAS", s.extent[axis],
                         s.stride[axis]),
             place);
    }
  }
}

template <class T, class A, class B>
void check_overlap(const Shapes& shapes, const char* target, const Strided<T>& c, const A& a, const B& b,
                   const char* a_name, const char* b_name) {
  if (overlaps_itself(footprint(c))) {
    refuse(shapes.who, fmt::format("{}; elements of the target {} share memory with each other", shapes.text, target),
           shapes.place);
  }
  const bool with_a = overlaps(footprint(c), footprint(a));
  if (!with_a && !overlaps(footprint(c), footprint(b))) return;
  refuse(shapes.who,
         fmt::format("{}; the target {} shares memory with {}", shapes.text, target, with_a ? a_name : b_name),
         shapes.place);
}

/// Repeats a batch of one.
template <class T>
void broadcast(Strided<const T>& s, std::int64_t batch) {
  if (s.extent[0] == batch) return;
  s.extent[0] = batch;
  s.stride[0] = 0;
}

template <class T>
void check_product(const Shapes& shapes, const Strided<T>& c, const Strided<const T>& a, const Strided<const T>& b) {
  if (a.columns() != b.rows()) shapes.refuse_these(fmt::format("inner sizes {} and {} differ", a.columns(), b.rows()));
  if (c.rows() != a.rows() || c.columns() != b.columns())
    shapes.refuse_these(fmt::format("the product is {}x{}", a.rows(), b.columns()));
  for (const auto* s : {&a, &b}) {
    if (s->batch() != c.batch() && s->batch() != 1)
      shapes.refuse_these(fmt::format("batches of {} and {} differ", s->batch(), c.batch()));
  }
}

}  // namespace

template <class T>
void matmul(const Space& space, const Strided<T>& c, Strided<const T> a, Strided<const T> b, const Scale<T>& scale,
            int rank, std::source_location place) {
  const auto text = [&](const auto& s) { return shape_text(rank == 3 && s.batch() != 1 ? 3 : 2, s.extent); };
  const Shapes shapes{"matmul", fmt::format("a is {}, b is {}, c is {}", text(a), text(b), text(c)), place};
  if (a.columns() != b.rows()) {  // c has no part in this one
    Shapes{"matmul", fmt::format("a is {}, b is {}", text(a), text(b)), place}.refuse_these(
        fmt::format("inner sizes {} and {} differ", a.columns(), b.rows()));
  }
  check_product<T>(shapes, c, a, b);
  check_overlap(shapes, "c", c, a, b, "a", "b");
  for (const auto& s : {a, b, c.as_const()})
    check_extents("matmul", s, place);
  if (c.size() == 0) return;
  if (a.columns() == 0) return scale_elements<T>(space, c, scale.beta);  // sums of nothing
  broadcast(a, c.batch());
  broadcast(b, c.batch());
  product<T>(space, c, a, b, scale);
}

template <class T>
void matvec(const Space& space, const Strided<T>& y, const Strided<const T>& a, const Strided<const T>& x,
            const Scale<T>& scale, std::source_location place) {
  const Shapes shapes{"matvec",
                      fmt::format("a is {}, x is {}, y is {}", shape_text(2, a.extent), shape_text(1, x.extent),
                                  shape_text(1, y.extent)),
                      place};
  if (a.columns() != x.rows()) shapes.refuse_these(fmt::format("inner sizes {} and {} differ", a.columns(), x.rows()));
  if (a.rows() != y.rows()) shapes.refuse_these(fmt::format("the product has {}", a.rows()));
  check_overlap(shapes, "y", y, a, x, "a", "x");
  for (const auto& s : {a, x, y.as_const()})
    check_extents("matvec", s, place);
  if (y.size() == 0) return;
  if (a.columns() == 0) return scale_elements<T>(space, y, scale.beta);
  if constexpr (has_own_product<T>) {
    integer_product<T>(space, a, x, y, scale.alpha, scale.beta);
  } else {
    // A conjugated x and a conjugated matrix that BLAS would have to transpose are packed: see BlasOperand.
    const BlasOperand<T> matrix(space, a);
    std::optional<Packed<T>> packed;
    auto vector = x;
    if (x.conjugated || (x.stride[1] < 1 && x.rows() > 1)) {
      packed.emplace("tarn::ops::packed_vector", x.extent);
      copy_elements<T>(space, x, packed->matrices);
      vector = packed->matrices.as_const();
    }
    const bool turned = matrix.matrix.transform != Transform::none;
    gemv<T>(space,
            {turned ? a.columns() : a.rows(), turned ? a.rows() : a.columns(), scale.alpha, scale.beta, matrix.matrix,
             vector.data, std::max<std::int64_t>(1, vector.stride[1]), y.data, std::max<std::int64_t>(1, y.stride[1])});
    if (packed || matrix.is_packed()) space.fence();
  }
}

template <class T>
void outer(const Space& space, const Strided<T>& c, const Strided<const T>& x, const Strided<const T>& y,
           const Scale<T>& scale, std::source_location place) {
  const Shapes shapes{"outer",
                      fmt::format("x is {}, y is {}, c is {}", shape_text(1, x.extent), shape_text(1, y.extent),
                                  shape_text(2, c.extent)),
                      place};
  if (c.rows() != x.rows() || c.columns() != y.columns())
    shapes.refuse_these(fmt::format("the product is {}x{}", x.rows(), y.columns()));
  check_overlap(shapes, "c", c, x, y, "x", "y");
  if (c.size() > 0) outer_elements<T>(space, x, y, c, scale.alpha, scale.beta);
}

#define TARN_INSTANTIATE(T)                                                                                          \
  template void matmul<T>(const Space&, const Strided<T>&, Strided<const T>, Strided<const T>, const Scale<T>&, int, \
                          std::source_location);                                                                     \
  template void matvec<T>(const Space&, const Strided<T>&, const Strided<const T>&, const Strided<const T>&,         \
                          const Scale<T>&, std::source_location);                                                    \
  template void outer<T>(const Space&, const Strided<T>&, const Strided<const T>&, const Strided<const T>&,          \
                         const Scale<T>&, std::source_location)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
TARN_INSTANTIATE(Kokkos::complex<float>);
TARN_INSTANTIATE(Kokkos::complex<double>);
TARN_INSTANTIATE(std::int32_t);
TARN_INSTANTIATE(std::int64_t);
TARN_INSTANTIATE(std::uint8_t);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail

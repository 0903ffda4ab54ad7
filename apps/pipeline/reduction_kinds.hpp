#pragma once

#include "tarn/apps/pipeline/reduction.hpp"
#include "tarn/ops/ops.hpp"

// The reductions of one element type; each is instantiated in a file of its own.

namespace tarn::apps::pipeline {

/// In which type elements are added up.
template <class T>
using SumType = std::conditional_t<std::is_integral_v<T>, std::int64_t,
                                   std::conditional_t<ops::ComplexElement<T>, Complex, double>>;
template <class T>
using MeanType = std::conditional_t<ops::ComplexElement<T>, Complex, double>;

/// What all kinds share: the shape, and arrays of one number for each result.
template <class T>
class ReductionOf : public Reduction {
 public:
  ReductionOf(const Space& space, std::int64_t outer, std::int64_t inner)
      : space_(space), outer_(outer), inner_(inner) {}

 protected:
  template <class U>
  Array results(const char* label) const {
    return make_array(space_, label, {type_of<U>(), {1, {outer_ * inner_}}});
  }
  Field<T, 3> as_block(const Array& array, std::int64_t count) const {
    return Field<T, 3>(array.data<T>(), static_cast<std::size_t>(outer_), static_cast<std::size_t>(count),
                       static_cast<std::size_t>(inner_));
  }

  Space space_;
  std::int64_t outer_, inner_;
};

/// What is added up of a block: for sum and mean its elements, for norm2 their squares, for var the squared distances.
template <Op op, class T>
auto reduced_block(const Field<T, 3>& x) {
  using namespace ops;
  if constexpr (op == Op::sum) {
    return ops::sum(cast<SumType<T>>(x), axis<1>);
  } else if constexpr (op == Op::mean) {
    return ops::sum(cast<MeanType<T>>(x), axis<1>);
  } else if constexpr (op == Op::var) {
    return ops::var(cast<MeanType<T>>(x), axis<1>);
  } else if constexpr (ComplexElement<T>) {
    return ops::sum(square(real(x)) + square(imag(x)), axis<1>);
  } else {
    return ops::sum(square(cast<double>(x)), axis<1>);
  }
}

/// How the result is made of that.
template <Op op, class T>
using LastFold =
    std::conditional_t<op == Op::sum, ops::detail::SumFold<SumType<T>>,
                       std::conditional_t<op == Op::mean, ops::detail::MeanFold<MeanType<T>>,
                                          std::conditional_t<op == Op::var, ops::detail::VarianceFold<MeanType<T>>,
                                                             ops::detail::RootFold<double>>>>;

/// sum, mean, norm2 and var.
template <Op op, class T>
class SumReduction : public ReductionOf<T> {
 public:
  SumReduction(const Space& space, std::int64_t outer, std::int64_t inner)
      : ReductionOf<T>(space, outer, inner), blocks_(space, outer * inner) {}

  void add(const Array& block, std::int64_t count) override {
    blocks_.add(this->space_, reduced_block<op, T>(this->as_block(block, count)));
  }

  Array finish(const std::string& label, const Signature& signature) override {
    using Real = std::conditional_t<std::is_same_v<T, float>, float, double>;
    using Floating = std::conditional_t<ops::ComplexElement<T>, Complex, Real>;
    using Sum = std::conditional_t<std::is_integral_v<T>, std::int64_t, Floating>;
    using Result = std::conditional_t<op == Op::sum, Sum, std::conditional_t<op == Op::mean, Floating, Real>>;
    const Array result = make_array(this->space_, label, signature);
    blocks_.finish(this->space_, flat<Result>(result), LastFold<op, T>());
    return result;
  }

 private:
  ops::BlockReduction<decltype(reduced_block<op, T>(std::declval<Field<T, 3>>()))> blocks_;
};

/// Whether a comes before b in the order that extremes are taken in; complex numbers as NumPy's, by the real parts
/// first.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool precedes(const T& a, const T& b) {
  if constexpr (ops::ComplexElement<T>) {
    return a.real() < b.real() || (a.real() == b.real() && a.imag() < b.imag());
  } else {
    return a < b;
  }
}

template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool is_nan(const T& a) {
  if constexpr (ops::ComplexElement<T>) {
    return a.real() != a.real() || a.imag() != a.imag();
  } else {
    return a != a;
  }
}

/// Takes a block's extremes by their places where they are better; the first NaN is better than all.
template <class T>
struct JoinExtremes {
  Field<T, 3> block;
  Field<std::int64_t, 1> part;  ///< places within the block
  Field<T, 1> best;
  Field<std::int64_t, 1> place;
  std::int64_t first;  ///< place of the block's first element; 0: nothing to compare with yet
  bool largest;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const auto inner = static_cast<std::int64_t>(block.extent(2));
    const T value = block(n / inner, part(n), n % inner);
    const T old = best(n);
    const bool better = is_nan(value) || (largest ? precedes(old, value) : precedes(value, old));
    if (first > 0 && (is_nan(old) || !better)) return;
    best(n) = value;
    place(n) = first + part(n);
  }
};

/// min, max, argmin and argmax.
template <class T>
class ExtremeReduction : public ReductionOf<T> {
 public:
  ExtremeReduction(const Space& space, Op op, std::int64_t outer, std::int64_t inner)
      : ReductionOf<T>(space, outer, inner), op_(op) {}

  void add(const Array& block, std::int64_t count) override {
    if (count == 0) return;
    if (first_ == 0) {
      best_ = this->template results<T>("pipeline::extreme");
      place_ = this->template results<std::int64_t>("pipeline::place");
    }
    const bool largest = op_ == Op::max || op_ == Op::argmax;
    const auto x = this->as_block(block, count);
    const Array part = this->template results<std::int64_t>("pipeline::partial_place");
    const Field<std::int64_t, 2> places(part.data<std::int64_t>(), static_cast<std::size_t>(this->outer_),
                                        static_cast<std::size_t>(this->inner_));
    using namespace ops;
    if (largest) {
      assign(this->space_, places, argmax(x, axis<1>));
    } else {
      assign(this->space_, places, argmin(x, axis<1>));
    }
    Kokkos::parallel_for(
        "tarn::pipeline::join_extremes",
        Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(this->space_, 0, this->outer_ * this->inner_),
        JoinExtremes<T>{x, flat<std::int64_t>(part), flat<T>(best_), flat<std::int64_t>(place_), first_, largest});
    first_ += count;
  }

  Array finish(const std::string& label, const Signature& signature) override {
    const Array result = make_array(this->space_, label, signature);
    if (op_ == Op::min || op_ == Op::max) {
      Kokkos::deep_copy(this->space_, flat<T>(result), flat<T>(best_));
    } else {
      Kokkos::deep_copy(this->space_, flat<std::int64_t>(result), flat<std::int64_t>(place_));
    }
    return result;
  }

 private:
  Op op_;
  Array best_, place_;
  std::int64_t first_ = 0;
};

template <class T>
std::unique_ptr<Reduction> make_reduction_of(const Space& space, Op op, std::int64_t outer, std::int64_t inner) {
  switch (op) {
    case Op::sum:
      return std::make_unique<SumReduction<Op::sum, T>>(space, outer, inner);
    case Op::mean:
      return std::make_unique<SumReduction<Op::mean, T>>(space, outer, inner);
    case Op::norm2:
      return std::make_unique<SumReduction<Op::norm2, T>>(space, outer, inner);
    case Op::var:
      return std::make_unique<SumReduction<Op::var, T>>(space, outer, inner);
    default:
      return std::make_unique<ExtremeReduction<T>>(space, op, outer, inner);
  }
}

template <class T>
auto products_of(const Array& a, const Array& b) {
  using namespace ops;
  using U = SumType<T>;
  const auto extent = static_cast<std::size_t>(a.size());
  const Field<T, 2> x(a.data<T>(), 1, extent), y(b.data<T>(), 1, extent);
  return ops::sum(cast<U>(x) * cast<U>(y), axis<1>);
}

template <class T>
class DotOf : public Dot {
 public:
  explicit DotOf(const Space& space) : space_(space), blocks_(space, 1) {}

  void add(const Array& a, const Array& b) override { blocks_.add(space_, products_of<T>(a, b)); }
  Array finish(const std::string& label) override {
    const Array result = make_array(space_, label, {type_of<T>(), {}});
    blocks_.finish(space_, flat<T>(result), ops::detail::SumFold<SumType<T>>());
    return result;
  }

 private:
  Space space_;
  ops::BlockReduction<decltype(products_of<T>(std::declval<Array>(), std::declval<Array>()))> blocks_;
};

template <class T>
std::unique_ptr<Dot> make_dot_of(const Space& space) {
  return std::make_unique<DotOf<T>>(space);
}

}  // namespace tarn::apps::pipeline

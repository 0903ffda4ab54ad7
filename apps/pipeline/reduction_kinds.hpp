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
  template <class U>
  Field<U, 2> as_results(const Array& array) const {
    return Field<U, 2>(array.data<U>(), static_cast<std::size_t>(outer_), static_cast<std::size_t>(inner_));
  }
  Field<T, 3> as_block(const Array& array, std::int64_t count) const {
    return Field<T, 3>(array.data<T>(), static_cast<std::size_t>(outer_), static_cast<std::size_t>(count),
                       static_cast<std::size_t>(inner_));
  }

  Space space_;
  std::int64_t outer_, inner_;
};

/// sum, mean and norm2.
template <class T>
class SumReduction : public ReductionOf<T> {
 public:
  SumReduction(const Space& space, Op op, std::int64_t outer, std::int64_t inner)
      : ReductionOf<T>(space, outer, inner), op_(op) {}

  void add(const Array& block, std::int64_t count) override {
    using namespace ops;
    const auto x = this->as_block(block, count);
    count_ += count;
    if (op_ == Op::norm2) {
      if constexpr (ComplexElement<T>) {
        join<double>(ops::sum(square(real(x)) + square(imag(x)), axis<1>));
      } else {
        join<double>(ops::sum(square(cast<double>(x)), axis<1>));
      }
    } else if (op_ == Op::mean) {
      join<MeanType<T>>(ops::sum(cast<MeanType<T>>(x), axis<1>));
    } else {
      join<SumType<T>>(ops::sum(cast<SumType<T>>(x), axis<1>));
    }
  }

  Array finish(const std::string& label, const Signature& signature) override {
    using namespace ops;
    const Array result = make_array(this->space_, label, signature);
    using Real = std::conditional_t<std::is_same_v<T, float>, float, double>;
    using Floating = std::conditional_t<ComplexElement<T>, Complex, Real>;
    using Sum = std::conditional_t<std::is_integral_v<T>, std::int64_t, Floating>;
    if (op_ == Op::norm2) {
      assign(this->space_, this->template as_results<Real>(result),
             cast<Real>(sqrt(this->template as_results<double>(sum_))));
    } else if (op_ == Op::mean) {
      assign(this->space_, this->template as_results<Floating>(result),
             cast<Floating>(this->template as_results<MeanType<T>>(sum_) / static_cast<double>(count_)));
    } else {
      assign(this->space_, this->template as_results<Sum>(result),
             cast<Sum>(this->template as_results<SumType<T>>(sum_)));
    }
    return result;
  }

 private:
  template <class U, class Partial>
  void join(const Partial& partial) {
    if (sum_.bytes.data() == nullptr) {
      sum_ = this->template results<U>("pipeline::sum");
      ops::assign(this->space_, this->template as_results<U>(sum_), partial);
      return;
    }
    const Array part = this->template results<U>("pipeline::partial_sum");
    const auto sum = this->template as_results<U>(sum_), add = this->template as_results<U>(part);
    ops::assign(this->space_, add, partial);
    using namespace ops;
    assign(this->space_, sum, sum + add);
  }

  Op op_;
  Array sum_;
  std::int64_t count_ = 0;
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
    const auto places = this->template as_results<std::int64_t>(part);
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

/// Joins the variance of a block. Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
/// sample variances", 1979.
template <class M>
struct JoinVariance {
  Field<M, 1> mean, part_mean;
  Field<double, 1> variance, part_variance;
  double count, part_count;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const M distance = part_mean(n) - mean(n);
    double squared;
    if constexpr (ops::ComplexElement<M>) {
      squared = distance.real() * distance.real() + distance.imag() * distance.imag();
    } else {
      squared = distance * distance;
    }
    const double share = part_count / (count + part_count), rest = count / (count + part_count);
    variance(n) = rest * variance(n) + share * part_variance(n) + squared * share * rest;
    mean(n) = mean(n) + distance * share;
  }
};

template <class T>
class VarianceReduction : public ReductionOf<T> {
 public:
  using ReductionOf<T>::ReductionOf;

  void add(const Array& block, std::int64_t count) override {
    const auto x = this->as_block(block, count);
    const Array mean = this->template results<M>("pipeline::mean");
    const Array variance = this->template results<double>("pipeline::variance");
    using namespace ops;
    assign(this->space_, this->template as_results<M>(mean), ops::mean(cast<M>(x), axis<1>));
    assign(this->space_, this->template as_results<double>(variance), var(cast<M>(x), axis<1>));
    if (count_ == 0) {
      mean_ = mean;
      variance_ = variance;
    } else {
      Kokkos::parallel_for(
          "tarn::pipeline::join_variance",
          Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(this->space_, 0, this->outer_ * this->inner_),
          JoinVariance<M>{flat<M>(mean_), flat<M>(mean), flat<double>(variance_), flat<double>(variance),
                          static_cast<double>(count_), static_cast<double>(count)});
    }
    count_ += count;
  }

  Array finish(const std::string& label, const Signature& signature) override {
    using Real = std::conditional_t<std::is_same_v<T, float>, float, double>;
    const Array result = make_array(this->space_, label, signature);
    using namespace ops;
    assign(this->space_, this->template as_results<Real>(result),
           cast<Real>(this->template as_results<double>(variance_)));
    return result;
  }

 private:
  using M = MeanType<T>;

  Array mean_, variance_;
  std::int64_t count_ = 0;
};

template <class T>
std::unique_ptr<Reduction> make_reduction_of(const Space& space, Op op, std::int64_t outer, std::int64_t inner) {
  if (op == Op::sum || op == Op::mean || op == Op::norm2)
    return std::make_unique<SumReduction<T>>(space, op, outer, inner);
  if (op == Op::var) return std::make_unique<VarianceReduction<T>>(space, outer, inner);
  return std::make_unique<ExtremeReduction<T>>(space, op, outer, inner);
}

/// The sum of products of two arrays, in the type that the elements are added up in.
template <class T>
void add_products(const Space& space, const Array& a, const Array& b, const Array& sum) {
  using namespace ops;
  using U = SumType<T>;
  const auto extent = static_cast<std::size_t>(a.size());
  const Field<T, 2> x(a.data<T>(), 1, extent), y(b.data<T>(), 1, extent);
  assign(space, flat<U>(sum), ops::sum(cast<U>(x) * cast<U>(y), axis<1>));
}

}  // namespace tarn::apps::pipeline

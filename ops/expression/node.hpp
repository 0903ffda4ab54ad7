#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <Kokkos_Core.hpp>

#include "tarn/ops/expression/lowered.hpp"
#include "tarn/ops/expression/shape.hpp"

// Lazy expressions on the host. A node has `value_type`, `rank`, `extent(d)` and `shape()`, holds the Views that it
// reads by value, and becomes a kernel's expression by collect() and lower(), which visit its leaves in one order.

namespace tarn::ops {

/// The base of every expression.
struct Expression {};

template <class N>
concept Node = std::derived_from<N, Expression>;

template <class V>
concept ArrayView = Kokkos::is_view<V>::value && Element<typename V::non_const_value_type> &&
                    static_cast<int>(V::rank) <= max_rank;

/// A View or an expression.
template <class X>
concept ArrayOperand = Node<X> || ArrayView<X>;

template <class S>
concept ScalarOperand = std::is_arithmetic_v<S> || detail::is_complex_scalar<S>;

/// What an expression is made of: a View, an expression or a C++ scalar.
template <class X>
concept AnyOperand = ArrayOperand<X> || ScalarOperand<X>;

namespace detail {

/// The strides that plan_loop() left for each leaf, handed out in order.
struct Lowering {
  const std::vector<Access>& accesses;
  std::size_t next = 0;

  const Access& take() { return accesses[next++]; }
};

template <class Op, class First, class Type, class... Operands>
struct LoweredOperation;
template <class Op, class First, class Type, class A>
struct LoweredOperation<Op, First, Type, A> {
  static constexpr bool by_vectors = VectorFunction<Op>::value && FloatElement<Type>;
  using type = std::conditional_t<by_vectors, VectorUnary<Op, Type, A>, Unary<Op, Type, A>>;
};
template <class Op, class First, class Type, class A, class B>
struct LoweredOperation<Op, First, Type, A, B> {
  using type = Binary<Op, Type, A, B>;
};
template <class Op, class First, class Type, class A, class B, class C>
struct LoweredOperation<Op, First, Type, A, B, C> {
  using type = Ternary<Op, First, Type, A, B, C>;
};

/// The first that is not void.
template <class... Spaces>
struct FirstSpace {
  using type = void;
};
template <class First, class... Rest>
struct FirstSpace<First, Rest...> {
  using type = std::conditional_t<std::is_void_v<First>, typename FirstSpace<Rest...>::type, First>;
};

template <class T, int Rank>
struct Pointers {
  using type = typename Pointers<T, Rank - 1>::type*;
};
template <class T>
struct Pointers<T, 0> {
  using type = T;
};

}  // namespace detail

/// Elements of a View of any layout.
template <Element T, int Rank, class Device>
class ArrayNode : public Expression {
 public:
  using value_type = T;
  using lowered_type = detail::Leaf<T>;
  using execution_space = typename Device::execution_space;
  static constexpr int rank = Rank;

  template <class V>
  explicit ArrayNode(const V& view) : view_(view) {}

  std::int64_t extent(int d) const { return static_cast<std::int64_t>(view_.extent(static_cast<std::size_t>(d))); }
  Shape shape() const {
    Shape shape{Rank, {}};
    for (int d = 0; d < Rank; ++d)
      shape.extents[static_cast<std::size_t>(d)] = extent(d);
    return shape;
  }

  /// Strides along the axes of a loop, by the map from own axes to those.
  detail::Access access(const detail::AxisMap& map) const {
    detail::Access result{view_.data(), sizeof(T), detail::type_name<T>(), {}};
    const std::array<std::size_t, 8> strides = {view_.stride_0(), view_.stride_1(), view_.stride_2(), view_.stride_3()};
    for (int d = 0; d < Rank; ++d) {
      const auto axis = static_cast<std::size_t>(d);
      if (extent(d) != 1)
        result.strides[static_cast<std::size_t>(map[axis])] = static_cast<std::int64_t>(strides[axis]);
    }
    return result;
  }
  void collect(const detail::AxisMap& map, std::vector<detail::Access>& accesses) const {
    accesses.push_back(access(map));
  }
  lowered_type lower(detail::Lowering& lowering) const {
    lowered_type leaf{view_.data(), {}, false};
    const detail::Access& planned = lowering.take();
    std::copy(planned.strides.begin(), planned.strides.end(), leaf.strides);
    return leaf;
  }

 private:
  Kokkos::View<typename detail::Pointers<const T, Rank>::type, Kokkos::LayoutStride, Device> view_;
};

/// One number, of rank 0.
template <Element T>
class ScalarNode : public Expression {
 public:
  using value_type = T;
  using lowered_type = detail::Constant<T>;
  using execution_space = void;
  static constexpr int rank = 0;

  explicit ScalarNode(T value) : value_(value) {}

  std::int64_t extent(int) const { return 1; }
  Shape shape() const { return {}; }
  void collect(const detail::AxisMap&, std::vector<detail::Access>&) const {}
  lowered_type lower(detail::Lowering&) const { return {value_}; }

 private:
  T value_;
};

/// start, start + step, ...; of rank 1.
template <Element T>
class CounterNode : public Expression {
 public:
  using value_type = T;
  using lowered_type = detail::Counter<T>;
  using execution_space = void;
  static constexpr int rank = 1;

  CounterNode(std::int64_t count, T start, T step) : count_(count), start_(start), step_(step) {}

  std::int64_t extent(int) const { return count_; }
  Shape shape() const { return {1, {count_}}; }
  void collect(const detail::AxisMap& map, std::vector<detail::Access>& accesses) const {
    detail::Access access;
    if (count_ != 1) access.strides[static_cast<std::size_t>(map[0])] = 1;
    accesses.push_back(access);
  }
  lowered_type lower(detail::Lowering& lowering) const {
    lowered_type counter{start_, step_, {}, 0};
    const detail::Access& planned = lowering.take();
    std::copy(planned.strides.begin(), planned.strides.end(), counter.strides);
    return counter;
  }

 private:
  std::int64_t count_;
  T start_, step_;
};

/// Another expression with its axes at other places of a larger shape; the axes between are broadcast.
template <Node E, int Rank>
class PlacedNode : public Expression {
 public:
  using value_type = typename E::value_type;
  using lowered_type = typename E::lowered_type;
  using execution_space = typename E::execution_space;
  static constexpr int rank = Rank;

  /// @param axes  of the result, for each axis of `inner`
  PlacedNode(E inner, const Shape& shape, const detail::AxisMap& axes)
      : inner_(std::move(inner)), shape_(shape), axes_(axes) {}

  std::int64_t extent(int d) const { return shape_.extents[static_cast<std::size_t>(d)]; }
  Shape shape() const { return shape_; }
  void collect(const detail::AxisMap& map, std::vector<detail::Access>& accesses) const {
    detail::AxisMap composed{};
    for (int d = 0; d < E::rank; ++d) {
      const auto axis = static_cast<std::size_t>(d);
      composed[axis] = map[static_cast<std::size_t>(axes_[axis])];
    }
    inner_.collect(composed, accesses);
  }
  lowered_type lower(detail::Lowering& lowering) const { return inner_.lower(lowering); }

 private:
  E inner_;
  Shape shape_;
  detail::AxisMap axes_;
};

/// An operation, computed in Type; a condition among its operands (the first of `where`) is computed in First.
template <class Op, Element First, Element Type, Node... Operands>
class OperationNode : public Expression {
 public:
  using lowered_type = typename detail::LoweredOperation<Op, First, Type, typename Operands::lowered_type...>::type;
  using value_type = typename lowered_type::value_type;
  using execution_space = typename detail::FirstSpace<typename Operands::execution_space...>::type;
  static constexpr int rank = std::max({Operands::rank...});

  /// @throws ShapeMismatch if the shapes do not broadcast
  explicit OperationNode(Operands... operands) : operands_(std::move(operands)...) {
    std::apply([this](const auto&... each) { ((shape_ = broadcast_shapes(Op::name, shape_, each.shape())), ...); },
               operands_);
  }

  std::int64_t extent(int d) const { return shape_.extents[static_cast<std::size_t>(d)]; }
  Shape shape() const { return shape_; }
  void collect(const detail::AxisMap& map, std::vector<detail::Access>& accesses) const {
    std::apply(
        [&](const auto&... each) {
          (each.collect(detail::align_right(map, rank, std::remove_cvref_t<decltype(each)>::rank), accesses), ...);
        },
        operands_);
  }
  lowered_type lower(detail::Lowering& lowering) const {
    return std::apply([&](const auto&... each) { return lowered_type{each.lower(lowering)...}; }, operands_);
  }

 private:
  std::tuple<Operands...> operands_;
  Shape shape_;
};

/// A View, an expression or a C++ scalar as an expression; Views are held by value. A scalar gets the type of its
/// kind: bool, int64, float64 or complex128.
template <AnyOperand X>
auto as_expression(const X& x) {
  if constexpr (Node<X>) {
    return x;
  } else if constexpr (ArrayView<X>) {
    return ArrayNode<typename X::non_const_value_type, static_cast<int>(X::rank), typename X::device_type>(x);
  } else {
    using T = detail::default_type<detail::kind_of<X>>;
    return ScalarNode<T>(detail::from_scalar<T>(x));
  }
}

}  // namespace tarn::ops

#include "tarn/apps/pipeline/reduction.hpp"

#include "tarn/ops/expression/assign.hpp"

namespace tarn::apps::pipeline {

// Each is instantiated in reduction_<type>.cpp.
template <class T>
std::unique_ptr<Reduction> make_reduction_of(const Space& space, Op op, std::int64_t outer, std::int64_t inner);
template <class T>
void add_products(const Space& space, const Array& a, const Array& b, const Array& sum);

std::unique_ptr<Reduction> make_reduction(const Space& space, Op op, ElementType type, std::int64_t outer,
                                          std::int64_t inner) {
  return with_type(type,
                   [&](auto tag) { return make_reduction_of<typename decltype(tag)::type>(space, op, outer, inner); });
}

namespace {

ElementType sum_type(ElementType type) {
  if (is_whole(type)) return ElementType::int64;
  return type == ElementType::complex128 ? type : ElementType::float64;
}

template <class U>
void add_number(const Space& space, const Array& sum, const Array& part) {
  using namespace ops;
  const auto into = flat<U>(sum);
  assign(space, into, into + flat<U>(part));
}

template <class T, class U>
void narrow(const Space& space, const Array& result, const Array& sum) {
  using namespace ops;
  assign(space, flat<T>(result), cast<T>(flat<U>(sum)));
}

}  // namespace

void Dot::add(const Array& a, const Array& b) {
  const Array part = make_array(space_, "pipeline::products", {sum_type(type_), {}});
  with_type(type_, [&](auto tag) { add_products<typename decltype(tag)::type>(space_, a, b, part); });
  if (sum_.bytes.data() == nullptr) {
    sum_ = part;
    return;
  }
  switch (sum_type(type_)) {
    case ElementType::int64:
      return add_number<std::int64_t>(space_, sum_, part);
    case ElementType::float64:
      return add_number<double>(space_, sum_, part);
    default:
      return add_number<Complex>(space_, sum_, part);
  }
}

Array Dot::finish(const std::string& label) {
  const Array result = make_array(space_, label, {type_, {}});
  switch (type_) {
    case ElementType::uint8:
      narrow<std::uint8_t, std::int64_t>(space_, result, sum_);
      break;
    case ElementType::int32:
      narrow<std::int32_t, std::int64_t>(space_, result, sum_);
      break;
    case ElementType::float32:
      narrow<float, double>(space_, result, sum_);
      break;
    default:
      return sum_;
  }
  return result;
}

}  // namespace tarn::apps::pipeline

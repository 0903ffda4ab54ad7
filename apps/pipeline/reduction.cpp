#include "tarn/apps/pipeline/reduction.hpp"

namespace tarn::apps::pipeline {

// Each is instantiated in reduction_<type>.cpp.
template <class T>
std::unique_ptr<Reduction> make_reduction_of(const Space& space, Op op, std::int64_t outer, std::int64_t inner);
template <class T>
std::unique_ptr<Dot> make_dot_of(const Space& space);

std::unique_ptr<Reduction> make_reduction(const Space& space, Op op, ElementType type, std::int64_t outer,
                                          std::int64_t inner) {
  return with_type(type,
                   [&](auto tag) { return make_reduction_of<typename decltype(tag)::type>(space, op, outer, inner); });
}

std::unique_ptr<Dot> make_dot(const Space& space, ElementType type) {
  return with_type(type, [&](auto tag) { return make_dot_of<typename decltype(tag)::type>(space); });
}

}  // namespace tarn::apps::pipeline

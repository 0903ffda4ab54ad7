#include "tarn/apps/pipeline/reduction_kinds.hpp"

namespace tarn::apps::pipeline {

template std::unique_ptr<Reduction> make_reduction_of<std::uint8_t>(const Space&, Op, std::int64_t, std::int64_t);
template std::unique_ptr<Dot> make_dot_of<std::uint8_t>(const Space&);

}  // namespace tarn::apps::pipeline

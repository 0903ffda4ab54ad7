#include "tarn/apps/pipeline/reduction_kinds.hpp"

namespace tarn::apps::pipeline {

template std::unique_ptr<Reduction> make_reduction_of<std::uint8_t>(const Space&, Op, std::int64_t, std::int64_t);
template void add_products<std::uint8_t>(const Space&, const Array&, const Array&, const Array&);

}  // namespace tarn::apps::pipeline

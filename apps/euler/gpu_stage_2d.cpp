#include "tarn/apps/euler/gpu_stage_of.hpp"

namespace tarn::apps::euler {
TARN_EULER_GPU_STAGE(2)
}

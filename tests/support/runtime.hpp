#pragma once

#include "tarn/core/runtime.hpp"

namespace tarn::test {

/// The runtime of the test program; one for all its tests.
const Runtime& runtime();

}  // namespace tarn::test

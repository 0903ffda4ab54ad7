#include "tarn/c/tarn.h"

const char* version() {
  return tarn_version();
}

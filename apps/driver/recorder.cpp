#include "tarn/apps/driver/recorder.hpp"

#include <nlohmann/json.hpp>

namespace tarn::apps {

void Recorder::warn(const std::string& text) noexcept {
  listener_.warn(text);
  keep(text);
}

void Recorder::keep(const std::string& warning) noexcept {
  constexpr std::size_t most = 100;
  try {
    const std::lock_guard guard(mutex_);
    if (warnings_.size() < most) {
      warnings_.push_back(warning);
    } else {
      ++more_;
    }
  } catch (...) {  // there is no memory for it
  }
}

void Recorder::tell(nlohmann::ordered_json& json) const {
  const std::lock_guard guard(mutex_);
  json["warnings"] = warnings_;
  if (more_ > 0) json["more_warnings"] = more_;
}

}  // namespace tarn::apps

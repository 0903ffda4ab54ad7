#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace tarn::io {

/// The file that makes a directory an ensemble: it lists the members, whose run directories lie beside it.
inline constexpr const char* ensemble_list = "ensemble.json";

/// The name of a member's run directory: 0000, 0001 and so on.
std::string ensemble_member_name(std::size_t number);

/// Whether a directory is that of an ensemble.
bool is_ensemble(const std::filesystem::path& directory);

/// What to name in place of an ensemble's directory where a run is meant, to be said behind a complaint; empty if it is
/// none.
std::string advice_on_ensemble(const std::filesystem::path& directory);

}  // namespace tarn::io

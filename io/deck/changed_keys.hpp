#pragma once

#include <string>
#include <vector>

namespace tarn::io {

/// The keys, such as "pde.equations.u", that a deck has with other values than an earlier deck of the same run, or that
/// only one of the two has, sorted by name. What is written, how long a run goes on and what it is called does not
/// count.
/// @returns none, if one of the texts is no TOML
std::vector<std::string> changed_keys(const std::string& deck, const std::string& earlier);

}  // namespace tarn::io

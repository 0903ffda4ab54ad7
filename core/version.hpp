#pragma once

#include <string>

namespace tarn {

/// The version of the library that is linked, such as "0.2.0".
std::string version();

/// The commit that the sources were at when the library was built, 40 hexadecimal digits; empty where they were not in
/// a git checkout, such as in an unpacked archive.
std::string git_commit();

/// "clean" if the sources were exactly that commit, "modified" if not, "unknown" without a commit.
std::string git_state();

}  // namespace tarn

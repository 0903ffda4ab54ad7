#pragma once

#include <string>

// The version of these headers, for the preprocessor; tarn::version() is that of the library that is linked. CMake
// takes the project's version from here.
#define TARN_VERSION_MAJOR 0
#define TARN_VERSION_MINOR 2
#define TARN_VERSION_PATCH 0
/// Such as 200 for 0.2.0: to be compared with.
#define TARN_VERSION (TARN_VERSION_MAJOR * 10000 + TARN_VERSION_MINOR * 100 + TARN_VERSION_PATCH)

namespace tarn {

/// The version of the library that is linked, such as "0.2.0".
std::string version();

/// The commit that the sources were at when the library was built, 40 hexadecimal digits; empty where they were not in
/// a git checkout, such as in an unpacked archive.
std::string git_commit();

/// "clean" if the sources were exactly that commit, "modified" if not, "unknown" without a commit.
std::string git_state();

}  // namespace tarn

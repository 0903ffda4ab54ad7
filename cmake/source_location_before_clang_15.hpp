// Clang before 15 lacks the builtin behind <source_location>, which then is empty; the header that it came from has the
// same members on other builtins. Put before every source of a build with such a clang; see TarnTargets.cmake.
#pragma once

#include <experimental/source_location>

namespace std {
using source_location = experimental::source_location;
}  // namespace std

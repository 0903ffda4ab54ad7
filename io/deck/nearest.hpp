#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::io {

/// How many edits lead from one name to the other: insert, delete or replace a letter, or swap two
/// neighbours; upper and lower case count as the same. Damerau, Comm. ACM 7 (1964) 171, in the restricted
/// form (no edit between swapped letters).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was most likely meant, if any is near: at most one edit in a name of up to four
/// letters, two in one of up to seven, and three in longer ones; of equally near ones, the first.
/// @param most  allow no more edits than this
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates,
                                   std::size_t most = 3);

}  // namespace tarn::io

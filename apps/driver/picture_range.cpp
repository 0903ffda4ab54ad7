#include "tarn/apps/driver/picture_range.hpp"

#include <algorithm>
#include <cmath>

namespace tarn::apps {

namespace {

constexpr const char* beginning = "image:";

/// Whether two values can be told apart in a picture; half of each, for their difference may be beyond double's range.
bool differ(const io::ValueRange& values) {
  constexpr double rounding = 1e-12;
  const double size = std::max(std::abs(values.lower), std::abs(values.upper));
  return values.upper / 2 - values.lower / 2 > rounding * size / 2;
}

}  // namespace

std::optional<PictureRange> range_with(const std::optional<PictureRange>& kept,
                                       const std::optional<io::ValueRange>& values, std::int64_t step) {
  if (!values) return kept;
  const std::int64_t since = step == 0 ? PictureRange::from_the_start : step;
  if (!kept) return differ(*values) ? std::optional(PictureRange{values->lower, values->upper, since}) : std::nullopt;
  constexpr double one_color = 1.0 / 256;  // of the range: nobody sees less
  const double slack = one_color * kept->upper - one_color * kept->lower;
  const bool below = kept->lower - values->lower > slack, above = values->upper - kept->upper > slack;
  if (!below && !above) return kept;
  constexpr double more = 0.1;
  PictureRange wider{std::min(kept->lower, values->lower), std::max(kept->upper, values->upper), since};
  const double room = more * (wider.upper - wider.lower);
  if (below && std::isfinite(wider.lower - room)) wider.lower -= room;
  if (above && std::isfinite(wider.upper + room)) wider.upper += room;
  return wider;
}

void add_tallies(const std::string& key, const PictureRange& range, std::vector<HistoryValue>& tallies) {
  tallies.push_back({beginning + key + ".lower", range.lower});
  tallies.push_back({beginning + key + ".upper", range.upper});
  tallies.push_back({beginning + key + ".since", static_cast<double>(range.since)});
}

std::optional<PictureRange> range_from(const std::string& key, const std::vector<HistoryValue>& tallies) {
  const auto value = [&](const char* end) {
    const auto found = std::find_if(tallies.begin(), tallies.end(),
                                    [&](const auto& tally) { return tally.name == beginning + key + end; });
    return found == tallies.end() ? std::nullopt : std::optional(found->value);
  };
  const auto lower = value(".lower"), upper = value(".upper"), since = value(".since");
  if (!lower || !upper || !since || !(*lower < *upper)) return {};
  return PictureRange{*lower, *upper, static_cast<std::int64_t>(*since)};
}

std::vector<HistoryValue> take_picture_tallies(std::vector<HistoryValue>& tallies) {
  std::vector<HistoryValue> taken;
  std::erase_if(tallies, [&](const HistoryValue& tally) {
    const bool picture = tally.name.starts_with(beginning);
    if (picture) taken.push_back(tally);
    return picture;
  });
  return taken;
}

}  // namespace tarn::apps

#include "tarn/apps/cli/check_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tarn/apps/cli/error_json.hpp"

namespace tarn::cli {

nlohmann::ordered_json lines_of(const std::string& text) {
  auto lines = nlohmann::ordered_json::array();
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

nlohmann::ordered_json sound_json(const Checked& checked, const apps::Case& made, const apps::DiskNeed& need,
                                  bool fits) {
  const apps::DiskSpace there = apps::disk_space(checked.root);
  nlohmann::ordered_json json{{"deck", checked.deck}, {"app", made.deck().app()}, {"sound", true}, {"fits", fits}};
  json["disk"] = {{"expected_bytes", need.expected},
                  {"least_bytes", need.certain},
                  {"while_written_bytes", need.passing},
                  {"place", there.place}};
  json["disk"]["free_bytes"] = there.free ? nlohmann::ordered_json(*there.free) : nullptr;
  return json;
}

nlohmann::ordered_json sound_json(const Checked& checked, const batch::MemberCases& members,
                                  const MembersForecast& forecast, bool fits) {
  auto json = sound_json(checked, *members.front(), forecast.need, fits);
  json["members"] = members.size();
  json["forecasts"] = nlohmann::ordered_json::array();
  for (const auto& kind : forecast.kinds)
    json["forecasts"].push_back({{"members", kind.members}, {"forecast", lines_of(kind.text)}});
  json["batches"] = forecast.plan.batches;
  json["alone"] = nlohmann::ordered_json::array();
  for (const auto& alone : forecast.plan.alone)
    json["alone"].push_back({{"members", alone.members}, {"why", alone.why}});
  return json;
}

nlohmann::ordered_json refused_json(const std::string& deck, const io::DeckError& error) {
  nlohmann::ordered_json json{{"deck", deck}, {"sound", false}};
  json.update(error_json(error));
  return json;
}

}  // namespace tarn::cli

#include "tarn/apps/cli/members_forecast.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::cli {

namespace {

/// The members share the disk: what is free there is told once.
std::string without_space(const std::string& text) {
  const std::string line = "\nspace ";
  const auto begin = text.find(line);
  if (begin == std::string::npos) return text;
  const auto end = text.find('\n', begin + line.size());
  return text.substr(0, begin) + (end == std::string::npos ? "\n" : text.substr(end));
}

}  // namespace

std::string forecast_here(const apps::Case& made, const std::string& root, const apps::RunStart& start) {
  return made.forecast(root, start) + made.doubt();
}

MembersForecast forecast_members(const batch::MemberCases& members, batch::BatchPlan plan, const std::string& root) {
  MembersForecast forecast{{}, {0, 0}, root, std::move(plan)};
  std::map<std::string, std::size_t> known;  // text, and its place among the kinds
  for (std::size_t n = 0; n < members.size(); ++n) {
    const std::string text = without_space(forecast_here(*members[n], root));
    const apps::DiskNeed need = members[n]->disk_need(root);
    forecast.need.certain += need.certain;
    forecast.need.expected += need.expected;
    forecast.need.passing = std::max(forecast.need.passing, need.passing);
    const auto [place, is_new] = known.emplace(text, forecast.kinds.size());
    if (is_new) forecast.kinds.push_back({{}, text});
    forecast.kinds[place->second].members.push_back(n);
  }
  return forecast;
}

std::string text_of(const MembersForecast& forecast, const batch::MemberCases& members) {
  constexpr std::size_t most_kinds = 4;
  std::string text;
  for (std::size_t n = 0; n < std::min(forecast.kinds.size(), most_kinds); ++n) {
    const auto& kind = forecast.kinds[n];
    text += fmt::format("member{} {}:\n{}", kind.members.size() == 1 ? "" : "s", batch::members_text(kind.members),
                        kind.text);
  }
  if (forecast.kinds.size() > most_kinds) {
    std::size_t left = 0;
    for (std::size_t n = most_kinds; n < forecast.kinds.size(); ++n)
      left += forecast.kinds[n].members.size();
    text += fmt::format("and {} other time or space; --json of tarn check tells of all\n",
                        io::counted(left, "member more, which takes", "members more, which take"));
  }
  return text + "all members:\n" + apps::space_text(forecast.need, forecast.root) +
         batch::text_of(forecast.plan, members);
}

}  // namespace tarn::cli

#include "tarn/apps/cli/members_forecast.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::cli {

namespace {

/// "0-2, 5"
std::string ranges_text(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t begin = 0; begin < numbers.size();) {
    std::size_t end = begin;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1)
      ++end;
    text += (text.empty() ? "" : ", ") + fmt::format("{}", numbers[begin]);
    if (end > begin) text += fmt::format("-{}", numbers[end]);
    begin = end + 1;
  }
  return text;
}

/// The members share the disk: what is free there is told once.
std::string without_space(const std::string& text) {
  const std::string line = "\nspace ";
  const auto begin = text.find(line);
  if (begin == std::string::npos) return text;
  const auto end = text.find('\n', begin + line.size());
  return text.substr(0, begin) + (end == std::string::npos ? "\n" : text.substr(end));
}

}  // namespace

MembersForecast forecast_members(const batch::MemberCases& members, const std::string& root) {
  MembersForecast forecast{{}, {0, 0}, root};
  std::map<std::string, std::size_t> known;  // text, and its place among the kinds
  for (std::size_t n = 0; n < members.size(); ++n) {
    const std::string text = without_space(members[n]->forecast(root));
    const apps::DiskNeed need = members[n]->disk_need(root);
    forecast.need.certain += need.certain;
    forecast.need.expected += need.expected;
    const auto [place, is_new] = known.emplace(text, forecast.kinds.size());
    if (is_new) forecast.kinds.push_back({{}, text});
    forecast.kinds[place->second].members.push_back(n);
  }
  return forecast;
}

std::string text_of(const MembersForecast& forecast) {
  constexpr std::size_t most_kinds = 4, most_letters = 60;
  std::string text;
  for (std::size_t n = 0; n < std::min(forecast.kinds.size(), most_kinds); ++n) {
    const auto& kind = forecast.kinds[n];
    std::string numbers = ranges_text(kind.members);
    if (numbers.size() > most_letters)
      numbers = fmt::format("{} and {} more", kind.members[0], kind.members.size() - 1);
    text += fmt::format("member{} {}:\n{}", kind.members.size() == 1 ? "" : "s", numbers, kind.text);
  }
  if (forecast.kinds.size() > most_kinds) {
    std::size_t left = 0;
    for (std::size_t n = most_kinds; n < forecast.kinds.size(); ++n)
      left += forecast.kinds[n].members.size();
    text += fmt::format("and {} other time or space; --json of tarn check tells of all\n",
                        io::counted(left, "member more, which takes", "members more, which take"));
  }
  return text + "all members:\n" + apps::space_text(forecast.need, forecast.root);
}

}  // namespace tarn::cli

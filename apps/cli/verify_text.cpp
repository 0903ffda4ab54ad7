// What `tarn verify` says of a deck on a terminal and in its JSON report.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/verify.hpp"
#include "tarn/apps/cli/verify_report.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string cells_text(const apps::Proof& proof, const apps::GridErrors& grid) {
  return fmt::format("{}", fmt::join(grid.cells.begin(), grid.cells.begin() + proof.dimensions, " x "));
}

std::string order_text(const std::vector<apps::GridErrors>& rungs, std::size_t field, const apps::Norm& norm) {
  const double order = apps::order_above_rounding(rungs, field, norm.value);
  return std::isnan(order) ? "-" : fmt::format("{:.2f}", order);
}

/// The errors of one field on all rungs, and the orders.
/// @param about  behind the field's name
std::string field_table(const apps::Proof& proof, const std::vector<apps::GridErrors>& rungs, std::size_t field,
                        const std::string& about = {}) {
  std::string text = fmt::format("  {:<22} {:>7} {:>11} {:>11} {:>11}\n",
                                 io::printable(rungs.front().errors[field].field) + about, "steps", "L1", "L2", "max");
  for (const auto& grid : rungs) {
    const auto& norms = grid.errors[field].norms;
    text += fmt::format("    {:<20} {:>7} {:>11.3e} {:>11.3e} {:>11.3e}\n", cells_text(proof, grid), grid.steps,
                        norms.l1, norms.l2, norms.max);
  }
  text += fmt::format("    {:<20} {:>7}", "order", "");
  for (const auto& norm : apps::all_norms)
    text += fmt::format(" {:>11}", order_text(rungs, field, norm));
  return text + "\n";
}

Json rung_json(const apps::Proof& proof, const apps::GridErrors& rung) {
  Json json{{"cells", Json::array()}, {"steps", rung.steps}, {"seconds", rung.seconds}};
  for (int axis = 0; axis < proof.dimensions; ++axis)
    json["cells"].push_back(rung.cells[axis]);
  for (const auto& error : rung.errors)
    json["errors"][error.field] = {{"l1", error.norms.l1}, {"l2", error.norms.l2}, {"max", error.norms.max}};
  return json;
}

Json orders_json(const std::vector<apps::GridErrors>& rungs) {
  Json json;
  for (std::size_t field = 0; field < rungs.front().errors.size(); ++field) {
    for (const auto& norm : apps::all_norms) {
      const double order = apps::order_above_rounding(rungs, field, norm.value);
      json[rungs.front().errors[field].field][norm.name] = std::isnan(order) ? Json() : Json(order);
    }
  }
  return json;
}

}  // namespace

std::string proof_text(const apps::Proof& proof) {
  std::string text = fmt::format("{}: {}, {} precision, to time {:g}, {}\n", proof.app, proof.name, proof.precision,
                                 proof.end, apps::duration_text(proof.seconds));
  if (proof.exact.empty() && !proof.grids.empty())
    text += "  no exact solution is known: a short run is looked at, its errors are not\n";
  std::string source;
  for (std::size_t field = 0; field < proof.exact.size() && !proof.grids.empty(); ++field) {
    if (proof.exact[field].source != source)
      text += fmt::format("  exact solution: {}\n", io::printable(proof.exact[field].source));
    source = proof.exact[field].source;
    text += field_table(proof, proof.grids, field);
  }
  if (!proof.halvings.empty()) text += "  from the result of twice as many steps:\n";
  for (std::size_t field = 0; !proof.halvings.empty() && field < proof.halvings.front().errors.size(); ++field)
    text += field_table(proof, proof.halvings, field, " in time");
  for (const auto& finding : proof.findings) {
    text += fmt::format("  {:<7} {:<13} {:<16} {}\n", name_of(finding.verdict), finding.what, io::printable(finding.of),
                        io::printable(finding.detail));
  }
  return text + "\n";
}

bool is_good(const VerifyState& state) {
  return state.proofs.size() == state.problems &&
         std::all_of(state.proofs.begin(), state.proofs.end(), [](const auto& proof) { return proof.good(); });
}

Json report_json(const VerifyState& state) {
  int counts[3] = {0, 0, 0};
  for (const auto& proof : state.proofs) {
    for (const auto& finding : proof.findings)
      ++counts[static_cast<int>(finding.verdict)];
  }
  Json json{
      {"status", state.status},       {"exit_code", state.exit_code}, {"reason", state.reason},
      {"directory", state.directory}, {"good", is_good(state)},       {"version", version()},
      {"device", device_name()},      {"ranks", state.ranks},         {"seconds", std::round(10 * state.seconds) / 10},
      {"findings_good", counts[0]},   {"findings_bad", counts[1]},    {"findings_skipped", counts[2]},
      {"problems", Json::array()}};
  for (const auto& proof : state.proofs)
    json["problems"].push_back(proof_json(proof));
  return json;
}

Json proof_json(const apps::Proof& proof) {
  Json json{{"app", proof.app},       {"name", proof.name},    {"precision", proof.precision},
            {"end", proof.end},       {"good", proof.good()},  {"seconds", proof.seconds},
            {"exact", Json::array()}, {"grids", Json::array()}};
  for (const auto& known : proof.exact)
    json["exact"].push_back({{"field", known.field}, {"source", known.source}});
  for (const auto& grid : proof.grids)
    json["grids"].push_back(rung_json(proof, grid));
  if (!proof.grids.empty() && !proof.exact.empty()) json["orders"] = orders_json(proof.grids);
  for (const auto& steps : proof.halvings)
    json["halvings"].push_back(rung_json(proof, steps));
  if (!proof.halvings.empty()) json["orders_in_time"] = orders_json(proof.halvings);
  json["findings"] = Json::array();
  for (const auto& finding : proof.findings) {
    json["findings"].push_back({{"what", finding.what},
                                {"of", finding.of},
                                {"verdict", name_of(finding.verdict)},
                                {"detail", finding.detail}});
  }
  return json;
}

}  // namespace tarn::cli

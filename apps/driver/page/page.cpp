#include "tarn/apps/driver/page/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/page/html.hpp"
#include "tarn/apps/driver/page/page_look.hpp"
#include "tarn/apps/driver/page/page_sections.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::apps {

namespace {

/// A sign of a status beside the word, for those who cannot tell colours apart.
const char* sign_of(const std::string& status) {
  if (status == "done") return "✓";
  if (status == "running") return "▶";
  if (status == "stopped") return "❚❚";
  return "✗";
}

/// The class of its colours.
std::string kind_of(const std::string& status) {
  for (const char* known : {"done", "running", "stopped"}) {
    if (status == known) return status;
  }
  return "failed";
}

std::string percent(double share) {
  return fmt::format("{:.0f}%", 100 * share);
}

/// The facts below the bar.
std::string progress_facts(const PageSource& source) {
  std::vector<std::string> facts;
  if (const auto all = source.number({"items", "all"})) {
    facts.push_back(fmt::format("{:.0f} of {} done", source.number({"items", "done"}).value_or(0),
                                io::counted(static_cast<std::int64_t>(*all), "item")));
    const double failed = source.number({"items", "failed"}).value_or(0);
    if (failed > 0) facts.push_back(fmt::format("{:.0f} failed", failed));
  }
  if (const auto steps = source.number({"steps"})) facts.push_back(fmt::format("step {:.0f}", *steps));
  const auto time = source.number({"time"}), end = source.number({"time_end"});
  if (time && end) facts.push_back(fmt::format("time {:.6g} of {:g}", *time, *end));
  const auto left = source.number({"progress", "seconds_left"});
  if (source.is_running() && left) facts.push_back(duration_text(*left) + " left");
  const double rate = source.number({"cell_updates_per_second"}).value_or(0);
  if (rate > 0) facts.push_back(rate_text(rate) + " cell updates/s");
  const double peak = source.number({"progress", "share_of_peak"}).value_or(0);
  if (peak > 0) facts.push_back(percent(peak) + " of peak");
  std::string html;
  for (const auto& fact : facts)
    html += fmt::format("<li>{}</li>", html_text(fact));
  return html.empty() ? html : "<ul class=\"progress-facts\">" + html + "</ul>\n";
}

std::string bar(const PageSource& source) {
  const auto share = share_done(source);
  if (!share) return {};
  const std::string shown = percent(*share);
  return fmt::format(
      "<div class=\"progress\"><div class=\"track\" role=\"progressbar\" aria-label=\"share of the run\" "
      "aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"{0:.0f}\"><div style=\"width:{0:.1f}%\">"
      "</div></div><b>{1}</b></div>\n",
      100 * *share, shown);
}

/// What the run does now where that takes long, and why it ended.
std::string state_text(const PageSource& source) {
  constexpr double long_time = 30;  // [s]
  std::string html;
  const std::string reason = source.text({"reason"});
  if (!source.is_running() && !reason.empty()) html += fmt::format("<p class=\"reason\">{}</p>\n", html_text(reason));
  const double silent = source.number({"heartbeat", "for_seconds"}).value_or(0);
  const std::string doing = source.text({"heartbeat", "doing"});
  if (source.is_running() && silent > long_time && !doing.empty()) {
    html += fmt::format("<p class=\"reason\">Nothing has come of {} for {}.</p>\n", html_text(doing),
                        duration_text(silent));
  }
  if (source.status == "killed")
    html += "<p class=\"reason\">The run should go on, but no process does so: it was killed.</p>\n";
  return html;
}

/// Nobody can write into the page that its run was killed: when it was written is what tells.
std::string life_text(const PageSource& source) {
  std::string html = fmt::format(
      "<p class=\"small\" id=\"life\" data-written=\"{:.0f}\" data-period=\"{:.0f}\">"
      "{} <time datetime=\"{}\">{}</time>.",
      source.written, source.is_running() ? source.period : 0, source.is_running() ? "Last written at" : "Written at",
      source.written_utc, source.written_utc);
  if (source.is_running() && source.period > 0) {
    html += fmt::format(
        " A run that lives writes this page again every {:.0f} s or so: if that is long ago, the run was "
        "killed or waits for its disk.",
        std::max(1.0, source.period));
  } else if (source.is_running()) {
    html += " The run went on then.";
  }
  return html + "</p>\n";
}

std::string head(const PageSource& source, const std::string& title) {
  constexpr double least = 5;  // a page of some MB takes a moment to be shown [s]
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>{}</title>\n"
      "<link rel=\"icon\" href=\"data:image/svg+xml,{}\">\n",
      html_text(title), page_icon());
  if (source.is_running() && source.period > 0)
    html += fmt::format("<meta http-equiv=\"refresh\" content=\"{:.0f}\">\n", std::max(least, 2 * source.period));
  return html + "<style>\n" + page_style() + "</style>\n</head>\n";
}

}  // namespace

std::optional<double> share_done(const PageSource& source) {
  const auto time = source.number({"time"}), end = source.number({"time_end"});
  const bool short_of_end = time && end && *time < *end;  // where time.max_steps ends a run
  if (source.status == "done" && !short_of_end) return 1.0;
  if (const auto share = source.number({"progress", "share"})) return std::clamp(*share, 0.0, 1.0);
  if (const auto all = source.number({"items", "all"}); all && *all > 0) {
    const double over = source.number({"items", "done"}).value_or(0) + source.number({"items", "failed"}).value_or(0);
    return std::clamp(over / *all, 0.0, 1.0);
  }
  if (!time || !end || !(*end > 0)) return {};
  return std::clamp(*time / *end, 0.0, 1.0);
}

std::string page_of(const PageSource& source) {
  const std::string app = source.text({"app"}), name = source.text({"name"});
  const std::string heading = name.empty() ? source.run.filename().string() : name;
  const auto share = share_done(source);
  const bool tells_share = source.is_running() && share;
  std::string html = head(source, (tells_share ? percent(*share) : source.status) + " · " + heading + " · tarn");
  html += fmt::format(
      "<body>\n<header>\n<p class=\"eyebrow\">tarn{}{}</p>\n<div class=\"headline\"><h1>{}</h1>"
      "<span class=\"badge {}\" id=\"status\"><span aria-hidden=\"true\">{}</span> {}</span></div>\n",
      app.empty() ? "" : " · ", html_text(app), html_text(heading), kind_of(source.status), sign_of(source.status),
      html_text(source.status));
  html += bar(source) + progress_facts(source) + state_text(source) + life_text(source) + "</header>\n<main>\n";
  html += section_of_warnings(source) + section_of_pictures(source) + section_of_history(source);
  html += section_of_results(source) + section_of_errors(source);
  html += "<div class=\"columns\">\n" + section_of_facts(source) + section_of_performance(source) + "</div>\n";
  html += section_of_restart(source) + section_of_deck(source) + "</main>\n";
  return html + "<script>\n" + page_script() + "</script>\n</body>\n</html>\n";
}

}  // namespace tarn::apps

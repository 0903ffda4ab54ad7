#include "tarn/apps/driver/page/page_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/page/html.hpp"
#include "tarn/apps/driver/page/page_plot.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

std::string list_item(const std::string& kind, const std::string& text) {
  return fmt::format("<li class=\"{}\">{}</li>\n", kind, html_text(text));
}

std::string frame_html(const PageFrame& frame, const std::string& series) {
  const std::string caption = fmt::format("step {}", frame.step);
  if (frame.png.base64.empty()) {
    return fmt::format("<figure data-caption=\"{0}\"><p>{1} is too large to be shown here.</p></figure>\n", caption,
                       html_text(frame.file));
  }
  std::string size;
  if (frame.png.width > 0) size = fmt::format(" width=\"{}\" height=\"{}\"", frame.png.width, frame.png.height);
  return fmt::format(
      "<figure data-caption=\"{0}\"><img alt=\"{1} at {0}\"{2} src=\"data:image/png;base64,{3}\">"
      "<figcaption>{0}</figcaption></figure>\n",
      caption, html_text(series), size, frame.png.base64);
}

/// The newest first: it is what is seen without a script, and in print.
std::string series_html(const PageSeries& series) {
  std::string html = fmt::format(
      "<div class=\"series\" data-series=\"{0}\"><h3>{0}</h3>\n<div class=\"frames\" "
      "tabindex=\"0\" role=\"group\" aria-label=\"pictures of {0}, the newest first\">\n",
      html_text(series.name));
  for (auto frame = series.frames.rbegin(); frame != series.frames.rend(); ++frame)
    html += frame_html(*frame, series.name);
  html += "</div>\n";
  const auto shown = static_cast<std::int64_t>(series.frames.size());
  if (shown < series.written)
    html += fmt::format("<p class=\"small\">{} of {} pictures; all are in img/</p>\n", shown, series.written);
  return html + "</div>\n";
}

/// Both axes are in the page where both are of use; the choice needs no script.
std::string plot_html(const PagePlot& plot, std::size_t number) {
  const std::string id = fmt::format("plot{}", number);
  std::string html = fmt::format("<figure class=\"plot\"><figcaption>{} <b>{}</b></figcaption>\n", html_text(plot.name),
                                 plot.values.empty() ? "" : fmt::format("{:.6g}", plot.values.back()));
  if (!plot.logarithmic_too) return html + svg_of(plot, false, id) + "</figure>\n";
  html += fmt::format(
      "<input type=\"radio\" name=\"{0}\" id=\"{0}-linear\"{1}><label for=\"{0}-linear\">linear</label>"
      "<input type=\"radio\" name=\"{0}\" id=\"{0}-log\"{2}><label for=\"{0}-log\">logarithmic</label>\n",
      id, plot.logarithmic_first ? "" : " checked", plot.logarithmic_first ? " checked" : "");
  return html + "<div class=\"linear\">" + svg_of(plot, false, id + "a") + "</div><div class=\"log\">" +
         svg_of(plot, true, id + "b") + "</div></figure>\n";
}

}  // namespace

std::string html_section(const std::string& id, const std::string& heading, const std::string& content) {
  if (content.empty()) return {};
  return fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-h\"><h2 id=\"{0}-h\">{1}</h2>\n{2}</section>\n", id,
                     html_text(heading), content);
}

std::string section_of_warnings(const PageSource& source) {
  std::string items;
  const auto add = [&](const char* key, const std::string& kind) {
    const auto* texts = source.find({key});
    if (!texts || !texts->is_array()) return;
    for (const auto& text : *texts) {
      if (text.is_string()) items += list_item(kind, text.get<std::string>());
    }
  };
  add("warnings", "warning");
  if (const auto more = source.number({"more_warnings"}))
    items += list_item("warning", "and " + io::counted(static_cast<std::int64_t>(*more), "warning") + " more");
  for (const auto& line : source.unreadable)
    items += list_item("warning", line);
  add("remarks", "note");
  return html_section("warnings", "Warnings and notes",
                      items.empty() ? "" : "<ul class=\"told\">\n" + items + "</ul>\n");
}

std::string section_of_pictures(const PageSource& source) {
  std::string html;
  for (const auto& series : source.pictures)
    html += series_html(series);
  return html_section("pictures", "Pictures", html.empty() ? "" : "<div class=\"cards\">\n" + html + "</div>\n");
}

std::string section_of_history(const PageSource& source) {
  if (source.history.rows.empty()) return {};
  constexpr std::size_t most = 40;
  const auto plots = plots_of(source.history);
  std::string html;
  for (std::size_t n = 0; n < std::min(plots.size(), most); ++n)
    html += plot_html(plots[n], n);
  if (html.empty()) return {};
  html = "<div class=\"plots\">\n" + html + "</div>\n";
  if (plots.size() > most)
    html += fmt::format("<p class=\"small\">{} of {} columns; all are in history.csv</p>\n", most, plots.size());
  return html_section("history", "History", html);
}

std::string section_of_errors(const PageSource& source) {
  const auto* errors = source.find({"errors"});
  if (!errors || !errors->is_object() || errors->empty()) return {};
  std::string rows;
  for (const auto& [field, norms] : errors->items()) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", html_text(field));
    for (const char* norm : {"l1", "l2", "max"}) {
      const auto value = source.number({"errors", field.c_str(), norm});
      rows += fmt::format("<td>{}</td>", value ? fmt::format("{:.3g}", *value) : "");
    }
    rows += "</tr>\n";
  }
  return html_section("errors", "Beside the exact solution",
                      "<div class=\"wide\"><table class=\"numbers\"><thead><tr><th scope=\"col\">field</th>"
                      "<th scope=\"col\">mean (L1)</th><th scope=\"col\">root mean square (L2)</th>"
                      "<th scope=\"col\">greatest</th></tr></thead><tbody>\n" +
                          rows + "</tbody></table></div>\n");
}

std::string section_of_results(const PageSource& source) {
  if (source.results.empty()) return {};
  std::string html = "<div class=\"wide\"><table class=\"numbers\">\n";
  for (std::size_t row = 0; row < source.results.size(); ++row) {
    html += row == 0 ? "<thead><tr>" : row == 1 ? "<tbody><tr>" : "<tr>";
    for (std::size_t column = 0; column < source.results[row].size(); ++column) {
      const std::string cell = html_text(source.results[row][column]);
      html += row == 0      ? "<th scope=\"col\">" + cell + "</th>"
              : column == 0 ? "<th scope=\"row\">" + cell + "</th>"
                            : "<td>" + cell + "</td>";
    }
    html += row == 0 ? "</tr></thead>\n" : "</tr>\n";
  }
  html += source.results.size() > 1 ? "</tbody></table></div>\n" : "</table></div>\n";
  if (source.more_results > 0)
    html += fmt::format("<p class=\"small\">and {} more in results.csv</p>\n", io::counted(source.more_results, "row"));
  return html_section("results", "Results", html);
}

std::string section_of_restart(const PageSource& source) {
  if (source.status == "done") return {};
  std::string command = source.text({"restart", "command"});
  const std::string folder = source.text({"restart", "folder"});
  if (command.empty()) {  // of an earlier version
    const std::string run = source.run.string();
    command =
        fmt::format("tarn run {} --run-dir {} --restart", io::shell_word(run + "/deck.toml"), io::shell_word(run));
    const double ranks = source.number({"ranks"}).value_or(1);
    if (ranks > 1) command += fmt::format(" -n {:.0f}", ranks);
  } else if (!folder.empty()) {
    command = "cd " + io::shell_word(folder) + "\n" + command;
  }
  const char* when =
      source.is_running() ? "If the run is stopped or killed, this goes on with it" : "This goes on with the run";
  const std::string from = source.checkpoint.empty() ? "" : " from " + html_text(source.checkpoint);
  return html_section("restart", "To go on",
                      fmt::format("<p>{}{}:</p>\n<pre><code>{}</code></pre>\n", when, from, html_text(command)));
}

std::string section_of_deck(const PageSource& source) {
  constexpr std::size_t longest = 200000;
  if (source.deck.empty()) return {};
  std::string text = html_text(std::string_view(source.deck).substr(0, longest));
  if (source.deck.size() > longest) text += "\n...";
  return html_section("deck", "Deck",
                      html_fold("deck.toml, with all that was set", "<pre><code>" + text + "</code></pre>"));
}

}  // namespace tarn::apps

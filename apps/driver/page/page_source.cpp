#include "tarn/apps/driver/page/page_source.hpp"

#include <functional>

#include "tarn/core/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// The cells of a line of CSV; quotes are as RFC 4180 has them.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"') {
      cells.back() += c;
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

void read_results(PageSource& source) {
  constexpr std::size_t most_rows = 100;
  const auto file = io::open_regular_file(source.run / "results.csv");
  if (!file) return;
  const std::string text = file->read_all();
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    if (end == std::string::npos) break;
    if (source.results.size() <= most_rows) {
      source.results.push_back(cells_of(std::string_view(text).substr(start, end - start)));
    } else {
      ++source.more_results;
    }
    start = end + 1;
  }
}

void read_json(PageSource& source) {
  source.json = nlohmann::ordered_json::object();
  const auto file = io::open_regular_file(source.run / "run.json");
  constexpr std::uint64_t largest = 16 << 20;  // bytes
  if (!file || file->size() > largest) return;
  auto json = nlohmann::ordered_json::parse(file->read_all(), nullptr, false);
  if (json.is_object()) {
    source.json = std::move(json);
  } else {
    source.unreadable.emplace_back("run.json cannot be understood");
  }
}

}  // namespace

const nlohmann::ordered_json* PageSource::find(std::initializer_list<const char*> keys) const {
  const nlohmann::ordered_json* at = &json;
  for (const char* key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::optional<double> PageSource::number(std::initializer_list<const char*> keys) const {
  const auto* found = find(keys);
  if (!found || !found->is_number()) return {};
  return found->get<double>();
}

std::string PageSource::text(std::initializer_list<const char*> keys) const {
  const auto* found = find(keys);
  return found && found->is_string() ? found->get<std::string>() : std::string();
}

PageSource read_page_source(const fs::path& run, const std::optional<std::string>& status, PagePictures& pictures) {
  PageSource source;
  source.run = run;
  read_json(source);
  source.status = status.value_or(source.text({"status"}));
  if (source.status.empty()) source.status = "unknown";
  const auto attempt = [&](const std::function<void()>& read) {
    try {
      read();
    } catch (const Error& error) {
      source.unreadable.emplace_back(error.what());
    }
  };
  const io::RunView view(run);
  for (const auto& line : view.manifest().damaged)
    source.unreadable.push_back("MANIFEST.jsonl: " + line);
  if (const auto checkpoints = view.files("checkpoint"); !checkpoints.empty())
    source.checkpoint = checkpoints.back().file;
  attempt([&] {
    if (const auto deck = io::open_regular_file(run / "deck.toml")) source.deck = deck->read_all();
  });
  attempt([&] { source.history = view.history(); });
  attempt([&] { read_results(source); });
  source.pictures = pictures.choose(run, view.manifest());
  source.written = io::now_seconds();
  source.written_utc = io::utc_text();
  return source;
}

}  // namespace tarn::apps

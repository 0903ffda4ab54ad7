#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/page/page_pictures.hpp"
#include "tarn/io/store/run_view.hpp"

namespace tarn::apps {

/// What a page tells of a run: the files of its directory, read at one moment.
struct PageSource {
  std::filesystem::path run;         ///< the directory
  nlohmann::ordered_json json;       ///< run.json; an object, empty where it cannot be understood
  std::string status;                ///< "running", "done", "stopped", "failed", "killed" or what run.json says
  std::string deck;                  ///< overrides included; empty before it is stored
  io::HistoryTable history;          ///< of history.csv; empty where there is none
  std::vector<PageSeries> pictures;  ///< chosen among those in img/
  std::vector<std::vector<std::string>> results;  ///< rows of results.csv, the names of the columns first
  std::size_t more_results = 0;                   ///< rows that are left out
  std::string checkpoint;                         ///< the newest; empty: there is none
  std::vector<std::string> unreadable;            ///< what is damaged, a line each
  double written = 0;                             ///< when the page is, seconds since 1970
  std::string written_utc;                        ///< the same
  double period = 0;  ///< how often a living run writes the page anew [s]; 0: it is written once

  /// Whether the run goes on, as far as is known.
  bool is_running() const { return status == "running"; }
  /// A number or text of run.json by the names of its keys; nothing where there is none.
  std::optional<double> number(std::initializer_list<const char*> keys) const;
  std::string text(std::initializer_list<const char*> keys) const;  ///< empty where there is none
  /// Nothing where there is none.
  const nlohmann::ordered_json* find(std::initializer_list<const char*> keys) const;
};

/// Reads a run directory. It takes no lock and writes nothing; what cannot be read is named in the result.
/// @param status    nothing: what run.json says
/// @param pictures  keeps what was read for the next page
/// @throws Io if the manifest or run.json is there and cannot be read
PageSource read_page_source(const std::filesystem::path& run, const std::optional<std::string>& status,
                            PagePictures& pictures);

}  // namespace tarn::apps

#include "tarn/apps/batch/site.hpp"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/batch/job_request.hpp"
#include "tarn/apps/batch/scheduler.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/raw.hpp"
#include "tarn/io/files/file_operations.hpp"

namespace tarn::batch {

namespace {

std::string site_file() {
  if (const char* named = std::getenv("TARN_SITE")) return named;
  const char *config = std::getenv("XDG_CONFIG_HOME"), *home = std::getenv("HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + "/tarn/site.toml";
  return home == nullptr ? "" : std::string(home) + "/.config/tarn/site.toml";
}

class SiteReader {
 public:
  explicit SiteReader(io::Problems& problems) : problems_(problems) {}

  void read(const io::RawNode& root, Site& site) {
    const std::map<std::string, std::string*> texts{{"scheduler", &site.scheduler}, {"partition", &site.partition},
                                                    {"account", &site.account},     {"launcher", &site.launcher},
                                                    {"program", &site.program},     {"template", &site.lines_file}};
    const std::map<std::string, std::vector<std::string>*> lists{{"modules", &site.modules},
                                                                 {"container", &site.container}};
    std::vector<std::string> known;
    for (const auto& [name, place] : texts)
      known.push_back(name);
    for (const auto& [name, place] : lists)
      known.push_back(name);
    for (const auto& member : root.members) {
      const std::size_t flaws = problems_.count();
      if (const auto text = texts.find(member.name); text != texts.end()) {
        read_text(member.value, member.name, *text->second);
        if (problems_.count() == flaws) check_text(member, site);
      } else if (const auto list = lists.find(member.name); list != lists.end()) {
        read_list(member, *list->second);
      } else {
        const auto near = io::nearest(member.name, known);
        problems_.add(member.position, member.name,
                      near ? fmt::format("unknown key; did you mean '{}'?", *near)
                           : "unknown key; there are: " + io::comma_list(known));
      }
    }
  }

 private:
  /// What a text says must be known here, before a job is made of it.
  void check_text(const io::RawMember& member, const Site& site) {
    const auto check = [&](const std::function<void()>& action) {
      try {
        action();
      } catch (const Error& error) {
        problems_.add(member.value.position, member.name, error.what());
      }
    };
    if (member.name == "scheduler") check([&] { make_scheduler(site.scheduler); });
    if (member.name == "launcher") check([&] { require_launcher(*make_scheduler(""), site.launcher); });
    if (member.name == "partition" || member.name == "account") {
      const std::string flaw = flaw_of_name(member.value.text);
      if (!flaw.empty()) problems_.add(member.value.position, member.name, flaw);
    }
    if (member.name == "template") check([&] { io::read_file(site.lines_file); });
  }

  void read_text(const io::RawNode& node, const std::string& name, std::string& value) {
    if (node.kind != io::RawKind::text) {
      problems_.add(node.position, name, "expected a text; got " + io::show(node));
    } else if (node.text.empty()) {
      problems_.add(node.position, name, "is empty");
    } else {
      value = node.text;
    }
  }

  void read_list(const io::RawMember& member, std::vector<std::string>& values) {
    if (member.value.kind != io::RawKind::list) {
      return problems_.add(member.position, member.name, "expected a list of texts; got " + io::show(member.value));
    }
    for (const auto& item : member.value.items)
      read_text(item, member.name, values.emplace_back());
  }

  io::Problems& problems_;
};

}  // namespace

Site read_site() {
  Site site;
  const std::string file = site_file();
  std::error_code error;
  if (file.empty() || (!std::filesystem::exists(file, error) && std::getenv("TARN_SITE") == nullptr)) return site;
  io::Problems problems;
  const auto root = io::parse_toml(io::read_file(file), file, problems);
  if (root) SiteReader(problems).read(*root, site);
  if (!problems.empty()) throw UsageError(fmt::format("{}", fmt::join(problems.lines(), "\n")));
  return site;
}

}  // namespace tarn::batch

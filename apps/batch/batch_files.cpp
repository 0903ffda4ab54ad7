#include "tarn/apps/batch/batch_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/json_text.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/raw.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_lock.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

constexpr const char* batches_file = io::batch_list;
constexpr const char* members_file = io::batch_members;

/// The number that a TOML value is, if it is one.
std::optional<double> scalar_of(const std::string& toml) {
  const auto node = io::parse_toml_value(toml, {});
  if (node && node->kind == io::RawKind::integer) return static_cast<double>(node->integer);
  if (node && node->kind == io::RawKind::number) return node->number;
  return {};
}

/// The keys that vary and are numbers in all members of a batch.
OrderedJson scalars_of(const EnsembleDirectory& ensemble, const std::vector<std::size_t>& members) {
  OrderedJson scalars = OrderedJson::object();
  for (std::size_t key = 0; key < ensemble.keys().size(); ++key) {
    OrderedJson values = OrderedJson::array();
    for (const std::size_t member : members) {
      if (const auto value = scalar_of(ensemble.values(member)[key])) values.push_back(*value);
    }
    if (values.size() == members.size()) scalars[ensemble.keys()[key]] = values;
  }
  return scalars;
}

DataError broken_list(const fs::path& file) {
  return DataError(io::path_text(file) + ": is not what tarn wrote");
}

/// A file of JSON, read by `take`, which throws what nlohmann throws for what is not there.
template <class Take>
void read_json(const fs::path& file, const Take& take) {
  const auto json = OrderedJson::parse(io::read_file(file), nullptr, false);
  try {
    if (json.is_discarded()) throw broken_list(file);
    take(json);
  } catch (const OrderedJson::exception&) {
    throw broken_list(file);
  }
}

}  // namespace

std::vector<BatchDirectory> make_batches(const EnsembleDirectory& ensemble, const BatchPlan& plan,
                                         const MemberCases& members) {
  std::vector<BatchDirectory> made;
  OrderedJson list = OrderedJson::array();
  for (std::size_t n = 0; n < plan.batches.size(); ++n) {
    const std::string name = fmt::format("batch-{:04}", n);
    const auto& batch = plan.batches[n];
    const fs::path path = ensemble.path() / name;
    prepare_run({{}, path.string()}, "", members[batch.front()]->deck().text());
    OrderedJson json;
    json["members"] = OrderedJson::array();
    for (const std::size_t member : batch)
      json["members"].push_back(EnsembleDirectory::member_name(member));
    json["scalars"] = scalars_of(ensemble, batch);
    put_vouched_file(path, members_file, apps::json_text(json));
    list.push_back({{"directory", name}, {"members", batch}});
    made.push_back({path, batch});
  }
  if (!made.empty()) put_vouched_file(ensemble.path(), batches_file, apps::json_text(list));
  return made;
}

std::vector<BatchDirectory> open_batches(const EnsembleDirectory& ensemble) {
  std::vector<BatchDirectory> found;
  const fs::path file = ensemble.path() / batches_file;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return found;
  read_json(file, [&](const OrderedJson& json) {
    for (std::size_t n = 0; n < json.size(); ++n) {
      found.push_back(
          {ensemble.path() / fmt::format("batch-{:04}", n), json.at(n).at("members").get<std::vector<std::size_t>>()});
      for (const std::size_t member : found.back().members) {
        if (member >= ensemble.size()) throw broken_list(file);
      }
    }
  });
  return found;
}

void record_decks(const EnsembleDirectory& ensemble, const BatchDirectory& batch, const MemberCases& members) {
  for (const std::size_t member : batch.members) {
    const fs::path directory = ensemble.member(member);
    const auto entry = io::entry_of_bytes("deck.toml", members.at(member)->deck().text(), "deck");
    if (io::stands_vouched(directory, entry)) continue;
    const io::RunLock lock(directory, io::LockMode::kernel);
    io::append_commit(directory, entry);
  }
}

std::unique_ptr<const apps::BatchCase> read_batch(const fs::path& directory) {
  MemberCases members;
  std::vector<std::string> names;
  std::vector<io::SeriesDescription::Scalar> scalars;
  read_json(directory / members_file, [&](const OrderedJson& json) {
    names = json.at("members").get<std::vector<std::string>>();
    for (const auto& [key, values] : json.at("scalars").items())
      scalars.push_back({key, values.get<std::vector<double>>()});
  });
  for (const auto& name : names) {
    if (name.empty() || name.find_first_not_of("0123456789") != std::string::npos)
      throw broken_list(directory / members_file);
    const fs::path deck = directory.parent_path() / name / "deck.toml";
    members.push_back(apps::parse_case(io::read_file(deck), deck.string()));
  }
  if (members.size() < 2) throw broken_list(directory / members_file);
  return std::make_unique<apps::BatchCase>(std::move(members), std::move(names), std::move(scalars));
}

}  // namespace tarn::batch

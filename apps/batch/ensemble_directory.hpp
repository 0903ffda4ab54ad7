#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/case.hpp"
#include "tarn/io/deck/ensemble.hpp"

namespace tarn::batch {

/// Where something is to run: below a root under a name of its own, or in exactly this directory.
struct Destination {
  std::string root = "runs";
  std::optional<std::string> directory;
};

/// A directory, prepared for a run that starts in a job: with the deck in it, and what every run has.
/// @returns its path, absolute
/// @throws DataError if it holds anything, and what io::make_new_run() throws
std::filesystem::path prepare_run(const Destination& destination, const std::string& name, const std::string& deck);

using MemberCases = std::vector<std::unique_ptr<const apps::Case>>;

/// What the decks of an ensemble's members ask for, all checked.
/// @param overrides  of all members
/// @throws io::DeckError with what is wrong with any, and in which member
MemberCases member_cases(const io::Ensemble& ensemble, const std::string& text, const std::string& source,
                         const std::vector<std::string>& overrides);

/// The directory of an ensemble: a managed directory with ensemble.json, which names the members and what varies, and a
/// run directory for each member: 0000, 0001, and so on.
class EnsembleDirectory {
 public:
  /// Makes one, with all members' decks in their directories.
  /// @throws DataError if it exists and holds anything, Io, NoSpace, NotManaged
  static EnsembleDirectory create(const Destination& destination, const std::string& name, const io::Ensemble& ensemble,
                                  const MemberCases& members);
  /// @throws DataError if it holds no ensemble
  static EnsembleDirectory open(const std::filesystem::path& path);
  /// The newest one of a name below a root; nothing if there is none.
  static std::optional<std::filesystem::path> find_latest(const std::string& root, const std::string& name);
  static bool is_one(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<std::string>& keys() const { return keys_; }
  std::size_t size() const { return values_.size(); }
  std::filesystem::path member(std::size_t number) const { return path_ / member_name(number); }
  /// TOML values in the order of keys().
  const std::vector<std::string>& values(std::size_t number) const { return values_.at(number); }
  /// @throws UsageError if the members here are not these
  void require_same(const MemberCases& members) const;

  static std::string member_name(std::size_t number);

 private:
  explicit EnsembleDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::vector<std::string> keys_;
  std::vector<std::vector<std::string>> values_;
};

/// Writes a whole file aside and renames it to its place.
/// @throws Io, NoSpace
void put_file(const std::filesystem::path& path, const std::string& text);

/// Writes a file into a directory that nothing runs in yet, and lets the directory's manifest vouch for it.
/// @param name  of the file
/// @throws Io, NoSpace
void put_vouched_file(const std::filesystem::path& directory, const std::string& name, const std::string& text);

/// Lets the manifest of an ensemble vouch for its lists where no line does: it was killed before it wrote one.
/// @throws Io, NoSpace
void record_lists(const EnsembleDirectory& ensemble);

}  // namespace tarn::batch

#include "tarn/io/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

bool is_about_space(int code) {
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

}  // namespace

FileError::FileError(Fault fault, const fs::path& path, const std::string& detail, int code, Figures figures)
    : DataError(path_text(path) + ": " + printable(detail)),
      fault_(fault),
      path_(path),
      detail_(detail),
      code_(code),
      figures_(std::move(figures)) {}

Locked Locked::by(const fs::path& path, const std::string& holder) {
  return {path, "another run is writing here: " + holder, 0, {0, 0, holder}};
}

NoSpace NoSpace::of(const fs::path& path, std::uint64_t need, std::uint64_t have, int code) {
  const std::string reason = std::generic_category().message(code);
  const std::string detail =
      code == EFBIG
          ? fmt::format("needs {} bytes, and this process may write files of {} bytes at most: {}", need, have, reason)
          : fmt::format("needs {} bytes, {} are free: {}", need, have, reason);
  return {path, detail, code, {need, have, ""}};
}

Truncated Truncated::of(const fs::path& path, std::uint64_t have, std::uint64_t expected) {
  return {path, fmt::format("has {} bytes; {} were written", have, expected), 0, {have, expected, ""}};
}

Corrupt Corrupt::in(const fs::path& path, const std::string& dataset, const std::string& what) {
  return {path, dataset + ": " + what, 0, {0, 0, dataset}};
}

SchemaTooNew SchemaTooNew::of(const fs::path& path, std::uint64_t found, std::uint64_t known) {
  return {path, fmt::format("has schema version {}; this tarn reads up to {}", found, known), 0, {found, known, ""}};
}

FilterMissing FilterMissing::of(const fs::path& path, const std::string& dataset, int id) {
  return {path,
          fmt::format("{} is stored through HDF5 filter {}, which is not there", dataset, id),
          0,
          {static_cast<std::uint64_t>(id), 0, dataset}};
}

void throw_fault(Fault fault, const fs::path& path, const std::string& detail, int code, const Figures& figures) {
  switch (fault) {
    case Fault::io:
      throw Io(path, detail, code, figures);
    case Fault::not_managed:
      throw NotManaged(path, detail, code, figures);
    case Fault::locked:
      throw Locked(path, detail, code, figures);
    case Fault::no_space:
      throw NoSpace(path, detail, code, figures);
    case Fault::truncated:
      throw Truncated(path, detail, code, figures);
    case Fault::corrupt:
      throw Corrupt(path, detail, code, figures);
    case Fault::missing:
      throw Missing(path, detail, code, figures);
    case Fault::schema_too_new:
      throw SchemaTooNew(path, detail, code, figures);
    case Fault::type_mismatch:
      throw TypeMismatch(path, detail, code, figures);
    case Fault::shape_mismatch:
      throw FileShapeMismatch(path, detail, code, figures);
    case Fault::filter_missing:
      throw FilterMissing(path, detail, code, figures);
    case Fault::path_escape:
      throw PathEscape(path, detail, code, figures);
  }
  throw FileError(fault, path, detail, code, figures);
}

void throw_errno(const fs::path& path, const std::string& what, int code) {
  const std::string detail = "cannot " + what + ": " + std::generic_category().message(code);
  throw_fault(is_about_space(code) ? Fault::no_space : Fault::io, path, detail, code);
}

std::string what_of(const std::exception& error) {
  std::string text = error.what();
  const auto* of_files = dynamic_cast<const fs::filesystem_error*>(&error);
  if (of_files == nullptr) return text;
  std::size_t from = 0;
  for (const fs::path& path : {of_files->path1(), of_files->path2()}) {
    const std::string told = path.string(), shown = path_text(path);
    const auto at = text.find("[" + told + "]", from);
    if (at == std::string::npos) break;
    text.replace(at + 1, told.size(), shown);
    from = at + 1 + shown.size();
  }
  return text;
}

}  // namespace tarn::io

#include "tarn/io/store/vouched_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/hash64.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

std::string hash_file(const fs::path& path, std::uint64_t size) {
  const auto file = open_regular_file(path);
  if (!file) throw Missing(path, "there is no such file");
  Hash64 hash;
  std::vector<char> piece(1 << 20);
  for (std::uint64_t done = 0; done < size;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), size - done));
    const ssize_t read = uninterrupted([&] { return ::read(file->get(), piece.data(), wanted); });
    if (read < 0) throw_errno(path, "read the file", errno);
    if (read == 0) throw Truncated::of(path, done, size);
    hash.add(piece.data(), static_cast<std::size_t>(read));
    done += static_cast<std::uint64_t>(read);
  }
  return hash_text(hash.value());
}

ManifestEntry entry_of_bytes(const fs::path& relative, std::string_view bytes, const std::string& kind) {
  ManifestEntry entry;
  entry.file = relative.generic_string();
  entry.kind = kind;
  entry.size = bytes.size();
  entry.hash = hash_text(hash64(bytes.data(), bytes.size()));
  return entry;
}

void write_vouched(const RunDirectory& run, const fs::path& relative, std::string_view bytes, const std::string& kind) {
  append_writing(run.path(), {relative.generic_string()});
  run.write_file(relative, bytes);
  append_commit(run.path(), entry_of_bytes(relative, bytes, kind));
}

void write_vouched_once(const RunDirectory& run, const fs::path& relative, std::string_view bytes,
                        const std::string& kind) {
  if (!stands_vouched(run.path(), entry_of_bytes(relative, bytes, kind))) write_vouched(run, relative, bytes, kind);
}

ManifestEntry entry_of_file(const fs::path& run, const std::string& relative, const std::string& kind) {
  const auto file = open_regular_file(run / relative);
  if (!file) throw Missing(run / relative, "there is no such file");
  ManifestEntry entry;
  entry.file = relative;
  entry.kind = kind;
  entry.size = file->size();
  entry.hash = hash_file(run / relative, entry.size);
  return entry;
}

bool vouches_for(const Manifest& manifest, const ManifestEntry& entry) {
  const auto* known = manifest.find(entry.file);
  return known && known->size == entry.size && known->hash == entry.hash;
}

bool stands_vouched(const fs::path& run, const ManifestEntry& entry) {
  try {
    if (!vouches_for(read_manifest(run), entry)) return false;
    check_vouched(run, entry);
    return true;
  } catch (const DataError&) {  // damaged, or not there
    return false;
  }
}

bool grows(const std::string& kind) {
  return kind == "history" || kind == "log";
}

void check_vouched(const fs::path& run, const ManifestEntry& entry) {
  const fs::path path = run / entry.file;
  const auto file = open_regular_file(path);
  if (!file) throw Missing(path, "the manifest tells of it, but it is not there");
  const std::uint64_t size = file->size();
  if (size < entry.size) throw Truncated::of(path, size, entry.size);
  if (size > entry.size && !grows(entry.kind)) {
    throw Corrupt(path, fmt::format("has {} bytes; {} were written", size, entry.size));
  }
  if (hash_file(path, entry.size) != entry.hash) throw Corrupt(path, "its bytes are not those that were written");
}

}  // namespace tarn::io

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/tests/fuzz/harness.hpp"

namespace tarn::fuzz {

namespace {

constexpr std::string_view check_mark = ",\"check\":\"";

/// Every line with the checksum that its text ought to have: no fuzzer guesses one.
std::string sealed(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line = line.substr(0, line.rfind(check_mark));
    if (line.ends_with('}')) line.remove_suffix(1);
    out += fmt::format("{}{}{:016x}\"}}\n", line, check_mark, io::hash64(line.data(), line.size()));
  }
  return out;
}

std::string written(const io::Manifest& manifest) {
  // First the files that were written: they take back a removal.
  std::string text;
  for (const auto& file : manifest.written)
    text += io::writing_line({&file, 1});
  for (const auto& file : manifest.superseded)
    text += io::supersession_line(file);
  for (const auto& file : manifest.removed)
    text += io::removal_line(file);
  for (const auto& entry : manifest.entries)
    text += io::commit_line(entry);
  return text;
}

/// A time that the writer fills in where there is none.
bool same_when_written(const io::ManifestEntry& a, const io::ManifestEntry& b) {
  return a.written.empty() || a.written == b.written;
}

void expect_same(const io::Manifest& manifest, const io::Manifest& again) {
  const auto same_entry = [](const io::ManifestEntry& a, const io::ManifestEntry& b) {
    return a.file == b.file && a.kind == b.kind && a.step == b.step && a.time == b.time && a.size == b.size &&
           a.datasets == b.datasets && same_when_written(a, b);
  };
  const auto same_file = [](const io::SupersededFile& a, const io::SupersededFile& b) {
    return a.file == b.file && a.now == b.now;
  };
  expect(again.damaged.empty() && !again.torn, "what is written is sound");
  expect(std::equal(manifest.entries.begin(), manifest.entries.end(), again.entries.begin(), again.entries.end(),
                    same_entry),
         "entries are read as they were");
  expect(std::equal(manifest.superseded.begin(), manifest.superseded.end(), again.superseded.begin(),
                    again.superseded.end(), same_file),
         "what was superseded is read as it was");
  expect(manifest.removed == again.removed, "what was removed is read as it was");
  expect(manifest.written == again.written, "what was written is read as it was");
}

void expect_sound(const io::Manifest& manifest) {
  const std::set<std::string> removed(manifest.removed.begin(), manifest.removed.end());
  expect(removed.size() == manifest.removed.size(), "a file is removed once");
  std::set<std::string> seen;
  for (const auto& entry : manifest.entries) {
    expect(entry.step >= 0, "a step is not negative");
    expect(seen.insert(entry.file).second, "a file is there once", entry.file);
    expect(!removed.contains(entry.file), "a file that is there is not removed", entry.file);
  }
  for (const auto& file : manifest.all_files())
    expect(io::is_relative_name(file), "a file lies in the directory", file);
  for (const auto& line : manifest.damaged)
    expect_clean(line, 200);
}

void try_text(const std::string& text) {
  try {
    const io::Manifest manifest = io::parse_manifest(text, "MANIFEST.jsonl");
    expect_sound(manifest);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    expect(manifest.entries.size() + manifest.damaged.size() <= lines + 1, "a line counts once");
    expect_same(manifest, io::parse_manifest(written(manifest), "MANIFEST.jsonl"));
  } catch (const io::SchemaTooNew& error) {
    expect_clean(error.what(), 1000);
    expect(error.found() > error.known(), "a schema that is too new is newer");
  }
}

}  // namespace

void try_manifest(std::string_view input) {
  try_text(std::string(input));
  try_text(sealed(input));
}

}  // namespace tarn::fuzz

// How fast snapshots are written, beside a raw write of the same bytes to the same file system, both synced to the
// disk, in turns in one run: `tarn_write_benchmark [MiB] [directory] [repeats]`, alone or under mpiexec. A snapshot's
// time includes its checksums and hashes, the reading back of every byte, and the manifest's line. No snapshot is
// without checksums; what they cost is seen beside the same bytes written and read back as a snapshot's are, but not
// summed up.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/runtime.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/hdf5/chunk_codec.hpp"
#include "tarn/io/hdf5/raw_bytes.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/agree.hpp"

namespace {

namespace fs = std::filesystem;
using tarn::Communicator;

constexpr std::uint64_t piece = 4 << 20;  // bytes of one raw write, as large as a chunk

double timed(const Communicator& ranks, const std::function<void()>& action) {
  ranks.barrier();
  const auto start = std::chrono::steady_clock::now();
  action();
  ranks.barrier();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Every rank writes its share of one file, reserved before, and syncs it.
/// @param check  each piece is on its way to the disk and read back while the next is written, as a snapshot's chunks
void write_raw(const Communicator& ranks, const fs::path& path, const std::vector<double>& values, bool check) {
  using tarn::io::FileDescriptor;
  const std::uint64_t bytes = values.size() * sizeof(double);
  tarn::io::agree_on_root(ranks,
                          [&] { tarn::io::create_with_room(path, bytes * static_cast<std::uint64_t>(ranks.size())); });
  const auto file = FileDescriptor::open(path, O_RDWR);
  const std::uint64_t begin = bytes * static_cast<std::uint64_t>(ranks.rank());
  std::future<void> checking;
  for (std::uint64_t at = 0; at < bytes; at += piece) {
    const char* const source = reinterpret_cast<const char*>(values.data()) + at;
    const std::uint64_t place = begin + at, size = std::min(piece, bytes - at);
    tarn::io::hdf5::write_bytes(file, path, place, source, size);
    if (!check) continue;
    tarn::io::hdf5::start_writing_out(file, place, size);
    if (checking.valid()) checking.get();
    checking = std::async(
        [&file, &path, place, source, size] { tarn::io::hdf5::check_bytes(file, path, place, source, size); });
  }
  if (checking.valid()) checking.get();
  file.sync();
}

struct Times {
  std::vector<double> raw, unsummed, snapshot;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// A cube of cells, about `mebibytes` in all, cut into slabs along z.
tarn::io::GridBlock slab_of(const Communicator& ranks, std::int64_t mebibytes) {
  constexpr std::int64_t plane = 256 * 256;
  tarn::io::GridBlock grid;
  grid.dimensions = 3;
  const std::int64_t planes = std::max<std::int64_t>(1, mebibytes * (1 << 20) / 8 / plane / ranks.size());
  grid.cells = {256, 256, planes * ranks.size()};
  grid.count = {256, 256, planes};
  grid.offset = {0, 0, planes * ranks.rank()};
  return grid;
}

void measure(const Communicator& ranks, std::int64_t mebibytes, const fs::path& folder, int repeats) {
  const auto grid = slab_of(ranks, mebibytes);
  std::vector<double> values(static_cast<std::size_t>(grid.count[0] * grid.count[1] * grid.count[2]));
  for (std::size_t n = 0; n < values.size(); ++n)
    values[n] = static_cast<double>(n) / 3 + ranks.rank();
  const auto run = tarn::io::RunDirectory::create_at(ranks, folder / "run");
  tarn::io::SnapshotInfo info;
  Times times;
  for (int n = 0; n < repeats; ++n) {
    info.step = n;
    const fs::path raw = folder / fmt::format("raw-{}", n), relative = fmt::format("out/s-{:010}.h5", n);
    times.raw.push_back(timed(ranks, [&] { write_raw(ranks, raw, values, false); }));
    if (ranks.is_root()) fs::remove(raw);
    times.unsummed.push_back(timed(ranks, [&] { write_raw(ranks, raw, values, true); }));
    if (ranks.is_root()) fs::remove(raw);
    times.snapshot.push_back(timed(ranks, [&] {
      tarn::io::write_snapshot(ranks, run, relative, info, grid, {{"u", "", values.data()}});
    }));
    if (ranks.is_root()) {
      fs::remove(run.path() / relative);
    }
  }
  const double sums = timed(ranks, [&] { tarn::io::hdf5::sums_of(values.data(), values.size() * sizeof(double)); });
  if (!ranks.is_root()) return;
  const double gigabytes = static_cast<double>(values.size() * sizeof(double)) * ranks.size() / 1e9;
  const auto best = [](const std::vector<double>& seconds) {
    return *std::min_element(seconds.begin(), seconds.end());
  };
  fmt::print("{} rank{}, {:.3f} GB, medians of {} (and the best of each)\n", ranks.size(), ranks.size() == 1 ? "" : "s",
             gigabytes, repeats);
  const auto print = [&](const char* what, const std::vector<double>& seconds) {
    fmt::print("  {:<24} {:8.3f} GB/s, {:.2f} of raw ({:.3f}, {:.2f})\n", what, gigabytes / median(seconds),
               median(times.raw) / median(seconds), gigabytes / best(seconds), best(times.raw) / best(seconds));
  };
  print("raw write, sync", times.raw);
  print("without checksums", times.unsummed);
  print("snapshot", times.snapshot);
  fmt::print("  {:<24} {:8.3f} GB/s\n", "checksum and hash", gigabytes / sums);
}

}  // namespace

int main(int argc, char** argv) {
  const tarn::Runtime runtime(argc, argv);
  const auto& ranks = runtime.communicator();
  const std::int64_t mebibytes = argc > 1 ? std::atoll(argv[1]) : 256;
  const fs::path parent = argc > 2 ? fs::path(argv[2]) : fs::temp_directory_path();
  const int repeats = argc > 3 ? std::max(1, std::atoi(argv[3])) : 5;
  const fs::path folder = parent / ranks.broadcast("tarn-write-" + tarn::io::random_hex());
  tarn::io::agree_on_root(ranks, [&] { tarn::io::make_directories(folder); });
  measure(ranks, mebibytes, folder, repeats);
  ranks.barrier();
  std::error_code ignored;
  if (ranks.is_root()) fs::remove_all(folder, ignored);
  return 0;
}

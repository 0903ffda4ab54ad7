#include "tarn/io/hdf5/raw_bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/uio.h>
#include <vector>

#include <fmt/format.h>

#include "tarn/io/error.hpp"

namespace tarn::io::hdf5 {

namespace {

/// Linux moves at most 2 GiB a call; network file systems like less.
constexpr std::uint64_t most_bytes_a_call = std::uint64_t{1} << 29;

}  // namespace

void read_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address, void* bytes,
                std::uint64_t size) {
  auto* target = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t count = uninterrupted(
        [&] { return ::pread(file.get(), target, std::min(size, most_bytes_a_call), static_cast<off_t>(address)); });
    if (count < 0) throw_errno(path, "read the file", errno);
    if (count == 0) throw Truncated(path, fmt::format("ends {} bytes early, at {}", size, address));
    target += count;
    address += static_cast<std::uint64_t>(count);
    size -= static_cast<std::uint64_t>(count);
  }
}

void write_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address,
                 const void* bytes, std::uint64_t size, const void* tail, std::uint64_t tail_size) {
  // writev only reads what it is given; its signature cannot say so.
  auto* source = static_cast<char*>(const_cast<void*>(bytes));
  auto* behind = static_cast<char*>(const_cast<void*>(tail));
  while (size + tail_size > 0) {
    const std::uint64_t count = std::min(size, most_bytes_a_call);
    const iovec parts[] = {{source, count}, {behind, count == size ? tail_size : 0}};
    const ssize_t written = uninterrupted([&] { return ::pwritev(file.get(), parts, 2, static_cast<off_t>(address)); });
    if (written < 0) throw_errno(path, fmt::format("write {} bytes", size + tail_size), errno);
    const auto done = static_cast<std::uint64_t>(written);
    const std::uint64_t of_first = std::min(done, size);
    source += of_first;
    size -= of_first;
    behind += done - of_first;
    tail_size -= done - of_first;
    address += done;
  }
}

void check_bytes(const FileDescriptor& file, const std::filesystem::path& path, std::uint64_t address,
                 const void* bytes, std::uint64_t size) {
  constexpr std::uint64_t piece = 128 << 10;  // stays in the second cache
  std::vector<char> back(std::min(piece, size));
  for (std::uint64_t done = 0; done < size; done += back.size()) {
    const std::uint64_t count = std::min<std::uint64_t>(back.size(), size - done);
    read_bytes(file, path, address + done, back.data(), count);
    if (std::memcmp(back.data(), static_cast<const char*>(bytes) + done, count) == 0) continue;
    throw Corrupt(path, fmt::format("what was written at {} reads back as something else", address + done));
  }
}

void start_writing_out(const FileDescriptor& file, std::uint64_t address, std::uint64_t size) {
  ::sync_file_range(file.get(), static_cast<off64_t>(address), static_cast<off64_t>(size), SYNC_FILE_RANGE_WRITE);
}

}  // namespace tarn::io::hdf5

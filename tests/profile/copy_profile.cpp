// What CUPTI sees crossing between host and device in a program that knows nothing of it.
//
//   CUDA_INJECTION64_PATH=.../libtarn_copy_profile.so TARN_COPY_PROFILE=copies tarn run ...
//
// The CUDA driver loads the library that the first variable names and calls InitializeInjection. At exit each process
// (a launcher of MPI may look for devices too) leaves <second variable>.<process id>.json: for each direction the bytes
// and, by size of copy, how many there were.

#include <cupti.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

std::mutex mutex;
std::map<std::uint64_t, std::uint64_t> copies_to_device, copies_to_host;  // size [bytes] -> count
std::size_t dropped = 0;

void require(CUptiResult status, const char* what) {
  if (status == CUPTI_SUCCESS) return;
  const char* words = "";
  cuptiGetResultString(status, &words);
  std::fprintf(stderr, "copy_profile: %s: %s\n", what, words);
  std::_Exit(99);
}

void CUPTIAPI give_buffer(std::uint8_t** buffer, std::size_t* size, std::size_t* records) {
  *buffer = static_cast<std::uint8_t*>(std::aligned_alloc(ACTIVITY_RECORD_ALIGNMENT, buffer_bytes));
  *size = buffer_bytes;
  *records = 0;
}

void count(const CUpti_Activity* record) {
  if (record->kind != CUPTI_ACTIVITY_KIND_MEMCPY) return;
  // Later versions of the record only add members at its end.
  const auto* copy = reinterpret_cast<const CUpti_ActivityMemcpy6*>(record);
  if (copy->copyKind == CUPTI_ACTIVITY_MEMCPY_KIND_HTOD) ++copies_to_device[copy->bytes];
  if (copy->copyKind == CUPTI_ACTIVITY_MEMCPY_KIND_DTOH) ++copies_to_host[copy->bytes];
}

void CUPTIAPI take_buffer(CUcontext context, std::uint32_t stream, std::uint8_t* buffer, std::size_t,
                          std::size_t used) {
  const std::lock_guard lock(mutex);
  CUpti_Activity* record = nullptr;
  while (cuptiActivityGetNextRecord(buffer, used, &record) == CUPTI_SUCCESS)
    count(record);
  std::size_t lost = 0;
  require(cuptiActivityGetNumDroppedRecords(context, stream, &lost), "dropped records");
  dropped += lost;
  std::free(buffer);
}

void print(std::FILE* file, const char* name, const std::map<std::uint64_t, std::uint64_t>& copies) {
  std::uint64_t bytes = 0;
  for (const auto& [size, number] : copies)
    bytes += size * number;
  std::fprintf(file, "\"%s\": {\"bytes\": %llu, \"copies\": {", name, static_cast<unsigned long long>(bytes));
  const char* separator = "";
  for (const auto& [size, number] : copies) {
    std::fprintf(file, "%s\"%llu\": %llu", separator, static_cast<unsigned long long>(size),
                 static_cast<unsigned long long>(number));
    separator = ", ";
  }
  std::fprintf(file, "}}");
}

void write_counts() {
  require(cuptiActivityFlushAll(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED), "flush");
  const char* const prefix = std::getenv("TARN_COPY_PROFILE");
  const std::string path = std::string(prefix ? prefix : "copies") + "." + std::to_string(getpid()) + ".json";
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (!file) std::_Exit(99);
  std::fprintf(file, "{");
  print(file, "to_device", copies_to_device);
  std::fprintf(file, ", ");
  print(file, "to_host", copies_to_host);
  std::fprintf(file, ", \"dropped\": %zu}\n", dropped);
  std::fclose(file);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int InitializeInjection() {
  require(cuptiActivityRegisterCallbacks(give_buffer, take_buffer), "callbacks");
  require(cuptiActivityEnable(CUPTI_ACTIVITY_KIND_MEMCPY), "copies");
  std::atexit(write_counts);
  return 1;
}

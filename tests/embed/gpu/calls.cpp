// Which calls of CUDA a hundred of each work of a host make, as CUPTI hears them: all in a list, and those that wait
// for the whole device or use the default stream, which other streams wait for, set apart. It ends with 1 if any of
// tarn's work does that after its first times, and with 2 if CUPTI is not there.
#include <cuda_runtime_api.h>
#include <cupti.h>

#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "own_stream.hpp"

namespace {

/// Calls by name that wait for all work of the device, or may.
const std::set<std::string> waiting{"cudaDeviceSynchronize", "cudaMalloc",       "cudaFree",       "cudaHostAlloc",
                                    "cudaMallocHost",        "cudaFreeHost",     "cudaMemcpy",     "cudaMemset",
                                    "cudaMemcpyToSymbol",    "cudaHostRegister", "cudaMemcpyPeer", "cudaMallocManaged",
                                    "cudaStreamCreate",      "cudaStreamDestroy"};

using Counts = std::map<std::string, int>;

struct Heard {
  cudaStream_t own = nullptr;  ///< that of the host's instance
  Counts calls, waits;
};

std::string stream_name(const Heard& heard, const void* stream) {
  if (stream == heard.own) return "";
  return stream == nullptr || stream == cudaStreamLegacy ? " on the default stream" : " on another stream";
}

/// The stream that a call names; the host's own where it names none.
const void* stream_of_call(const Heard& heard, CUpti_CallbackId id, const void* parameters) {
  switch (id) {
    case CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernel_v7000:
      return static_cast<const cudaLaunchKernel_v7000_params*>(parameters)->stream;
    case CUPTI_RUNTIME_TRACE_CBID_cudaLaunchKernelExC_v11060:
      return static_cast<const cudaLaunchKernelExC_v11060_params*>(parameters)->config->stream;
    case CUPTI_RUNTIME_TRACE_CBID_cudaMemcpyAsync_v3020:
      return static_cast<const cudaMemcpyAsync_v3020_params*>(parameters)->stream;
    case CUPTI_RUNTIME_TRACE_CBID_cudaMemsetAsync_v3020:
      return static_cast<const cudaMemsetAsync_v3020_params*>(parameters)->stream;
    case CUPTI_RUNTIME_TRACE_CBID_cudaStreamSynchronize_v3020:
      return static_cast<const cudaStreamSynchronize_v3020_params*>(parameters)->stream;
    default:
      return heard.own;
  }
}

void CUPTIAPI hear(void* user, CUpti_CallbackDomain domain, CUpti_CallbackId id, const void* data) {
  auto& heard = *static_cast<Heard*>(user);
  if (domain == CUPTI_CB_DOMAIN_SYNCHRONIZE) {
    if (id == CUPTI_CBID_SYNCHRONIZE_CONTEXT_SYNCHRONIZED) ++heard.waits["a wait for the whole context"];
    return;
  }
  const auto* const call = static_cast<const CUpti_CallbackData*>(data);
  if (call->callbackSite != CUPTI_API_ENTER) return;
  const std::string name(call->functionName), plain = name.substr(0, name.rfind("_v"));
  const std::string where = stream_name(heard, stream_of_call(heard, id, call->functionParams));
  if (id == CUPTI_RUNTIME_TRACE_CBID_cudaMalloc_v3020 &&
      static_cast<const cudaMalloc_v3020_params*>(call->functionParams)->size == 0) {
    ++heard.calls["cudaMalloc of no bytes"];  // Kokkos asks for them with each kernel of teams; nothing waits
    return;
  }
  ++heard.calls[plain + where];
  if (waiting.count(plain) > 0 || where == " on the default stream") ++heard.waits[plain + where];
}

bool succeeds(CUptiResult result, const char* what) {
  if (result == CUPTI_SUCCESS) return true;
  const char* message = nullptr;
  cuptiGetResultString(result, &message);
  std::printf("CUPTI cannot %s: %s\n", what, message);
  return false;
}

void print(const char* title, const Counts& counts) {
  for (const auto& [name, count] : counts)
    std::printf("  %s %6d %s\n", title, count, name.c_str());
}

/// @returns whether the work waited for the device as it should, or did not
bool is_as_expected(const Work& work, Heard& heard) {
  do_first(work);
  heard.calls.clear();
  heard.waits.clear();
  for (int n = 0; n < times; ++n)
    work.once();
  const bool waited = !heard.waits.empty();
  std::printf("%s, %d times: %s\n", work.name.c_str(), times,
              waited ? "WAITS FOR THE DEVICE" : "does not wait for the device");
  print("waits", heard.waits);
  print("calls", heard.calls);
  return waited == work.waits_for_device;
}

int count(cudaStream_t own) {
  Heard heard{.own = own, .calls = {}, .waits = {}};
  CUpti_SubscriberHandle subscriber = nullptr;
  int code = 2;
  if (succeeds(cuptiSubscribe(&subscriber, hear, &heard), "be subscribed to") &&
      succeeds(cuptiEnableDomain(1, subscriber, CUPTI_CB_DOMAIN_RUNTIME_API), "tell the runtime's calls") &&
      succeeds(cuptiEnableDomain(1, subscriber, CUPTI_CB_DOMAIN_SYNCHRONIZE), "tell waits")) {
    const tarn::Runtime runtime(MPI_COMM_WORLD, {.space = tarn::Space(own)});
    code = look_at_all(runtime, [&](const Work& work) { return is_as_expected(work, heard); });
  }
  cuptiUnsubscribe(subscriber);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  return with_own_stream(argc, argv, count);
}

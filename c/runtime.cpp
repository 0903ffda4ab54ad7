#include <new>

#include "tarn/apps/driver/run.hpp"
#include "tarn/c/guard.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/started.hpp"
#include "tarn/core/version.hpp"

namespace tarn::c {

namespace {

std::string& message() {
  thread_local std::string text;
  return text;
}

void keep(const std::string& text) noexcept {
  try {
    message() = text;
  } catch (...) {  // there is no memory for it
    message().clear();
  }
}

}  // namespace

int keep_error(const std::exception& error) noexcept {
  try {
    keep(apps::message_of(error));
    return apps::exit_code_of(error);
  } catch (...) {
    return TARN_ERROR;
  }
}

int keep_unknown_error() noexcept {
  keep("an unknown exception");
  return TARN_ERROR;
}

}  // namespace tarn::c

extern "C" {

const char* tarn_version(void) {
  static const std::string text = tarn::version();
  return text.c_str();
}

const char* tarn_error_message(void) {
  return tarn::c::message().c_str();
}

int tarn_open(MPI_Fint communicator, tarn_runtime** runtime) {
  return tarn::c::guarded([&] {
    if (runtime != nullptr) *runtime = nullptr;
    const MPI_Comm parent = MPI_Comm_f2c(communicator);
    // Before a runtime starts Kokkos, which newer versions let a process do once.
    tarn::detail::Started::of_process()->require_mpi_runs();
    tarn::Communicator(parent).agree([&] { tarn::c::not_null(runtime, "runtime"); });
    auto made = std::make_unique<tarn_runtime>();
    made->runtime = std::make_unique<const tarn::Runtime>(parent);
    *runtime = made.release();
    return TARN_OK;
  });
}

int tarn_close(tarn_runtime* runtime) {
  return tarn::c::guarded([&] {
    delete runtime;
    return TARN_OK;
  });
}

}  // extern "C"

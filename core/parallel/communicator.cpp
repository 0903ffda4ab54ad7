#include "tarn/core/parallel/communicator.hpp"

#include <exception>

#include "tarn/core/error.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn {

namespace {

template <class T>
T all_reduce(MPI_Comm comm, T value, MPI_Datatype type, MPI_Op operation) {
  T result{};
  require_mpi(MPI_Allreduce(&value, &result, 1, type, operation, comm), "MPI_Allreduce");
  return result;
}

struct Failure {
  std::exception_ptr exception;
  std::string message;
  ErrorKind kind = ErrorKind::other;
};

Failure failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return {std::current_exception(), error.what(), error.kind()};
  } catch (const std::exception& error) {
    return {std::current_exception(), error.what(), ErrorKind::other};
  }
  return {};
}

/// As the class whose kind it is, for those that catch one.
[[noreturn]] void throw_of(ErrorKind kind, const std::string& message) {
  switch (kind) {
    case ErrorKind::usage:
      throw UsageError(message);
    case ErrorKind::data:
      throw DataError(message);
    case ErrorKind::numerics:
      throw NumericsError(message);
    default:
      throw Error(message, kind);
  }
}

}  // namespace

Communicator::Communicator(MPI_Comm parent) {
  require(MPI_Comm_dup(parent, &handle_) == MPI_SUCCESS, "MPI could not duplicate the communicator");
  // What goes wrong is thrown, whatever the host wants of its own communicator: see require_mpi().
  MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN);
  MPI_Comm_rank(handle_, &rank_);
  MPI_Comm_size(handle_, &size_);
}

Communicator::~Communicator() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (!finalized) MPI_Comm_free(&handle_);
}

void Communicator::barrier() const {
  require_mpi(MPI_Barrier(handle_), "MPI_Barrier");
}

double Communicator::min(double value) const {
  return all_reduce(handle_, value, MPI_DOUBLE, MPI_MIN);
}
double Communicator::max(double value) const {
  return all_reduce(handle_, value, MPI_DOUBLE, MPI_MAX);
}
std::int64_t Communicator::min(std::int64_t value) const {
  return all_reduce(handle_, value, MPI_INT64_T, MPI_MIN);
}
std::int64_t Communicator::max(std::int64_t value) const {
  return all_reduce(handle_, value, MPI_INT64_T, MPI_MAX);
}
std::int64_t Communicator::sum(std::int64_t value) const {
  return all_reduce(handle_, value, MPI_INT64_T, MPI_SUM);
}
void Communicator::sum(std::int64_t* values, int count) const {
  require_mpi(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_INT64_T, MPI_SUM, handle_), "MPI_Allreduce");
}

std::string Communicator::broadcast(const std::string& value) const {
  auto length = broadcast(static_cast<std::int64_t>(value.size()));
  std::string result = value;
  result.resize(static_cast<std::size_t>(length));
  require_mpi(MPI_Bcast(result.data(), static_cast<int>(length), MPI_CHAR, 0, handle_), "MPI_Bcast");
  return result;
}

double Communicator::broadcast(double value) const {
  require_mpi(MPI_Bcast(&value, 1, MPI_DOUBLE, 0, handle_), "MPI_Bcast");
  return value;
}

std::int64_t Communicator::broadcast(std::int64_t value) const {
  require_mpi(MPI_Bcast(&value, 1, MPI_INT64_T, 0, handle_), "MPI_Bcast");
  return value;
}

bool Communicator::broadcast(bool value) const {
  return broadcast(std::int64_t{value}) != 0;
}

void Communicator::agree(const std::function<void()>& action) const {
  const Failure failure = failure_of(action);
  const auto nobody = static_cast<std::int64_t>(size_);
  const auto first = static_cast<int>(min(failure.exception ? std::int64_t{rank_} : nobody));
  if (first == size_) return;

  // The lowest rank that failed tells the others its message and kind.
  std::int64_t header[2] = {static_cast<std::int64_t>(failure.message.size()), static_cast<std::int64_t>(failure.kind)};
  require_mpi(MPI_Bcast(header, 2, MPI_INT64_T, first, handle_), "MPI_Bcast");
  std::string message = failure.message;
  message.resize(static_cast<std::size_t>(header[0]));
  require_mpi(MPI_Bcast(message.data(), static_cast<int>(header[0]), MPI_CHAR, first, handle_), "MPI_Bcast");
  if (failure.exception) std::rethrow_exception(failure.exception);
  throw_of(static_cast<ErrorKind>(header[1]), message);
}

}  // namespace tarn

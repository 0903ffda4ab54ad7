#include "tarn/io/store/agree.hpp"

#include <array>
#include <exception>
#include <optional>
#include <string>

#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/io/error.hpp"

namespace tarn::io {

namespace {

/// An error in a form that travels between ranks.
struct Failure {
  enum class Type : std::int64_t { file, shape, usage, data, numerics, other };
  Type type = Type::other;
  Fault fault = Fault::io;
  int code = 0;
  std::string path;  ///< of a file error
  std::string text;  ///< its detail, or the message of any other error
  Figures figures;
};

Failure describe(const Error& error) {
  using Type = Failure::Type;
  if (const auto* file = dynamic_cast<const FileError*>(&error)) {
    return {Type::file, file->fault(), file->code(), file->path().string(), file->detail(), file->figures()};
  }
  Type type = Type::other;
  if (dynamic_cast<const ShapeMismatch*>(&error)) type = Type::shape;
  if (error.kind() == ErrorKind::usage) type = Type::usage;
  if (error.kind() == ErrorKind::data) type = Type::data;
  if (error.kind() == ErrorKind::numerics) type = Type::numerics;
  return {type, Fault::io, 0, "", error.what(), {}};
}

std::optional<Failure> failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return describe(error);
  } catch (const std::exception& error) {
    return Failure{Failure::Type::other, Fault::io, 0, "", what_of(error), {}};
  }
  return std::nullopt;
}

void broadcast(const Communicator& ranks, std::string& text, std::int64_t length, int from) {
  text.resize(static_cast<std::size_t>(length));
  require_mpi(MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, from, ranks.handle()), "MPI_Bcast");
}

Failure broadcast(const Communicator& ranks, Failure failure, int from) {
  std::array<std::int64_t, 8> header{static_cast<std::int64_t>(failure.type),
                                     static_cast<std::int64_t>(failure.fault),
                                     failure.code,
                                     static_cast<std::int64_t>(failure.path.size()),
                                     static_cast<std::int64_t>(failure.text.size()),
                                     static_cast<std::int64_t>(failure.figures.first),
                                     static_cast<std::int64_t>(failure.figures.second),
                                     static_cast<std::int64_t>(failure.figures.subject.size())};
  require_mpi(MPI_Bcast(header.data(), static_cast<int>(header.size()), MPI_INT64_T, from, ranks.handle()),
              "MPI_Bcast");
  failure.type = static_cast<Failure::Type>(header[0]);
  failure.fault = static_cast<Fault>(header[1]);
  failure.code = static_cast<int>(header[2]);
  failure.figures.first = static_cast<std::uint64_t>(header[5]);
  failure.figures.second = static_cast<std::uint64_t>(header[6]);
  broadcast(ranks, failure.path, header[3], from);
  broadcast(ranks, failure.text, header[4], from);
  broadcast(ranks, failure.figures.subject, header[7], from);
  return failure;
}

[[noreturn]] void rethrow(const Failure& failure) {
  switch (failure.type) {
    case Failure::Type::file:
      throw_fault(failure.fault, failure.path, failure.text, failure.code, failure.figures);
    case Failure::Type::shape:
      throw ShapeMismatch(failure.text);
    case Failure::Type::usage:
      throw UsageError(failure.text);
    case Failure::Type::data:
      throw DataError(failure.text);
    case Failure::Type::numerics:
      throw NumericsError(failure.text);
    case Failure::Type::other:
      break;
  }
  throw Error(failure.text);
}

}  // namespace

void agree(const Communicator& ranks, const std::function<void()>& action) {
  const auto failure = failure_of(action);
  const std::int64_t nobody = ranks.size();
  const std::int64_t first = ranks.min(failure ? std::int64_t{ranks.rank()} : nobody);
  if (first == nobody) return;
  rethrow(broadcast(ranks, failure.value_or(Failure{}), static_cast<int>(first)));
}

void agree_on_root(const Communicator& ranks, const std::function<void()>& action) {
  agree(ranks, [&] {
    if (ranks.is_root()) action();
  });
}

}  // namespace tarn::io

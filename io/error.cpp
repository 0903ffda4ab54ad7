#include "tarn/io/error.hpp"

#include <cerrno>
#include <system_error>

namespace tarn::io {

void throw_fault(Fault fault, const std::filesystem::path& path, const std::string& detail, int code) {
  switch (fault) {
    case Fault::io:
      throw Io(path, detail, code);
    case Fault::no_space:
      throw NoSpace(path, detail, code);
    case Fault::truncated:
      throw Truncated(path, detail, code);
    case Fault::corrupt:
      throw Corrupt(path, detail, code);
    case Fault::missing:
      throw Missing(path, detail, code);
    case Fault::type_mismatch:
      throw TypeMismatch(path, detail, code);
    case Fault::shape_mismatch:
      throw FileShapeMismatch(path, detail, code);
    case Fault::path_escape:
      throw PathEscape(path, detail, code);
  }
  throw FileError(fault, path, detail, code);
}

void throw_errno(const std::filesystem::path& path, const std::string& what, int code) {
  const std::string detail = "cannot " + what + ": " + std::generic_category().message(code);
  const bool space = code == ENOSPC || code == EDQUOT || code == EFBIG;
  throw_fault(space ? Fault::no_space : Fault::io, path, detail, code);
}

}  // namespace tarn::io

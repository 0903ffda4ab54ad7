#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace tarn::io::hdf5 {

/// What is wrong with a message of an object header.
struct MessageFlaw : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Bytes that are read one after the other, little endian, none behind their end.
class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : rest_(bytes) {}

  /// An unsigned number of 1 to 8 bytes.
  /// @throws MessageFlaw
  std::uint64_t number(std::size_t width);
  /// @throws MessageFlaw
  std::string_view bytes(std::uint64_t count);
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

/// A further block of a header.
struct Continuation {
  std::uint64_t address = 0, size = 0;
};
/// Chunks of a dataset and where they are listed.
struct ChunkList {
  std::vector<std::uint64_t> chunk;  ///< elements along each dimension
  std::uint64_t bytes = 0;           ///< of a chunk
  bool is_array = false;             ///< a fixed array at `address`; otherwise there is one chunk
  std::uint64_t page_bits = 0;       ///< of the array
  std::uint64_t address = 0;
};
/// What the other parts of a file must fit to.
struct MessageContent {
  std::optional<std::uint64_t> object;             ///< address of the header that a hard link names
  std::optional<Continuation> continuation;        ///< where the header goes on
  std::optional<std::vector<std::uint64_t>> dims;  ///< of a dataset
  std::optional<ChunkList> chunks;                 ///< of a dataset
};

/// Checks one message of an object header, all lengths in it, against what tarn's files hold.
/// @param kind   its number in the format's specification
/// @param flags  of the message
/// @throws MessageFlaw
MessageContent check_message(std::uint64_t kind, std::uint64_t flags, std::string_view bytes);

}  // namespace tarn::io::hdf5

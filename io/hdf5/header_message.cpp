#include "tarn/io/hdf5/header_message.hpp"

#include <limits>

namespace tarn::io::hdf5 {

namespace {

constexpr std::uint64_t undefined_address = std::numeric_limits<std::uint64_t>::max();

void expect(bool holds, const char* flaw) {
  if (!holds) throw MessageFlaw(flaw);
}

using Lengths = std::vector<std::uint64_t>;

struct Space {
  Lengths dims;
  std::uint64_t elements = 0;  ///< 0 of a null space
};

Space check_space(ByteCursor bytes) {
  constexpr std::uint64_t most_dimensions = 32, scalar = 0, simple = 1, null = 2;
  expect(bytes.number(1) == 2, "a dataspace of another version");
  const std::uint64_t rank = bytes.number(1), flags = bytes.number(1), type = bytes.number(1);
  expect(rank <= most_dimensions && flags <= 1 && type <= null, "an impossible dataspace");
  expect((type == simple) == (rank > 0) || type == scalar, "a dataspace of another kind than its rank");
  Space space{{}, type == null ? 0u : 1u};
  for (std::uint64_t n = 0; n < rank; ++n) {
    const std::uint64_t length = bytes.number(8);
    expect(length == 0 || space.elements <= undefined_address / length, "a dataspace of more elements than can be");
    space.elements *= length;
    space.dims.push_back(length);
  }
  for (const std::uint64_t length : flags & 1 ? space.dims : Lengths{})
    expect(bytes.number(8) == length, "a dataspace that may grow");
  return space;
}

/// The member of a compound type: name, place and type.
void check_members(ByteCursor& bytes, std::uint64_t version, std::uint64_t members, std::uint64_t size, int depth);

/// @return bytes of an element
std::uint64_t check_type(ByteCursor& bytes, int depth = 0) {
  enum : std::uint64_t { integer = 0, floating = 1, string = 3, compound = 6, reference = 7, variable = 9 };
  constexpr int deepest = 4;
  expect(depth < deepest, "a type within too many others");
  const std::uint64_t head = bytes.number(1), kind = head & 15, version = head >> 4;
  const std::uint64_t bits = bytes.number(3), size = bytes.number(4);
  expect(version >= 1 && version <= 4, "a type of another version");
  expect(size > 0, "a type without a size");
  if (kind == integer) {
    const std::uint64_t offset = bytes.number(2), precision = bytes.number(2);
    expect(precision > 0 && offset + precision <= 8 * size, "an integer type with more bits than bytes");
  } else if (kind == floating) {
    const std::uint64_t offset = bytes.number(2), precision = bytes.number(2);
    expect(precision > 0 && offset + precision <= 8 * size, "a float type with more bits than bytes");
    const std::uint64_t sign = bits >> 8 & 255, exponent = bytes.number(1), exponent_bits = bytes.number(1);
    const std::uint64_t mantissa = bytes.number(1), mantissa_bits = bytes.number(1);
    bytes.bytes(4);  // the exponent's bias
    const std::uint64_t end = offset + precision;
    expect(sign < end && exponent_bits > 0 && exponent + exponent_bits <= end && mantissa_bits > 0 &&
               mantissa + mantissa_bits <= end,
           "a float type with parts outside its bits");
  } else if (kind == compound) {
    check_members(bytes, version, bits & 0xffff, size, depth);
  } else if (kind == variable) {
    check_type(bytes, depth + 1);
  } else {
    expect(kind == string || kind == reference, "a type that tarn does not write");
  }
  return size;
}

void check_members(ByteCursor& bytes, std::uint64_t version, std::uint64_t members, std::uint64_t size, int depth) {
  expect(version >= 3 && members > 0, "a compound type of another version, or without members");
  const std::size_t width = size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4;
  for (std::uint64_t n = 0; n < members; ++n) {
    while (bytes.number(1) != 0) {
    }
    const std::uint64_t offset = bytes.number(width), length = check_type(bytes, depth + 1);
    expect(offset <= size && length <= size - offset, "a compound type with a member outside it");
  }
}

void check_attribute(ByteCursor bytes) {
  expect(bytes.number(1) == 3 && bytes.number(1) == 0, "an attribute of another version, or of shared parts");
  const std::uint64_t name = bytes.number(2), type = bytes.number(2), space = bytes.number(2);
  bytes.number(1);  // the name's character set
  const std::string_view text = bytes.bytes(name);
  expect(name > 1 && text.find('\0') == name - 1, "an attribute whose name does not end where it should");
  ByteCursor type_bytes(bytes.bytes(type));
  const std::uint64_t size = check_type(type_bytes);
  const std::uint64_t elements = check_space(ByteCursor(bytes.bytes(space))).elements;
  expect(elements == 0 || size <= bytes.left() / elements, "an attribute of less bytes than its shape wants");
}

std::uint64_t check_link(ByteCursor bytes) {
  constexpr std::uint64_t has_type = 8, has_order = 4, has_charset = 16, all = 31;
  expect(bytes.number(1) == 1, "a link of another version");
  const std::uint64_t flags = bytes.number(1);
  expect(flags <= all, "a link with unknown flags");
  if (flags & has_type) expect(bytes.number(1) == 0, "a soft or external link");
  if (flags & has_order) bytes.number(8);
  if (flags & has_charset) expect(bytes.number(1) <= 1, "a link in an unknown character set");
  const std::uint64_t length = bytes.number(std::size_t{1} << (flags & 3));
  const std::string_view name = bytes.bytes(length);
  expect(length > 0 && name.find('\0') == name.npos, "a link whose name ends before it should");
  return bytes.number(8);
}

/// Of links (0x02) and of attributes (0x15): that none stand outside the header.
void check_storage_info(ByteCursor bytes, std::size_t order_width) {
  expect(bytes.number(1) == 0, "a table of another version");
  const std::uint64_t flags = bytes.number(1);
  expect(flags <= 3, "a table with unknown flags");
  if (flags & 1) bytes.number(order_width);
  for (std::uint64_t trees = flags & 2 ? 3 : 2; trees > 0; --trees)
    expect(bytes.number(8) == undefined_address, "links or attributes outside its header");
}

ChunkList check_chunks(ByteCursor bytes) {
  constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;  // as read_storage() allows
  constexpr std::uint64_t single = 1, fixed_array = 3, filtered = 2;
  const std::uint64_t flags = bytes.number(1), dimensions = bytes.number(1), width = bytes.number(1);
  expect(flags <= 3 && dimensions >= 2 && dimensions <= 4 && width >= 1 && width <= 8, "an impossible chunk");
  ChunkList list;
  list.bytes = 1;
  for (std::uint64_t n = 0; n < dimensions; ++n) {
    const std::uint64_t length = bytes.number(width);
    expect(length > 0 && length <= most_bytes / list.bytes, "a chunk of no size, or larger than any of tarn's");
    list.bytes *= length;
    list.chunk.push_back(length);
  }
  list.chunk.pop_back();  // the bytes of an element
  const std::uint64_t index = bytes.number(1);
  expect(index == single || index == fixed_array, "chunks listed in another way");
  list.is_array = index == fixed_array;
  if (list.is_array) list.page_bits = bytes.number(1);
  if (!list.is_array && flags & filtered) bytes.bytes(12);  // stored size and filters left out
  list.address = bytes.number(8);
  return list;
}

/// @return nothing for what is not stored in chunks
std::optional<ChunkList> check_layout(ByteCursor bytes) {
  enum : std::uint64_t { compact = 0, contiguous = 1, chunked = 2, virtual_parts = 3 };
  expect(bytes.number(1) == 4, "a layout of another version");
  const std::uint64_t kind = bytes.number(1);
  if (kind == chunked) return check_chunks(bytes);
  expect(kind == compact || kind == contiguous || kind == virtual_parts, "a layout of another kind");
  bytes.bytes(kind == compact ? bytes.number(2) : kind == contiguous ? 16 : 12);
  return std::nullopt;
}

void check_filters(ByteCursor bytes) {
  constexpr std::uint64_t most_filters = 32, first_named = 256;
  expect(bytes.number(1) == 2, "filters of another version");
  const std::uint64_t count = bytes.number(1);
  expect(count > 0 && count <= most_filters, "an impossible number of filters");
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::uint64_t id = bytes.number(2), name = id >= first_named ? bytes.number(2) : 0;
    bytes.number(2);
    const std::uint64_t values = bytes.number(2);
    bytes.bytes(name);
    bytes.bytes(4 * values);
  }
}

void check_fill_value(ByteCursor bytes) {
  constexpr std::uint64_t defined = 32, all = 63;
  expect(bytes.number(1) == 3, "a fill value of another version");
  const std::uint64_t flags = bytes.number(1);
  expect(flags <= all, "a fill value with unknown flags");
  if (flags & defined) bytes.bytes(bytes.number(4));
}

void check_group_info(ByteCursor bytes) {
  expect(bytes.number(1) == 0, "a group of another version");
  const std::uint64_t flags = bytes.number(1);
  expect(flags <= 3, "a group with unknown flags");
  bytes.bytes((flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0));
}

}  // namespace

std::uint64_t ByteCursor::number(std::size_t width) {
  const std::string_view taken = bytes(width);
  std::uint64_t value = 0;
  for (std::size_t n = width; n-- > 0;)
    value = value << 8 | static_cast<unsigned char>(taken[n]);
  return value;
}

std::string_view ByteCursor::bytes(std::uint64_t count) {
  if (count > rest_.size()) throw MessageFlaw("a length that goes beyond its end");
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

MessageContent check_message(std::uint64_t kind, std::uint64_t flags, std::string_view bytes) {
  constexpr std::uint64_t constant = 1, no_copy = 4;
  // Shared messages and whatever a reader is to do with unknown ones: tarn has neither.
  expect((flags & ~(constant | no_copy)) == 0, "a message with flags that tarn does not set");
  ByteCursor cursor(bytes);
  switch (kind) {
    case 0x00:  // space that is not used
      return {};
    case 0x01:
      return {{}, {}, check_space(cursor).dims, {}};
    case 0x02:
      check_storage_info(cursor, 8);
      return {};
    case 0x03:
      check_type(cursor);
      return {};
    case 0x05:
      check_fill_value(cursor);
      return {};
    case 0x06:
      return {check_link(cursor), {}, {}, {}};
    case 0x08:
      return {{}, {}, {}, check_layout(cursor)};
    case 0x0a:
      check_group_info(cursor);
      return {};
    case 0x0b:
      check_filters(cursor);
      return {};
    case 0x0c:
      check_attribute(cursor);
      return {};
    case 0x10: {
      const std::uint64_t address = cursor.number(8);
      return {{}, Continuation{address, cursor.number(8)}, {}, {}};
    }
    case 0x15:
      check_storage_info(cursor, 2);
      return {};
    case 0x16:  // how many hard links there are
      expect(cursor.number(1) == 0 && cursor.number(4) > 0, "an object that nothing links to");
      return {};
    default:
      throw MessageFlaw("a message of a kind that tarn does not write");
  }
}

}  // namespace tarn::io::hdf5

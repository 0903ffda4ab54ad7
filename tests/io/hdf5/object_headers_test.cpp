#include "tarn/io/hdf5/object_headers.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/hdf5/header_message.hpp"
#include "tarn/tests/io/hdf5/image_file.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io::hdf5 {
namespace {

using io::test::Scratch;
using io::test::text_of;
using io::test::write_text;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Little endian numbers, each of so many bytes.
std::string packed(const std::vector<std::pair<int, std::uint64_t>>& numbers) {
  std::string bytes;
  for (const auto& [width, value] : numbers) {
    for (int n = 0; n < width; ++n)
      bytes += static_cast<char>(value >> 8 * n);
  }
  return bytes;
}

constexpr std::uint64_t nowhere = ~std::uint64_t{0};

class SmallFile : public testing::Test {
 protected:
  SmallFile() {
    test::write_image(path_, [](FileImage& image) {
      const Object group = create_group(image.root(), "g");
      write_attribute(group, "text", std::string("value"));
      write_attribute(group, "numbers", std::vector<double>{1, 2, 3});
    });
  }
  /// Writes the file with the bytes at the n-th place of a text changed.
  void change(const std::string& where, std::size_t behind, const std::string& bytes) {
    std::string content = text_of(path_);
    const std::size_t at = content.find(where);
    ASSERT_NE(at, std::string::npos);
    content.replace(at + behind, bytes.size(), bytes);
    write_text(path_, content);
  }

  Scratch scratch_;
  std::filesystem::path path_ = scratch_.path() / "a.h5";
};

TEST_F(SmallFile, AsTarnWritesItIsTaken) {
  EXPECT_NO_THROW(check_object_headers(path_));
}

TEST_F(SmallFile, WithALinkToWhereNoHeaderIsIsRefused) {
  const std::string link = packed({{1, 1}, {1, 0}, {1, 1}}) + "g";  // version, flags, length, name; then the address
  change(link, link.size(), packed({{8, 8}}));

  EXPECT_THAT([&] { check_object_headers(path_); }, ThrowsMessage<Corrupt>(HasSubstr("no header of an object")));
}

TEST_F(SmallFile, WithALinkBehindItsEndIsRefused) {
  const std::string link = packed({{1, 1}, {1, 0}, {1, 1}}) + "g";
  change(link, link.size(), packed({{8, nowhere - 3}}));

  EXPECT_THAT([&] { check_object_headers(path_); }, ThrowsMessage<Corrupt>(HasSubstr("lies outside the file")));
}

TEST_F(SmallFile, WithATableOfLinksOutsideItsHeaderIsRefused) {
  change(packed({{1, 0}, {1, 0}, {8, nowhere}, {8, nowhere}}), 10, packed({{8, 4096}}));

  EXPECT_THAT([&] { check_object_headers(path_); }, ThrowsMessage<Corrupt>(HasSubstr("outside its header")));
}

TEST_F(SmallFile, WithALinkBackToItsParentIsReadOnce) {
  const std::string link = packed({{1, 1}, {1, 0}, {1, 1}}) + "g";
  change(link, link.size(), packed({{8, 48}}));  // the root group stands behind the superblock

  EXPECT_NO_THROW(check_object_headers(path_));
}

/// A message that is refused, and what for.
struct BadMessage {
  const char* name;
  std::uint64_t kind, flags;
  std::string bytes;
  const char* flaw;
};

class HeaderMessage : public testing::TestWithParam<BadMessage> {};

TEST_P(HeaderMessage, ThatTarnDoesNotWriteIsRefused) {
  const BadMessage& bad = GetParam();

  EXPECT_THAT([&] { check_message(bad.kind, bad.flags, bad.bytes); }, ThrowsMessage<MessageFlaw>(HasSubstr(bad.flaw)));
}

const std::string scalar = packed({{1, 2}, {1, 0}, {1, 0}, {1, 0}});
const std::string text_type = packed({{1, 0x13}, {3, 0}, {4, 5}});

INSTANTIATE_TEST_SUITE_P(
    Every, HeaderMessage,
    testing::Values(
        BadMessage{"Unknown", 0x0f, 0, "", "of a kind that tarn does not write"},
        BadMessage{"Shared", 0x03, 2, text_type, "flags that tarn does not set"},
        BadMessage{"Empty", 0x01, 0, "", "beyond its end"},
        BadMessage{"HugeSpace", 0x01, 0, packed({{1, 2}, {1, 2}, {1, 0}, {1, 1}, {8, nowhere}, {8, 3}}),
                   "more elements than can be"},
        BadMessage{"GrowingSpace", 0x01, 0, packed({{1, 2}, {1, 1}, {1, 1}, {1, 1}, {8, 3}, {8, nowhere}}), "may grow"},
        BadMessage{"ShortSpace", 0x01, 0, packed({{1, 2}, {1, 3}, {1, 0}, {1, 1}, {8, 3}}), "beyond its end"},
        BadMessage{"NestedType", 0x03, 0,
                   packed({{1, 0x19},
                           {3, 0},
                           {4, 16},
                           {1, 0x19},
                           {3, 0},
                           {4, 16},
                           {1, 0x19},
                           {3, 0},
                           {4, 16},
                           {1, 0x19},
                           {3, 0},
                           {4, 16},
                           {1, 0x19},
                           {3, 0},
                           {4, 16}}),
                   "within too many others"},
        BadMessage{"EmptyType", 0x03, 0, packed({{1, 0x13}, {3, 0}, {4, 0}}), "without a size"},
        BadMessage{"WideInteger", 0x03, 0, packed({{1, 0x10}, {3, 0}, {4, 4}, {2, 8}, {2, 32}}),
                   "more bits than bytes"},
        BadMessage{"SoftLink", 0x06, 0, packed({{1, 1}, {1, 8}, {1, 1}, {1, 1}}) + "g" + packed({{8, 48}}),
                   "soft or external link"},
        BadMessage{"LongAttribute", 0x0c, 0,
                   packed({{1, 3}, {1, 0}, {2, 2}, {2, 8}, {2, 4}, {1, 0}}) + std::string("a\0", 2) + text_type +
                       scalar + "four",
                   "less bytes than its shape wants"},
        BadMessage{"ChunkOfNoSize", 0x08, 0,
                   packed({{1, 4}, {1, 2}, {1, 0}, {1, 2}, {1, 1}, {1, 0}, {1, 8}, {1, 1}, {8, 100}}),
                   "a chunk of no size"},
        BadMessage{"OutsideAttributes", 0x15, 0, packed({{1, 0}, {1, 0}, {8, nowhere}, {8, 4096}}),
                   "outside its header"}),
    [](const auto& one) { return one.param.name; });

class ManyChunks : public testing::Test {
 protected:
  /// Four chunks along one dimension of 32 numbers.
  ManyChunks() {
    test::write_image(path_, [](FileImage& image) {
      const Dataset dataset = create_dataset(image.root(), "d", {Element::float64, {32}, {8}, Compression::none});
      for (const hsize_t offset : {0, 8, 16, 24})
        image.place_chunk(dataset.object, {offset}, 68);
    });
  }
  Scratch scratch_;
  std::filesystem::path path_ = scratch_.path() / "a.h5";
};

TEST_F(ManyChunks, AsTarnWritesThemAreTaken) {
  EXPECT_NO_THROW(check_object_headers(path_));
}

TEST_F(ManyChunks, ForMoreValuesThanTheyListAreRefused) {
  std::string content = text_of(path_);
  const std::string space = packed({{1, 2}, {1, 1}, {1, 1}, {1, 1}, {8, 32}, {8, 32}});
  const std::size_t at = content.find(space);
  ASSERT_NE(at, std::string::npos);
  content.replace(at, space.size(), packed({{1, 2}, {1, 1}, {1, 1}, {1, 1}, {8, 64}, {8, 64}}));
  write_text(path_, content);

  EXPECT_THAT([&] { check_object_headers(path_); }, ThrowsMessage<Corrupt>(HasSubstr("does not fit its values")));
}

}  // namespace
}  // namespace tarn::io::hdf5

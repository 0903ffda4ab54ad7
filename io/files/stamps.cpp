#include "tarn/io/files/stamps.hpp"

#include <chrono>
#include <ctime>
#include <random>

#include <fmt/format.h>

namespace tarn::io {

namespace {

std::tm utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return utc;
}

}  // namespace

std::string utc_stamp() {
  const std::tm utc = utc_now();
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

std::string utc_text() {
  const std::tm utc = utc_now();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string random_hex() {
  std::random_device source;
  return fmt::format("{:08x}", source());
}

std::string random_uuid() {
  std::random_device source;
  const unsigned a = source(), b = source(), c = source(), d = source();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", a, b >> 16, b & 0xfff, (c >> 16 & 0x3fff) | 0x8000,
                     c & 0xffff, d);
}

}  // namespace tarn::io

#pragma once

#include <string>

// What makes names differ: the time, and random digits.

namespace tarn::io {

/// Now, as yyyymmddThhmmssZ for names.
std::string utc_stamp();

/// Now, as yyyy-mm-ddThh:mm:ssZ for people.
std::string utc_text();

/// Eight random hexadecimal digits.
std::string random_hex();

/// A random UUID (version 4) from the kernel's random numbers.
std::string random_uuid();

}  // namespace tarn::io

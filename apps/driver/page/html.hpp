#pragma once

#include <string>
#include <string_view>

// Parts of a page of HTML.

namespace tarn::apps {

/// A text of anybody as HTML shows it, also within the quotes of an attribute: markup is escaped, control characters
/// are visible, bytes that are no UTF-8 become U+FFFD. Ends of lines and tabs stay.
std::string html_text(std::string_view text);

/// Bytes as a data URI has them (RFC 4648, section 4).
std::string base64(std::string_view bytes);

/// A fold that opens at a click.
std::string html_fold(std::string_view summary, std::string_view content);

/// The row of a table whose first cell is its heading; nothing where the value is empty.
/// @param value  HTML
std::string html_fact(std::string_view name, std::string_view value);

}  // namespace tarn::apps

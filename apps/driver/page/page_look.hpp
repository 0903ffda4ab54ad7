#pragma once

namespace tarn::apps {

/// The style sheet of a page.
const char* page_style();

/// Its script: sliders instead of rows of pictures, what was chosen kept while the page is loaded again, and a word
/// where the page has not been written for long.
const char* page_script();

/// An icon as a part of a data URI.
const char* page_icon();

}  // namespace tarn::apps

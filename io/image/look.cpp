#include "tarn/io/image/look.hpp"

namespace tarn::io {
namespace {

/// Eight colours that stay apart with any kind of colour blindness; the first seven after M. Okabe and K.
/// Ito, "Color Universal Design" (2008), less its yellow, which is lost on white.
constexpr std::array<Color, 8> on_white{{{0, 114, 178},
                                         {213, 94, 0},
                                         {0, 158, 115},
                                         {204, 121, 167},
                                         {230, 159, 0},
                                         {86, 180, 233},
                                         {0, 0, 0},
                                         {140, 140, 140}}};

/// The same hues, light enough for a dark ground.
constexpr std::array<Color, 8> on_dark{{{86, 180, 233},
                                        {240, 128, 48},
                                        {46, 196, 150},
                                        {222, 150, 190},
                                        {240, 210, 70},
                                        {70, 130, 210},
                                        {240, 240, 240},
                                        {150, 150, 150}}};

}  // namespace

const Look& look_of(Theme theme) {
  static const Look light{.background = {255, 255, 255},
                          .grid = {225, 225, 225},
                          .title = {20, true, {20, 20, 20}},
                          .subtitle = {15, false, {95, 95, 95}},
                          .label = {16, false, {34, 34, 34}},
                          .tick = {14, false, {50, 50, 50}},
                          .frame = {1, {70, 70, 70}},
                          .lines = on_white};
  static const Look dark{.background = {24, 26, 30},
                         .grid = {52, 55, 61},
                         .title = {20, true, {242, 242, 242}},
                         .subtitle = {15, false, {170, 172, 178}},
                         .label = {16, false, {226, 226, 226}},
                         .tick = {14, false, {205, 205, 205}},
                         .frame = {1, {150, 152, 158}},
                         .lines = on_dark};
  return theme == Theme::dark ? dark : light;
}

}  // namespace tarn::io

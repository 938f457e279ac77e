// The colours of pictures, as 0xRRGGBB.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace kobie::io::colours {

// Okabe and Ito, Color Universal Design (2008): told apart by colour-blind readers too.
inline constexpr std::array<unsigned, 6> distinct = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9};

// Viridis (van der Walt and Smith), at even distances: lightness rises evenly with the value.
inline constexpr std::array<unsigned, 10> sequential = {0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e,
                                                        0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725};

// ColorBrewer's RdBu (Brewer and Harrower), blue below zero.
inline constexpr std::array<unsigned, 11> diverging = {0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7,
                                                       0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f};

inline constexpr unsigned ink = 0x333333;
inline constexpr unsigned grid = 0xe4e4e4;
inline constexpr unsigned blank = 0xc8c8c8;  // in none of the palettes

inline unsigned mixed(unsigned from, unsigned to, double share) {
  unsigned result = 0;
  for (const unsigned shift : {16U, 8U, 0U}) {
    const double a = from >> shift & 0xff;
    const double b = to >> shift & 0xff;
    result |= static_cast<unsigned>(std::lround(a + (b - a) * share)) << shift;
  }
  return result;
}

// Of few lines each has a colour of its own; many take a walk along the palette, short of its pale end.
inline unsigned of_line(std::size_t line, std::size_t lines) {
  if (lines <= distinct.size()) {
    return distinct[line];
  }
  const double at = 0.92 * static_cast<double>(line) / static_cast<double>(lines - 1) * (sequential.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  return mixed(sequential[below], sequential[below + 1], at - static_cast<double>(below));
}

}  // namespace kobie::io::colours

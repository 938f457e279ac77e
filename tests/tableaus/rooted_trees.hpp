#pragma once

#include <cstddef>
#include <vector>

// The next rooted tree of as many vertices, as its vertices' levels in preorder; false after the last one.
// T. Beyer, S. M. Hedetniemi, Constant time generation of rooted trees, SIAM J. Comput. 9 (1980) 706-712.
inline bool next_tree(std::vector<int>& levels) {
  std::size_t p = levels.size();
  while (p > 0 && levels[p - 1] <= 2) {
    --p;
  }
  if (p == 0) {
    return false;
  }
  --p;
  std::size_t q = p;
  while (levels[q] != levels[p] - 1) {
    --q;
  }
  for (std::size_t i = p; i < levels.size(); ++i) {
    levels[i] = levels[i - (p - q)];
  }
  return true;
}

// The first one: no vertex has two branches.
inline std::vector<int> first_tree(int order) {
  std::vector<int> levels;
  for (int level = 1; level <= order; ++level) {
    levels.push_back(level);
  }
  return levels;
}

inline std::size_t parent_of(std::size_t vertex, const std::vector<int>& levels) {
  std::size_t parent = vertex;
  while (levels[parent] != levels[vertex] - 1) {
    --parent;
  }
  return parent;
}

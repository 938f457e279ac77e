/// kobie.buffers: which working memory each component needs, and where it lives. Decided when a kernel is compiled; the same
/// class answers at run time.
export module kobie.buffers;

export import :describe;
export import :entry;
export import :layout;
export import :placement;
export import :problems;
export import :registry;
export import :text;
export import :tiers;
export import :workspace;

/// What can be wrong with a declaration. Each function throws InvalidArgument; none is constexpr, so that in a kernel, where
/// buffers are declared in constant expressions, the same fault is a compile error that bears the function's name.
module;
#include <cstddef>
#include <string_view>

export module kobie.buffers:problems;

namespace kobie {

export class BufferRegistry;
export struct Buffer;

[[noreturn]] void the_owner_of_a_buffer_has_no_name(std::string_view owner, std::string_view name);
[[noreturn]] void the_name_of_a_buffer_is_empty(std::string_view owner);
[[noreturn]] void the_name_of_a_buffer_is_given_twice(const Buffer& buffer);
[[noreturn]] void the_name_of_a_buffer_has_a_separator(const Buffer& buffer);
[[noreturn]] void the_name_of_a_buffer_is_too_long(std::string_view before, std::string_view more, std::size_t capacity);
[[noreturn]] void the_size_of_a_buffer_is_negative(const Buffer& buffer);
[[noreturn]] void the_size_of_a_buffer_is_too_large(const Buffer& buffer, std::ptrdiff_t most);
[[noreturn]] void the_location_of_a_buffer_is_unknown(const Buffer& buffer);
[[noreturn]] void the_precision_of_a_buffer_is_unknown(const Buffer& buffer);
[[noreturn]] void a_buffer_aliases_itself(const Buffer& buffer);
[[noreturn]] void a_buffer_aliases_one_not_declared_before_it(const Buffer& buffer);
[[noreturn]] void a_buffer_aliases_one_in_another_location(const Buffer& buffer, const Buffer& target);
[[noreturn]] void a_buffer_aliases_one_of_another_precision(const Buffer& buffer, const Buffer& target);
[[noreturn]] void the_aliases_of_a_buffer_exceed_it(const Buffer& buffer, const Buffer& target, std::ptrdiff_t total);
[[noreturn]] void a_component_is_nested_twice(std::string_view owner);
[[noreturn]] void no_component_of_this_name_declares_buffers(const BufferRegistry& registry, std::string_view owner);
[[noreturn]] void no_buffer_of_this_name_is_declared(const BufferRegistry& registry, std::string_view owner,
                                                     std::string_view name);
[[noreturn]] void a_placement_names_a_buffer_that_nothing_declares(const BufferRegistry& registry, std::string_view name);
[[noreturn]] void a_placement_names_an_alias(const Buffer& buffer);
[[noreturn]] void the_tier_of_a_placement_is_out_of_range(std::size_t tier, std::size_t tiers);
[[noreturn]] void a_layout_has_room_for_other_buffers(std::size_t declared, std::size_t room);

}  // namespace kobie

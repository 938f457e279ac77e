/// What a file is to hold: named arrays that somebody else owns, and attributes that say what they are.
export module kobie.io:dataset;

import kobie.standard;

namespace kobie::io {

/// What an array in a file is made of.
export enum class ElementType { float32, float64, int32, int64 };

/// A type that arrays in files are made of.
export template <class T>
concept Element =
    std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

/// The ElementType of an array of T.
export template <Element T>
inline constexpr ElementType element_type_of = std::same_as<T, float>          ? ElementType::float32
                                               : std::same_as<T, double>       ? ElementType::float64
                                               : std::same_as<T, std::int32_t> ? ElementType::int32
                                                                               : ElementType::int64;

/// What an attribute can say.
export using AttributeValue = std::variant<std::string, double, std::int64_t, std::vector<double>>;

/// A named remark on a dataset or on a file: a unit, a tolerance, the name of a method.
export struct Attribute {
  std::string name;
  AttributeValue value;
};

/// A named array that somebody else owns: contiguous, in C order.
export struct Dataset {
  std::string name;                   ///< a '/' makes groups: "states/x"
  ElementType type;                   ///< of each element
  const void* data;                   ///< may be null when there are no elements
  std::vector<std::size_t> shape;     ///< empty for a single number
  std::vector<std::string> axes;      ///< for each dimension the dataset with its coordinates, or ""; empty for none at all
  std::vector<Attribute> attributes;  ///< a unit, a description
};

/// All that one file is to hold.
export struct Contents {
  std::vector<Dataset> datasets;
  std::vector<Attribute> attributes;  ///< of the file itself
};

/// Bytes of one element.
export std::size_t size_of(ElementType type);

/// Elements in an array of this shape; InvalidArgument when their bytes cannot be counted.
export std::size_t element_count(const std::vector<std::size_t>& shape);

// InvalidArgument when there are elements and no data.
void require_data(const Dataset& dataset);

}  // namespace kobie::io

#include "gateway/schema/instance.h"

namespace certus::gateway::schema {
namespace {

constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15ULL;

std::uint64_t mixed(std::uint64_t value) {
  value ^= value >> 30;
  value *= 0xBF58476D1CE4E5B9ULL;
  value ^= value >> 27;
  value *= 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

simdjson::dom::array arrayOf(const Instance& value) { return value.element.get_array().value_unsafe(); }
simdjson::dom::object objectOf(const Instance& value) { return value.element.get_object().value_unsafe(); }

bool equalArrays(const Instance& left, const Instance& right, Budget& budget) {
  const auto leftItems = arrayOf(left);
  const auto rightItems = arrayOf(right);
  auto other = rightItems.begin();
  for (auto item = leftItems.begin(); item != leftItems.end(); ++item, ++other) {
    if (other == rightItems.end() || !equal(Instance::of(*item), Instance::of(*other), budget)) return false;
  }
  return !(other != rightItems.end());
}

bool equalObjects(const Instance& left, const Instance& right, Budget& budget) {
  const auto leftMembers = objectOf(left);
  const auto rightMembers = objectOf(right);
  if (leftMembers.size() != rightMembers.size()) return false;
  auto sameOrder = rightMembers.begin();  // the usual case needs no search
  for (auto member = leftMembers.begin(); member != leftMembers.end(); ++member, ++sameOrder) {
    simdjson::dom::element other;
    if (sameOrder.key() == member.key()) {
      other = sameOrder.value();
    } else if (!budget.spend(rightMembers.size()) || rightMembers.at_key(member.key()).get(other) != simdjson::SUCCESS) {
      return false;
    }
    if (!equal(Instance::of(member.value()), Instance::of(other), budget)) return false;
  }
  return true;
}

}  // namespace

Instance Instance::ofName(std::string_view name) {
  Instance value;
  value.kind = Kind::String;
  value.text = name;
  return value;
}

bool equal(const Instance& left, const Instance& right, Budget& budget) {
  if (left.kind != right.kind || !budget.spend(1)) return false;
  switch (left.kind) {
    case Kind::Null: return true;
    case Kind::Boolean: return left.truth == right.truth;
    case Kind::String: return left.text == right.text;
    case Kind::Integer:
    case Kind::Fraction: return compare(left.number, right.number) == 0;
    case Kind::Array: return equalArrays(left, right, budget);
    case Kind::Object: return equalObjects(left, right, budget);
  }
  return false;
}

std::uint64_t hashOf(std::string_view text) { return mixed(std::hash<std::string_view>{}(text)); }

std::uint64_t hashOf(const Instance& value, Budget& budget) {
  if (!budget.spend(1)) return 0;
  std::uint64_t hash = mixed(maskOf(value.kind) + kMix);
  switch (value.kind) {
    case Kind::Null: return hash;
    case Kind::Boolean: return value.truth ? ~hash : hash;
    case Kind::String: return hash ^ hashOf(value.text);
    case Kind::Integer:
    case Kind::Fraction: return hash ^ mixed(hashOf(value.number));
    case Kind::Array:
      for (const auto item : arrayOf(value)) hash = mixed(hash * kMix + hashOf(Instance::of(item), budget));
      return hash;
    case Kind::Object:
      for (const auto member : objectOf(value)) {  // a sum, because the order of members does not count
        hash += mixed(hashOf(member.key) ^ (hashOf(Instance::of(member.value), budget) * kMix));
      }
      return hash;
  }
  return hash;
}

}  // namespace certus::gateway::schema

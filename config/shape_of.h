// Declares a Shape whose fields fill the members of T. The default of a field is what a fresh T holds.
#pragma once

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "config/shape.h"

namespace certus::config {

std::string showInteger(std::int64_t value);
std::string showSeconds(Milliseconds value);
std::string showText(const std::string& value);

class FieldOf {
 public:
  explicit FieldOf(Field& field) : field_(field) {}
  FieldOf& required() {
    field_.required = true;
    field_.fallback.clear();
    return *this;
  }
  FieldOf& sample(std::string yaml) {
    field_.sample = std::move(yaml);
    return *this;
  }
  FieldOf& fallback(std::string yaml) {
    field_.fallback = std::move(yaml);
    return *this;
  }
  FieldOf& optIn() {
    field_.optIn = true;
    return *this;
  }
  FieldOf& empty(Empty meaning) {
    field_.empty = meaning;
    if (meaning == Empty::Refused) field_.fallback.clear();
    return *this;
  }
  FieldOf& quotesSpaces() {
    field_.quotesSpaces = true;
    return *this;
  }
  FieldOf& check(Check rule, std::string pattern = {}) {
    field_.check = rule;
    field_.pattern = std::move(pattern);
    return *this;
  }

 private:
  Field& field_;
};

template <class T>
class ShapeOf {
 public:
  Shape shape;

  template <class M, class B>
  FieldOf text(std::string key, M B::*member, std::string doc) {
    Field& field = add(std::move(key), Kind::Text, std::move(doc));
    if constexpr (std::is_same_v<M, std::string>) field.fallback = showText(fresh_.*member);
    field.store = [member](void* t, const Value& v) { static_cast<T*>(t)->*member = std::get<std::string>(v); };
    return FieldOf(field);
  }

  template <class M, class B>
  FieldOf integer(std::string key, M B::*member, std::int64_t least, std::int64_t most, std::string doc) {
    Field& field = add(std::move(key), Kind::Integer, std::move(doc));
    field.least = least;
    field.most = most;
    field.fallback = showInteger(static_cast<std::int64_t>(fresh_.*member));
    field.store = [member](void* t, const Value& v) {
      static_cast<T*>(t)->*member = static_cast<M>(std::get<std::int64_t>(v));
    };
    return FieldOf(field);
  }

  template <class M, class B>
  FieldOf seconds(std::string key, M B::*member, Milliseconds least, Milliseconds most, std::string doc) {
    Field& field = add(std::move(key), Kind::Seconds, std::move(doc));
    field.least = least.count();
    field.most = most.count();
    if constexpr (std::is_same_v<M, Milliseconds>) field.fallback = showSeconds(fresh_.*member);
    field.store = [member](void* t, const Value& v) {
      static_cast<T*>(t)->*member = Milliseconds(std::get<std::int64_t>(v));
    };
    return FieldOf(field);
  }

  template <class B>
  FieldOf toggle(std::string key, bool B::*member, std::string doc) {
    Field& field = add(std::move(key), Kind::Switch, std::move(doc));
    field.fallback = fresh_.*member ? "true" : "false";
    field.store = [member](void* t, const Value& v) { static_cast<T*>(t)->*member = std::get<bool>(v); };
    return FieldOf(field);
  }

  template <class B>
  FieldOf word(std::string key, std::string B::*member, std::vector<std::string> words, std::string doc) {
    Field& field = add(std::move(key), Kind::Word, std::move(doc));
    field.words = std::move(words);
    field.fallback = fresh_.*member;
    field.store = [member](void* t, const Value& v) { static_cast<T*>(t)->*member = std::get<std::string>(v); };
    return FieldOf(field);
  }

  template <class B>
  FieldOf list(std::string key, std::vector<std::string> B::*member, std::string doc) {
    Field& field = add(std::move(key), Kind::List, std::move(doc));
    field.fallback = "[]";
    field.store = [member](void* t, const Value& v) { static_cast<T*>(t)->*member = std::get<std::vector<std::string>>(v); };
    return FieldOf(field);
  }

  template <class B>
  FieldOf free(std::string key, std::string B::*json, std::string doc) {
    Field& field = add(std::move(key), Kind::Free, std::move(doc));
    field.fallback = "{}";
    field.storeJson = [json](void* t, const std::string& v) { static_cast<T*>(t)->*json = v; };
    return FieldOf(field);
  }

  // One text, number or switch as JSON; what is not said stays empty.
  template <class B>
  FieldOf literal(std::string key, std::string B::*json, std::string doc) {
    Field& field = add(std::move(key), Kind::Literal, std::move(doc));
    field.storeJson = [json](void* t, const std::string& v) { static_cast<T*>(t)->*json = v; };
    return FieldOf(field);
  }

  template <class B>
  FieldOf literals(std::string key, std::vector<std::string> B::*jsons, std::string doc) {
    Field& field = add(std::move(key), Kind::Literals, std::move(doc));
    field.storeJson = [jsons](void* t, const std::string& v) { (static_cast<T*>(t)->*jsons).push_back(v); };
    return FieldOf(field);
  }

  // `open`: T& -> U& that the inner shape fills.
  template <class Open>
  FieldOf section(std::string key, const Shape& inner, std::string doc, Open open) {
    Field& field = add(std::move(key), Kind::Section, std::move(doc));
    field.shape = &inner;
    field.open = [open](void* t, const std::string&) -> void* { return &open(*static_cast<T*>(t)); };
    return FieldOf(field);
  }

  // `open`: T&, name -> U&. A map from names that the operator chooses.
  template <class Open>
  FieldOf named(std::string key, const Shape& inner, std::string doc, Open open) {
    Field& field = add(std::move(key), Kind::Named, std::move(doc));
    field.shape = &inner;
    field.open = [open](void* t, const std::string& name) -> void* { return &open(*static_cast<T*>(t), name); };
    return FieldOf(field);
  }

 private:
  Field& add(std::string key, Kind kind, std::string doc) {
    Field field;
    field.key = std::move(key);
    field.kind = kind;
    field.doc = std::move(doc);
    shape.fields.push_back(std::move(field));
    return shape.fields.back();
  }

  T fresh_{};
};

}  // namespace certus::config

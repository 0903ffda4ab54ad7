#include "tarn/ops/formula/ptx_body.hpp"

#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::ops::detail {

using Type = NamedArray::Type;

namespace {

std::string literal(double value) {
  return ptx_number(value, false);
}

/// A name such as %held2_1: number 2 of element 1.
std::string name(const char* what, int number, int element) {
  return fmt::format("%{}{}_{}", what, number, element);
}

}  // namespace

int bytes_of(Type type) {
  switch (type) {
    case Type::boolean:
    case Type::uint8:
      return 1;
    case Type::int32:
    case Type::float32:
      return 4;
    default:
      return 8;
  }
}

std::string PtxBody::write(const std::vector<std::string>& places, int width) {
  elements_ = static_cast<int>(places.size()) * width;
  text_.clear();
  line("{{");
  declare();
  for (std::size_t n = 0; n < places.size(); ++n) {
    for (std::size_t slot = 0; slot < sources_.size(); ++slot)
      load(static_cast<int>(slot), places[n], static_cast<int>(n) * width, width);
  }
  for (int element = 0; element < elements_; ++element)
    run(element);
  for (std::size_t n = 0; n < places.size(); ++n)
    store(places[n], static_cast<int>(n) * width, width);
  line("}}");
  return text_;
}

void PtxBody::declare() {
  line(".reg .pred %is, %other, %unordered;");
  line(".reg .b64 %at;");
  for (int element = 0; element < elements_; ++element) {
    line(".reg .b32 %loaded_{0}; .reg .b64 %long_{0}; .reg .f32 %short_{0};", element);
    for (std::size_t slot = 0; slot < sources_.size(); ++slot)
      line(".reg .f64 {};", name("value", static_cast<int>(slot), element));
    for (int depth = 0; depth < max_depth; ++depth)
      line(".reg .f64 {};", name("held", depth, element));
  }
}

void PtxBody::load(int slot, const std::string& place, int first, int width) {
  const auto [type, one] = sources_[static_cast<std::size_t>(slot)];
  const int bytes = bytes_of(type);
  if (one) {
    line("mov.b64 %at, %source{};", slot);
  } else {
    line("mad.lo.u64 %at, {}, {}, %source{};", place, bytes, slot);
  }
  if (!one && width > 1 && type == Type::float64) {
    for (int m = first; m < first + width; m += 2)
      line("ld.global.v2.f64 {{{}, {}}}, [%at+{}];", name("value", slot, m), name("value", slot, m + 1),
           (m - first) * bytes);
    return;
  }
  if (!one && width == 4 && type == Type::float32) {
    line("ld.global.v4.f32 {{%short_{}, %short_{}, %short_{}, %short_{}}}, [%at];", first, first + 1, first + 2,
         first + 3);
  }
  for (int m = first; m < first + width; ++m)
    load_one(type, name("value", slot, m), m, one ? 0 : (m - first) * bytes, one || width == 1);
}

/// One element as a double; a float may be in its register already.
void PtxBody::load_one(Type type, const std::string& value, int element, int offset, bool alone) {
  switch (type) {
    case Type::boolean:
      line("ld.global.u8 %loaded_{}, [%at+{}];", element, offset);
      line("setp.ne.u32 %is, %loaded_{}, 0;", element);
      return choose(value, literal(1), literal(0), "%is");
    case Type::uint8:
      line("ld.global.u8 %loaded_{}, [%at+{}];", element, offset);
      return line("cvt.rn.f64.u32 {}, %loaded_{};", value, element);
    case Type::int32:
      line("ld.global.s32 %loaded_{}, [%at+{}];", element, offset);
      return line("cvt.rn.f64.s32 {}, %loaded_{};", value, element);
    case Type::int64:
      line("ld.global.s64 %long_{}, [%at+{}];", element, offset);
      return line("cvt.rn.f64.s64 {}, %long_{};", value, element);
    case Type::float32:
      if (alone) line("ld.global.f32 %short_{}, [%at+{}];", element, offset);
      return line("cvt.f64.f32 {}, %short_{};", value, element);
    default:
      return line("ld.global.f64 {}, [%at+{}];", value, offset);
  }
}

void PtxBody::store(const std::string& place, int first, int width) {
  line("mad.lo.u64 %at, {}, {}, %target;", place, single_ ? 4 : 8);
  for (int m = first; m < first + width; ++m)
    settle(m);
  if (width == 1 && single_) {
    line("st.global.f32 [%at], %short_{};", first);
  } else if (width == 1) {
    line("st.global.f64 [%at], %held0_{};", first);
  } else if (single_) {
    line("st.global.v4.f32 [%at], {{%short_{}, %short_{}, %short_{}, %short_{}}};", first, first + 1, first + 2,
         first + 3);
  } else {
    for (int m = first; m < first + width; m += 2)
      line("st.global.v2.f64 [%at+{}], {{%held0_{}, %held0_{}}};", (m - first) * 8, m, m + 1);
  }
}

/// The result in the target's type, with one kind of bits where it is not a number.
void PtxBody::settle(int element) {
  const std::string value = name("held", 0, element);
  if (single_) {
    line("cvt.rn.f32.f64 %short_{}, {};", element, value);
    line("setp.nan.f32 %is, %short_{0}, %short_{0};", element);
    line("selp.f32 %short_{0}, 0f7FC00000, %short_{0}, %is;", element);
  } else {
    line("setp.nan.f64 %is, {0}, {0};", value);
    choose(value, literal(portable::not_a_number), value, "%is");
  }
}

/// to = condition ? yes : no
void PtxBody::choose(const std::string& to, const std::string& yes, const std::string& no, const char* condition) {
  line("selp.f64 {}, {}, {}, {};", to, yes, no, condition);
}

/// The program for one element: its stack lies in registers, whose numbers are known here.
void PtxBody::run(int element) {
  int depth = 0;
  for (std::size_t n = 0; n < program_.size(); ++n) {
    const Instruction& step = program_[n];
    line("step{}_{}:", n, element);
    const std::string right = step.operand == Operand::constant   ? literal(step.constant)
                              : step.operand == Operand::variable ? name("value", step.index, element)
                                                                  : name("held", depth - 1, element);
    if (step.code == OpCode::push) {
      line("mov.f64 {}, {};", name("held", depth++, element), right);
    } else if (is_binary(step.code)) {
      if (step.operand == Operand::stack) --depth;
      operate(step.code, name("held", depth - 1, element), right);
    } else if (step.code == OpCode::jump) {
      line("bra step{}_{};", step.index, element);
      --depth;  // the other branch leaves its value in the same place
    } else if (step.code == OpCode::jump_if_zero) {
      --depth;
      line("setp.eq.f64 %is, {}, {};", name("held", depth, element), literal(0));
      line("@%is bra step{}_{};", step.index, element);
    } else {
      operate(step.code, name("held", depth - 1, element), "");
    }
  }
  line("step{}_{}:", program_.size(), element);
}

/// a = code(a, b)
void PtxBody::operate(OpCode code, const std::string& a, const std::string& b) {
  text_ += ptx_operation(code, false, a, a, b);
}

}  // namespace tarn::ops::detail

"""The names of tarn's expressions in NumPy, so that one text means the same in C++ and in Python."""

import numpy as np

TYPES = {"bool": np.bool_, "uint8": np.uint8, "int32": np.int32, "int64": np.int64, "float32": np.float32,
         "float64": np.float64, "complex64": np.complex64, "complex128": np.complex128}


def no_half(x):
    """tarn has no float16: what NumPy would compute in it, tarn computes in float32."""
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype in (np.bool_, np.uint8) else x


def floating(function):
    def call(*arguments):
        kinds = [x.dtype for x in arguments if isinstance(x, np.ndarray)]
        if all(kind in (np.bool_, np.uint8) for kind in kinds):
            arguments = [no_half(x) for x in arguments]
        return function(*arguments)
    return call


def of_real(function):
    """As NumPy before 2.1, whose floor, ceil and trunc of integers are real numbers; those of tarn are too."""
    floats = floating(function)

    def call(x):
        return floats(x.astype(np.float64) if isinstance(x, np.ndarray) and x.dtype in (np.int32, np.int64) else x)
    return call


def power(a, b):
    """As NumPy before 2, and tarn: 0 to a power with an imaginary part is no number; newer ones take some of these for 0."""
    answer = np.power(a, b)
    if answer.dtype.kind != "c": return answer
    undefined = (np.asarray(a) == 0) & (np.imag(b) != 0)
    return np.where(undefined, complex(np.nan, np.nan), answer).astype(answer.dtype)


def not_boolean(function):
    """tarn has no int8, which NumPy takes here for bool."""
    def call(*arguments):
        if all(getattr(x, "dtype", np.bool_) == np.bool_ for x in arguments):
            raise TypeError("bool")
        return function(*arguments)
    return call


NAMES = {name: floating(getattr(np, numpy_name)) for name, numpy_name in {
    "sqrt": "sqrt", "cbrt": "cbrt", "exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "log2": "log2",
    "log10": "log10", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "atan2": "arctan2", "hypot": "hypot"}.items()}
NAMES |= {"floor": of_real(np.floor), "ceil": of_real(np.ceil), "trunc": of_real(np.trunc)}
NAMES |= {"abs": np.abs, "sign": np.sign, "square": not_boolean(np.square), "round": not_boolean(np.round), "isnan": np.isnan, "isinf": np.isinf,
          "isfinite": np.isfinite, "real": np.real, "imag": np.imag, "conj": not_boolean(np.conj), "pow": power, "fmod": np.fmod,
          "floor_divide": np.floor_divide, "minimum": np.minimum, "maximum": np.maximum, "clip": np.clip,
          "where": np.where}


def evaluate(text, **operands):
    """The value of an expression's text; conditions are bool, so & and | are && and ||."""
    python = text.replace("&&", "&").replace("||", "|").replace("!(", "~(")
    with np.errstate(all="ignore"):
        return np.asarray(eval(python, {}, NAMES | operands))

"""Pure functions of Python's library, computed on known values. Bounded like `fold`.

Regular expressions of the read program are not run.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import operator
import re
from collections.abc import Callable
from typing import Any

from guard.parse.python.fold import (
    LARGEST,
    as_text,
    attempt,
    binary,
    recode,
    replace,
    unknown_from,
)
from guard.parse.python.values import HEAVY, NOTHING, Value, is_known, weight

__all__ = ["PURE", "fold_call", "is_pure"]


def _inflate(data: bytes, wbits: int = 15) -> Value:
    import zlib

    stream = zlib.decompressobj(wbits)
    out = stream.decompress(bytes(data), LARGEST)
    return NOTHING if stream.unconsumed_tail else out


def _gunzip(data: bytes) -> Value:
    return _inflate(data, 31)


def _bunzip(data: bytes) -> Value:
    import bz2

    stream = bz2.BZ2Decompressor()
    out = stream.decompress(bytes(data), LARGEST)
    return out if stream.eof else NOTHING


def _unlzma(data: bytes) -> Value:
    import lzma

    stream = lzma.LZMADecompressor(memlimit=32 * 1024 * 1024)
    out = stream.decompress(bytes(data), LARGEST)
    return out if stream.eof else NOTHING


def _codec(data: Any, encoding: str = "utf-8", errors: str = "strict") -> Value:
    plain = encoding.lower().replace("-", "").replace("_", "")
    if plain in ("zlib", "zip", "zlibcodec"):
        return _inflate(data)
    if plain in ("bz2", "bz2codec"):
        return _bunzip(data)
    if plain == "rot13":
        return codecs.decode(data, "rot13")
    return recode(data, encoding, errors)


def _codec_encode(data: Any, encoding: str = "utf-8", errors: str = "strict") -> Value:
    plain = encoding.lower().replace("-", "").replace("_", "")
    if plain in ("hex", "base64") and isinstance(data, bytes):
        return codecs.encode(data, encoding)  # type: ignore[call-overload]
    return _codec(data, encoding, errors) if plain == "rot13" else recode(data, encoding, errors)


def _bytes(value: Any = b"", *rest: Any) -> Value:
    if isinstance(value, int):
        return bytes(value) if 0 <= value <= LARGEST else NOTHING
    return bytes(value, *rest)


def _range(*args: Any) -> Value:
    numbers = range(*args)
    return list(numbers) if len(numbers) <= 4096 else NOTHING


def _int(*args: Any) -> Value:
    if args and isinstance(args[0], str) and len(args[0]) > 2048:
        return NOTHING
    return int(*args)


def _pow(*args: Any) -> Value:
    if len(args) == 2:
        return binary("Pow", args[0], args[1])
    return pow(*args)


def _json_loads(text: Any, *_: Any) -> Value:
    import json

    return json.loads(text)


def _json_dumps(value: Any, **how: Any) -> Value:
    import json

    kept = {name: how[name] for name in ("sort_keys", "separators", "ensure_ascii") if name in how}
    return json.dumps(value, **kept)


def _literal(text: Any) -> Value:
    import ast

    return ast.literal_eval(text) if isinstance(text, str) else NOTHING


def _unquote(text: Any, *_: Any) -> Value:
    from urllib.parse import unquote

    return unquote(text)


def _unquote_plus(text: Any, *_: Any) -> Value:
    from urllib.parse import unquote_plus

    return unquote_plus(text)


def _unescape(text: str) -> Value:
    import html

    return html.unescape(text)


def _shlex_split(text: str, *_: Any) -> Value:
    import shlex

    return shlex.split(text)


def _shlex_join(items: list[str]) -> Value:
    import shlex

    return shlex.join(items)


def _shlex_quote(text: str) -> Value:
    import shlex

    return shlex.quote(text)


def _dedent(text: str) -> Value:
    import textwrap

    return textwrap.dedent(text)


def _from_bytes(data: Any, order: str = "big") -> Value:
    return int.from_bytes(data, order) if len(data) <= 1024 else NOTHING  # type: ignore[arg-type]


def _re_sub(pattern: str, replacement: str, text: str, *_: Any) -> Value:
    """Only patterns that are plain text, which no expression needs."""
    if isinstance(pattern, str) and re.escape(pattern) == pattern and "\\" not in replacement:
        return replace(text, [pattern, replacement])
    return NOTHING


def _list(value: Any = ()) -> Value:
    return list(value) if len(value) <= LARGEST else NOTHING


PURE: dict[str, Callable[..., Any]] = {
    "builtins.chr": chr,
    "builtins.ord": ord,
    "builtins.str": lambda value="", *rest: str(value, *rest),
    "builtins.repr": repr,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.int": _int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.hex": hex,
    "builtins.oct": oct,
    "builtins.bin": bin,
    "builtins.abs": abs,
    "builtins.len": len,
    "builtins.min": min,
    "builtins.max": max,
    "builtins.sum": sum,
    "builtins.round": round,
    "builtins.divmod": divmod,
    "builtins.pow": _pow,
    "builtins.any": any,
    "builtins.all": all,
    "builtins.range": _range,
    "builtins.xrange": _range,
    "builtins.sorted": sorted,
    "builtins.unichr": chr,
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "builtins.str.maketrans": str.maketrans,
    "builtins.bytes.maketrans": bytes.maketrans,
    "builtins.int.from_bytes": _from_bytes,
    "base64.b64decode": lambda data, *_: base64.b64decode(data),
    "base64.standard_b64decode": base64.standard_b64decode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.b32decode": base64.b32decode,
    "base64.b32hexdecode": base64.b32hexdecode,
    "base64.b16decode": base64.b16decode,
    "base64.b85decode": base64.b85decode,
    "base64.a85decode": base64.a85decode,
    "base64.decodebytes": base64.decodebytes,
    "base64.decodestring": base64.decodebytes,
    "base64.b64encode": base64.b64encode,
    "base64.b32encode": base64.b32encode,
    "base64.b16encode": base64.b16encode,
    "base64.b85encode": base64.b85encode,
    "base64.urlsafe_b64encode": base64.urlsafe_b64encode,
    "base64.encodebytes": base64.encodebytes,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.a2b_hex,
    "binascii.a2b_base64": binascii.a2b_base64,
    "binascii.hexlify": binascii.hexlify,
    "binascii.b2a_hex": binascii.b2a_hex,
    "binascii.b2a_base64": binascii.b2a_base64,
    "codecs.decode": _codec,
    "codecs.encode": _codec_encode,
    "zlib.decompress": lambda data, wbits=15, *_: _inflate(data, wbits),
    "gzip.decompress": _gunzip,
    "bz2.decompress": _bunzip,
    "lzma.decompress": lambda data, *_: _unlzma(data),
    "json.dumps": _json_dumps,
    "json.loads": _json_loads,
    "ast.literal_eval": _literal,
    "urllib.parse.unquote": _unquote,
    "urllib.parse.unquote_plus": _unquote_plus,
    "html.unescape": _unescape,
    "shlex.split": _shlex_split,
    "shlex.join": _shlex_join,
    "shlex.quote": _shlex_quote,
    "pipes.quote": _shlex_quote,
    "subprocess.list2cmdline": _shlex_join,
    "textwrap.dedent": _dedent,
    "re.sub": _re_sub,
    "operator.add": operator.add,
    "operator.xor": operator.xor,
    "operator.concat": operator.add,
    "operator.sub": operator.sub,
    "operator.getitem": operator.getitem,
    "os.fsdecode": lambda value: value if isinstance(value, str) else value.decode(),
    "os.fsencode": lambda value: value if isinstance(value, bytes) else value.encode(),
}


# These look into lists whose items may be unknown.
_CONTAINERS: dict[str, Callable[..., Any]] = {
    "builtins.list": _list,
    "builtins.tuple": lambda value=(): tuple(_list(value)),
    "builtins.set": _list,
    "builtins.frozenset": _list,
    "builtins.iter": _list,
    "builtins.reversed": lambda value: list(reversed(_list(value))),
    "builtins.enumerate": lambda value, start=0: list(enumerate(_list(value), start)),
    "builtins.zip": lambda *values, **_: list(zip(*map(_list, values), strict=False)),
    "builtins.next": lambda value, *_: value[0],
    "builtins.dict": dict,
    "itertools.chain": lambda *values: [item for value in values for item in value][:LARGEST],
    "itertools.cycle": lambda value: (_list(value) * 64)[:4096],
    "itertools.islice": lambda value, *numbers: list(value)[slice(*numbers)],
    "collections.OrderedDict": dict,
    "collections.deque": _list,
}


def is_pure(name: str) -> bool:
    """True for functions that do nothing but compute."""
    return name in PURE or name in _CONTAINERS


def fold_call(name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Call a pure function on known values; `NOTHING` where it is none or something is unknown."""
    function = _CONTAINERS.get(name)
    if function is not None:
        containers = (list, tuple, str, bytes, bytearray, set, dict, int)
        if not args and name == "builtins.dict":
            return dict(keywords)
        if all(isinstance(arg, containers) for arg in args):
            return attempt(function, *args, **keywords)
        return unknown_from(*args)
    function = PURE.get(name)
    if function is None or weight(args) > HEAVY:
        return unknown_from(*args, *keywords.values())
    if name == "builtins.str" and len(args) == 1 and not isinstance(args[0], bytes | bytearray):
        return as_text(args[0])
    if name in ("shlex.split", "shlex.quote", "textwrap.dedent") and args:
        return attempt(function, *args) if isinstance(args[0], str) else unknown_from(*args)
    if name in ("shlex.join", "subprocess.list2cmdline") and args and isinstance(args[0], list):
        return attempt(function, [as_text(item) for item in args[0]])
    if not is_known(args) or not is_known(keywords):
        return unknown_from(*args, *keywords.values())
    return attempt(function, *args, **keywords)

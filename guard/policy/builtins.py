"""Which built-in functions a policy may call, and the check that it calls no others.

A built-in is allowed if regorus and OPA both have it, both give the same answer, and
the answer depends on its arguments alone. regorus finds out about an unknown function
only when evaluation reaches the call, so calls are looked up in the syntax tree when
a bundle is loaded. Reads trees as text; imports no engine.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from guard.errors import PolicyError

__all__ = ["PORTABLE", "REFUSED", "Module", "check_calls", "read_module"]

Path: TypeAlias = tuple[str, ...]

# Built-ins of OPA 1.22 that regorus 0.13 has too, less those in `REFUSED`. A test asks
# both engines for their lists and compares.
PORTABLE = frozenset(
    """
    abs array.concat array.reverse array.slice base64.decode base64.encode base64.is_valid
    base64url.decode base64url.encode base64url.encode_no_pad bits.and bits.lsh bits.negate
    bits.or bits.rsh bits.xor ceil concat contains count endswith floor format_int glob.match
    glob.quote_meta graph.reachable hex.decode hex.encode indexof indexof_n intersection
    is_array is_boolean is_null is_number is_object is_set is_string json.filter json.is_valid
    json.marshal json.marshal_with_options json.patch json.remove json.unmarshal lower max min
    net.cidr_contains net.cidr_expand net.cidr_is_valid numbers.range numbers.range_step
    object.filter object.get object.keys object.remove object.subset object.union
    object.union_n product regex.find_all_string_submatch_n regex.find_n regex.is_valid
    regex.match regex.replace regex.split regex.template_match replace round semver.compare
    semver.is_valid sort split sprintf startswith strings.any_prefix_match
    strings.any_suffix_match strings.replace_n strings.reverse substring sum time.add_date
    time.clock time.date time.diff time.format time.parse_duration_ns time.parse_ns
    time.parse_rfc3339_ns time.weekday to_number trim trim_left trim_prefix trim_right
    trim_space trim_suffix type_name union units.parse units.parse_bytes upper
    urlquery.decode urlquery.decode_object urlquery.encode urlquery.encode_object uuid.parse
    walk yaml.is_valid yaml.marshal yaml.unmarshal
    """.split()  # noqa: SIM905 - names in a paragraph can be read
)

_NOT_PURE = "its answer does not depend on the request alone"
_DIFFERS = "regorus and OPA answer differently"
_PRINTS = "a policy that decides writes to no terminal"

# Built-ins that regorus has and a policy may still not call: why, and what to do instead.
REFUSED: dict[str, tuple[str, str]] = {
    "graph.reachable_paths": (_DIFFERS, "use `graph.reachable`"),
    "http.send": (_NOT_PURE, "put what is needed into the bundle's data or the request"),
    "json.match_schema": (_DIFFERS, "test the fields that matter one by one"),
    "json.verify_schema": (_NOT_PURE, "test the fields that matter one by one"),
    "opa.runtime": (_NOT_PURE, "put settings into the bundle's data"),
    "print": (_PRINTS, "print from a `_test.rego` file"),
    "rand.intn": (_NOT_PURE, "decide by a field of the request"),
    "strings.count": (_DIFFERS, "use `count(split(text, part)) - 1`"),
    "time.now_ns": (_NOT_PURE, "read the time from `input.context.time`"),
    "trace": (_PRINTS, "trace from a `_test.rego` file"),
    "uuid.rfc4122": (_NOT_PURE, "use the id in `input.context.call_id`"),
}
# What to do instead of built-ins that only OPA has, by the start of their names.
_INSTEAD = (
    ("rego.metadata.", "take the rule's id from its package path"),
    ("crypto.", "hash or verify before the request is built"),
    ("io.jwt.", "verify the token before the request is built"),
    ("net.cidr_", "use `net.cidr_contains`"),
    ("net.lookup_ip_addr", "resolve names before the request is built"),
    ("strings.split_n", "use `split`"),
    ("array.flatten", "use a comprehension over the nested arrays"),
    ("set_diff", "use the operator `-`"),
    ("re_match", "use `regex.match`"),
    ("cast_", "use `to_number` or `is_...`"),
    ("uri.", "read the parts of the URL from the operation"),
)

_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Module:
    """What one Rego file defines and calls. Paths start at `data`'s children."""

    file: str
    package: Path
    aliases: dict[str, Path]  # name in this file -> path, with the leading `data` or `input`
    rules: frozenset[Path]  # rules that are no functions, by full path
    functions: frozenset[Path]
    calls: tuple[tuple[Path | None, int], ...]  # None: a computed name; and the line
    replaced: tuple[tuple[Path, int], ...]  # refs on the right of `with ... as`


def read_module(file: str, source: str, tree: str) -> Module:
    """Read the syntax tree of one file, in the JSON text that regorus prints.

    Only the pieces that are asked for are decoded: a whole tree is a hundred times
    as long as its source.
    """
    start = tree.index('"ast": {')  # before it stands the source, with its quotes escaped
    package = _path(_after(tree, '"package": ', start)["refr"]) or ()
    imports = _after(tree, '"imports": ', start)
    rules: set[Path] = set()
    functions: set[Path] = set()
    for head in _each(tree, '"head": ', start):
        [(kind, body)] = head.items()
        target = functions if kind == "Func" else rules
        target.add(package + (_path(body["refr"]) or ()))
    for default in _each(tree, '"Default": ', start):
        target = functions if default["args"] else rules
        target.add(package + (_path(default["refr"]) or ()))
    modifiers = [m for found in _each(tree, '"with_mods": ', start) for m in found]
    return Module(
        file,
        package,
        dict(_aliases(imports, source.encode())),
        frozenset(rules),
        frozenset(functions),
        tuple((_path(call), _line(call)) for call in _each(tree, '"fcn": ', start)),
        tuple((p, _line(m["as"])) for m in modifiers if (p := _path(m["as"])) is not None),
    )


def check_calls(modules: Sequence[Module]) -> None:
    """Check that every call is of a portable built-in or of a function of the bundle.

    Raises:
        PolicyError: names the file, the line, the function and what to use instead.
    """
    defined = frozenset(path for module in modules for path in module.functions)
    for module in modules:
        for path, line in module.calls:
            _check(module, path, line, defined)
        for path, line in module.replaced:
            # A name on the right of `with` is a function only if it is called one.
            if ".".join(path) in REFUSED:
                _check(module, path, line, defined)


def _check(module: Module, path: Path | None, line: int, defined: frozenset[Path]) -> None:
    where = f"`{module.file}` line {line}"
    if path is None:
        raise PolicyError(f"{where} calls a function by a computed name", help="write the name out")
    name = ".".join(path)
    absolute = path if path[0] == "data" else None
    if absolute is None and path[0] in module.aliases:
        absolute = module.aliases[path[0]] + path[1:]
    if absolute is not None:
        if absolute[0] == "data" and absolute[1:] in defined:
            return
        raise PolicyError(
            f"{where} calls `{name}`, which no file of the bundle defines",
            help=_nearest(absolute[1:], defined),
        )
    if module.package + path in defined or name in PORTABLE:
        return
    if name in REFUSED:
        why, instead = REFUSED[name]
        raise PolicyError(f"{where} calls `{name}`: {why}", help=instead)
    raise PolicyError(
        f"{where} calls `{name}`, which is not a function that both engines have",
        help=_instead(name, [".".join(p[len(module.package) :]) for p in defined]),
    )


def _instead(name: str, functions: list[str]) -> str:
    for prefix, instead in _INSTEAD:
        if name.startswith(prefix):
            return instead
    near = difflib.get_close_matches(name, [*PORTABLE, *functions], n=2)
    return f"did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else "write it in Rego"


def _nearest(path: Path, defined: frozenset[Path]) -> str:
    names = ["data." + ".".join(p) for p in defined]
    near = difflib.get_close_matches("data." + ".".join(path), names, n=2)
    return f"did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else "define it"


def _after(tree: str, key: str, start: int) -> Any:
    return _decode(tree, tree.index(key, start) + len(key))[0]


def _each(tree: str, key: str, start: int) -> Iterator[Any]:
    """Yield every value of `key`. Inside a JSON string its quotes would be escaped."""
    at = tree.find(key, start)
    while at >= 0:
        yield _decode(tree, at + len(key))[0]
        at = tree.find(key, at + len(key))


def _aliases(imports: list[dict[str, Any]], source: bytes) -> Iterator[tuple[str, Path]]:
    for item in imports:
        path, name = _path(item["refr"]), item.get("as")
        if path and path[0] in {"data", "input"}:
            # The tree gives the name after `as` only by its place, counted in bytes.
            yield source[name["start"] : name["end"]].decode() if name else path[-1], path


def _path(ref: dict[str, Any]) -> Path | None:
    """Return the parts of a reference, or None where a part is computed."""
    [(kind, body)] = ref.items()
    if kind == "Var":
        return (str(body["value"]),)
    if kind == "RefDot":
        head = _path(body["refr"])
        return None if head is None else (*head, str(body["field"][1]))
    if kind == "RefBrack":
        head, index = _path(body["refr"]), body["index"].get("String")
        return None if head is None or index is None else (*head, str(index["value"]))
    return None


def _line(ref: dict[str, Any]) -> int:
    [body] = ref.values()
    return int(body["span"]["line"])

"""Which calls a bundle may make, checked against the two engines themselves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from guard.errors import PolicyError
from guard.policy import embedded
from guard.policy.builtins import PORTABLE, REFUSED
from tests.support.bundles import load, main


def test_the_list_is_what_both_engines_have(opa_binary: str) -> None:
    """Every built-in of OPA is asked of regorus; the list is exactly what both have."""
    done = subprocess.run(
        [opa_binary, "capabilities", "--current"], capture_output=True, text=True, check=True
    )
    both, changing = set(), set()
    for builtin in json.loads(done.stdout)["builtins"]:
        name, args = builtin["name"], builtin["decl"].get("args", [])
        if builtin.get("infix"):
            continue
        call = f"{name}({', '.join(['{}'] * (len(args) + ('variadic' in builtin['decl'])))})"
        engine = embedded.build({"m": f"package m\n\nx := y if y := {call}\n"}, "{}")
        engine.set_gather_prints(True)
        try:
            engine.eval_rule_as_json("data.m.x")
        except RuntimeError as error:
            if "could not find function" in str(error):
                continue
        both.add(name)
        if builtin.get("nondeterministic"):
            changing.add(name)
    assert both - REFUSED.keys() == PORTABLE
    assert changing <= REFUSED.keys() <= both


@pytest.mark.parametrize(
    ("expression", "name", "instead"),
    [
        ("http.send({})", "http.send", "the bundle's data or the request"),
        ('http["send"]({})', "http.send", "the bundle's data"),
        ("time.now_ns()", "time.now_ns", "`input.context.time`"),
        ('rand.intn("x", 3)', "rand.intn", "a field of the request"),
        ("opa.runtime()", "opa.runtime", "bundle's data"),
        ('uuid.rfc4122("x")', "uuid.rfc4122", "`input.context.call_id`"),
        ("rego.metadata.rule()", "rego.metadata.rule", "package path"),
        ('crypto.sha256("x")', "crypto.sha256", "before the request is built"),
        ('strings.split_n("a", "b", 1)', "strings.split_n", "use `split`"),
        ('net.cidr_intersects("a", "b")', "net.cidr_intersects", "`net.cidr_contains`"),
        ('strings.count("a", "")', "strings.count", "`count(split(text, part)) - 1`"),
        ('startwith("a", "b")', "startwith", "did you mean `startswith`"),
        ('[x | x := lower(uri.parse("a"))]', "uri.parse", "from the operation"),
        ('{"k": [y | some y in [1]; trace("a")]}', "trace", "`_test.rego`"),
        ("data.guard.lib.nothing(1)", "data.guard.lib.nothing", "define it"),
        ("input.f(1)", "input.f", ""),
    ],
)
def test_other_calls_are_refused_with_file_line_and_what_to_do(
    tmp_path: Path, expression: str, name: str, instead: str
) -> None:
    """A call that regorus would find out about only when reached never loads."""
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, main(expression))
    assert f"`guard/main/main.rego` line 3 calls `{name}`" in str(caught.value)
    assert instead in caught.value.help


def test_calls_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """In heads, defaults of else, bodies, `every`, comprehensions and replacements."""
    call = "time.now_ns()"
    for number, rule in enumerate(
        (
            f"r := {call}",
            f"r if {{ true }} else := {call}",
            f"r contains {call}",
            f'r["k"] := {call}',
            f"f(x) := {call}",
            f"r if not {call}",
            f"r if {{ every x in [1] {{ x == {call} }} }}",
            f"r if {{ some x in [{call}]; x }}",
            f"r := {{x: 1 | x := {call}}}",
            "r if { lower(1) with lower as time.now_ns }",
            f"r if {{ true with input as {call} }}",
            f"r if input[{call}]",
            f"r := 1 + -{call}",
        )
    ):
        with pytest.raises(PolicyError, match=r"calls `time\.now_ns`"):
            load(tmp_path / str(number), main("{}") + f"\n{rule}\n")


def test_functions_of_the_bundle_are_no_builtins(tmp_path: Path) -> None:
    """Own functions are called by name, path, import and alias, even by a built-in's name."""
    bundle = load(
        tmp_path,
        """# ⟨é⟩ counts more bytes than characters
package guard.main

import data.guard.lib.time
import data.guard.lib.http as ask
import data.guard.lib.time.now_ns as now

decision := [local(1), time.now_ns(), ask.send(1), now(), by_path, beside(1), print(1)]

by_path := data.guard.lib.http["send"](1)

local(x) := x

print(x) := x
""",
        **{
            "guard/lib/time.rego": "package guard.lib.time\n\nnow_ns() := 1\n",
            "guard/lib/http.rego": "package guard.lib.http\n\ndefault send(_) := 1\n",
            "guard/main/beside.rego": "package guard.main\n\nbeside(x) := x\n",
        },
    )
    engine = embedded.build(dict(bundle.modules), bundle.data_json)
    assert json.loads(engine.eval_rule_as_json("data.guard.main.decision")) == [1] * 7


def test_an_import_hides_the_builtin(tmp_path: Path) -> None:
    """What is called is the import's function, which must be there."""
    source = (
        "package guard.main\n\nimport data.guard.lib.strings\n\ndecision := strings.reverse(1)\n"
    )
    with pytest.raises(PolicyError, match=r"calls `strings\.reverse`, which no file"):
        load(
            tmp_path,
            source,
            **{"guard/lib/s.rego": "package guard.lib.strings\n\nrevers(x) := x\n"},
        )


def test_names_in_strings_and_comments_are_no_calls(tmp_path: Path) -> None:
    """Only the syntax tree counts, not the text."""
    load(tmp_path, main('{"a": "http.send({})", "b": `"fcn": time.now_ns()`} # rand.intn(1)'))

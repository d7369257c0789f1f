"""Reads the `# METADATA` comments of rules, for people and documents. Never asked when deciding.

Format: YAML in the comment lines below a line `# METADATA`, as OPA defines annotations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pydantic
import yaml

from guard.errors import PolicyError

__all__ = ["AskedWhen", "RuleInfo", "asked_when", "read_rules"]

_PACKAGE = re.compile(r"^package[ \t]+guard\.rules\.([\w.]+)", re.MULTILINE)
_BLOCK = re.compile(r"^# METADATA[ \t]*\n((?:#.*\n)+)\s*\Z", re.MULTILINE)


class AskedWhen(pydantic.BaseModel):
    """Which calls a rule must be asked about; any of the conditions is enough.

    Tables are named by their keys in the rule's own settings. Never narrower than the rule:
    a rule that is not asked is a hole.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True)

    operations: list[str] = []  # kinds of operations; "process.exec" is every start of a program
    programs: list[str] = []  # tables of programs: starts of these alone
    path_names: list[str] = []  # tables of path segments: narrow the file.* of `operations`
    verbs: list[str] = []  # tables of verbs: data.query with these alone
    keys: list[str] = []  # an operation has this key
    opaque: bool = False  # a part of the call could not be resolved


class RuleInfo(pydantic.BaseModel):
    """What a rule's metadata say. `id` is `category.name`, from the package path.

    `effect` is the one in the bundle's settings, "" where the rule has no such setting.
    `asked_when` is None where the metadata have none: then the rule is always asked.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str
    file: str
    effect: str = ""
    title: str = ""
    description: str = ""
    severity: str = ""
    solution: str = ""
    references: list[str] = []
    profiles: list[str] = []
    risk_category: str = ""
    asked_when: AskedWhen | None = None


def read_rules(modules: Sequence[tuple[str, str]], settings: Mapping[str, Any]) -> list[RuleInfo]:
    """Return one `RuleInfo` for each package below `guard.rules`, in order of id.

    Raises:
        PolicyError: metadata that are no YAML, or of another shape.
    """
    rules: dict[str, RuleInfo] = {}
    for file, source in modules:
        package = _PACKAGE.search(source)
        if package is None:
            continue
        rule = _read(file, package[1], source[: package.start()], settings)
        # A package may lie in several files; the one with the metadata speaks for it.
        if rule.id not in rules or rule.title:
            rules[rule.id] = rule
    return [rules[name] for name in sorted(rules)]


def asked_when(modules: Sequence[tuple[str, str]]) -> dict[str, dict[str, Any] | None]:
    """Return the conditions of each rule, by id, without those that are not set.

    None for a rule that lies in several files: what one says of itself binds no other.

    Raises:
        PolicyError: metadata that are no YAML, or of another shape.
    """
    packages = [found[1] for _, source in modules if (found := _PACKAGE.search(source))]
    return {
        # INVARIANT: whoever adds a file to a rule has it asked about every call.
        rule.id: rule.asked_when.model_dump(exclude_defaults=True)
        if rule.asked_when and packages.count(rule.id) == 1
        else None
        for rule in read_rules(modules, {})
    }


def _read(file: str, id: str, before: str, settings: Mapping[str, Any]) -> RuleInfo:
    block = _BLOCK.search(before)
    effect: Any = settings
    for part in (*id.split("."), "effect"):
        effect = effect.get(part, "") if isinstance(effect, dict) else ""
    try:
        text = "\n".join(line[1:] for line in block[1].splitlines()) if block else ""
        fields = yaml.safe_load(text) or {}
        custom = fields.pop("custom", None) or {}
        return RuleInfo.model_validate(
            {**custom, **fields, "id": id, "file": file, "effect": effect}
        )
    except (yaml.YAMLError, pydantic.ValidationError, AttributeError, TypeError) as error:
        reason = _explain(error)
        raise PolicyError(
            f"cannot read the metadata of `{file}`: {reason}", help="correct the comment"
        ) from None


def _explain(error: Exception) -> str:
    """Return one line that names the field, where one is to blame."""
    if not isinstance(error, pydantic.ValidationError):
        return str(error).splitlines()[0]
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].replace("Input should be", "must be")
    return f"`{field}`: {message[:1].lower()}{message[1:]}"

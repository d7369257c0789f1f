"""awk(1): ordinary programs only compute; `system`, pipes and gawk's sockets are read out.

A program is scanned word by word; strings that are put together from literals and
`-v` variables are known, all else in them is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading, Stdin

__all__ = ["READERS"]

_LONG = 8192  # characters of a value; what is longer ends unknown
_TOKENS = 2048  # of one program
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "r": "\r", "a": "\a"}
_STDIN = frozenset({"-", "/dev/stdin"})


def _awk(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, named("awk"))
    if options.has("V", "h"):
        return draft.reading
    texts = options.all("e")
    operands = options.operands
    for path in options.all("f", "E", "i", "l"):
        if path in _STDIN and invocation.stdin.text is not None:
            texts.append(invocation.stdin.text)
        elif path not in _STDIN or invocation.stdin.source != "inherited":
            draft.script("awk", path)
    if not texts and not options.has("f", "E"):
        texts, operands = operands[:1], operands[1:]
    variables = dict(_assignment(value) for value in options.all("v"))
    variables.update(_assignment(word) for word in operands if _is_assignment(word))
    draft.read(*[word for word in operands if not _is_assignment(word)])
    for text in texts:
        if text == UNKNOWN:
            draft.hide("unknown_code", "high", "nobody knows what awk would run")
        else:
            _program(draft, _tokens(text), variables)
    return draft.reading


def _assignment(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()


def _tokens(text: str) -> list[str]:
    """Names, strings (with their opening quote), `/regexes/` and single signs."""
    tokens: list[str] = []
    index = 0
    while index < len(text):
        letter = text[index]
        if letter == "#":
            end = text.find("\n", index)
            index = len(text) if end < 0 else end
        elif letter == '"':
            piece, index = _string(text, index + 1)
            tokens.append('"' + piece)
        elif letter == "/" and _before_regex(tokens):
            index = _regex_end(text, index + 1)
            tokens.append("/")
        elif letter.isalnum() or letter in "_$" + UNKNOWN:
            start = index
            index += letter == "$"  # a field: `$1`, `$name`
            while index < len(text) and (text[index].isalnum() or text[index] in "_" + UNKNOWN):
                index += 1
            tokens.append(text[start:index])
        else:
            pair = text[index : index + 2]
            sign = pair if pair in ("||", "&&", "|&", ">>", ">=", "==", "<=", "!=") else letter
            if not letter.isspace() or letter == "\n":
                tokens.append(sign)
            index += len(sign)
    return tokens


def _string(text: str, index: int) -> tuple[str, int]:
    piece = ""
    while index < len(text) and text[index] != '"':
        if text[index] == "\\" and index + 1 < len(text):
            index += 1
            if text[index] in "01234567":
                digits = ""
                while len(digits) < 3 and text[index : index + 1] in tuple("01234567"):
                    digits += text[index]
                    index += 1
                piece += chr(int(digits, 8))
                continue
            if text[index] == "x":
                digits = text[index + 1 : index + 3]
                try:
                    piece += chr(int(digits, 16))
                    index += 3
                    continue
                except ValueError:
                    pass
            piece += _ESCAPES.get(text[index], text[index])
        else:
            piece += text[index]
        index += 1
    return piece, index + 1


def _before_regex(tokens: Sequence[str]) -> bool:
    """A slash is a division only behind a value."""
    if not tokens:
        return True
    last = tokens[-1]
    return not (last[0] in ')]$"' or last[0].isalnum() or last[0] == "_")


def _regex_end(text: str, index: int) -> int:
    while index < len(text) and text[index] not in "/\n":
        index += 2 if text[index] == "\\" else 1
    return index + 1


def _program(draft: Draft, tokens: Sequence[str], given: Mapping[str, str]) -> None:
    if len(tokens) > _TOKENS:
        draft.hide("limit_tokens", "high", f"the awk program has more than {_TOKENS} parts")
        tokens = tokens[:_TOKENS]
    variables = dict(given)
    for index, word in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if following == "=" and _is_name(word):
            variables[word] = _value(tokens, index + 2, variables)
        elif word == "system" and following == "(":
            _run(draft, _value(tokens, index + 2, variables), "awk system")
        elif word in ("|", "|&"):
            if following == "getline":
                _run(draft, _value_before(tokens, index, variables), "awk getline")
            else:
                fed = _printed(tokens, index, variables)
                _run(draft, _value(tokens, index + 1, variables), f"awk {word}", fed)
        elif word in (">", ">>") and _prints(tokens, index):
            path = _value(tokens, index + 1, variables)
            if UNKNOWN in path:
                draft.write(path, append=word == ">>", certainty="may")
            else:
                draft.write(path, append=word == ">>")
        elif word[:1] == '"' and word.startswith(('"/inet/', '"/inet4/', '"/inet6/')):
            _socket(draft, _value(tokens, index, variables), tokens)
        elif word == "getline" and "<" in tokens[index + 1 : index + 3]:
            at = tokens.index("<", index) + 1
            draft.read(_value(tokens, at, variables))


def _is_name(word: str) -> bool:
    return word.isidentifier()


def _prints(tokens: Sequence[str], index: int) -> bool:
    """Whether a `>` is a redirection: a print precedes it in its statement, outside of brackets."""
    depth = 0
    for word in reversed(tokens[max(0, index - 64) : index]):
        depth += (word == ")") - (word == "(")
        if word in (";", "\n", "{", "}") or depth < 0:
            return False
        if word in ("print", "printf"):
            return True
    return False


def _value(tokens: Sequence[str], index: int, variables: Mapping[str, str]) -> str:
    """The text that an expression gives as far as it is a concatenation."""
    value, depth = "", 0
    for position in range(index, min(index + 64, len(tokens))):
        word = tokens[position]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            if depth < 0:
                break
        elif word in (";", "\n", "}", "|", "|&", "getline", ">") or (word == "," and not depth):
            break
        else:
            value += _piece(word, variables)
            if len(value) > _LONG:
                return value[:_LONG] + UNKNOWN
    return value


def _value_before(tokens: Sequence[str], index: int, variables: Mapping[str, str]) -> str:
    value = ""
    for word in reversed(tokens[max(0, index - 64) : index]):
        if word in (";", "\n", "{", "while", "if", "&&", "||", "=") or word.startswith("/"):
            break
        if word not in ("(", ")"):
            value = (_piece(word, variables) + value)[-_LONG:]
    return value


def _piece(word: str, variables: Mapping[str, str]) -> str:
    if word[0] == '"':
        return word[1:]
    if word.isdigit():
        return word
    return variables.get(word, UNKNOWN)


def _printed(tokens: Sequence[str], index: int, variables: Mapping[str, str]) -> Stdin:
    """What a print in front of a pipe writes into it."""
    start = index
    while start > max(0, index - 64) and tokens[start - 1] not in (
        "print",
        "printf",
        ";",
        "\n",
        "{",
        "}",
    ):
        start -= 1
    text = _value(tokens, start, variables)
    known = bool(text) and UNKNOWN not in text and tokens[start - 1] == "print"
    return Stdin(f"{text}\n" if known else None, "pipe", "awk")


def _run(draft: Draft, text: str, via: str, stdin: Stdin | None = None) -> None:
    if text.startswith("/inet"):
        return  # a socket, noted where its name is written
    stripped = text.replace(UNKNOWN, "").strip()
    if not stripped or text.lstrip().startswith(UNKNOWN):
        draft.hide("unknown_code", "high", f"nobody knows what {via} would run")
        return
    if UNKNOWN in text:
        draft.hide("unknown_argument", "medium", f"a part of what {via} would run is not known")
    draft.text(text, via, certainty="may", stdin=stdin)


def _socket(draft: Draft, path: str, tokens: Sequence[str]) -> None:
    """gawk: /inet/tcp/LOCALPORT/HOST/PORT; port 0 or host 0 is a listener."""
    parts = [*path.split("/"), "", "", "", ""]
    protocol, local, host, port = parts[2], parts[3], parts[4], parts[5]
    commands = "|&" in tokens and "getline" in tokens
    listens = local not in ("0", "") and host in ("0", "")
    if listens:
        draft.listen(protocol, "", known_port(local))
    else:
        draft.connect(protocol, host, known_port(port))
    if commands and ("system" in tokens or tokens.count("getline") > 1):
        number = known_port(local if listens else port)
        draft.shell("bind" if listens else "reverse", host, number, "gawk /inet")


READERS: dict[str, Reader] = dict.fromkeys(
    ("awk", "gawk", "mawk", "nawk", "original-awk", "goawk", "bwk", "igawk"), _awk
)

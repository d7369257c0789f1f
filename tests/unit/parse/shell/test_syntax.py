"""The trees that `read` gives, its errors, and the fast path for plain words."""

from __future__ import annotations

import pytest

from guard.parse.budget import Budget, BudgetExceededError, Limits
from guard.parse.shell.syntax import ShellBudgetError, ShellSyntaxError, plain_words, read
from guard.parse.shell.tree import (
    AndOr,
    ArithmeticSubstitution,
    Case,
    Command,
    CommandSubstitution,
    Conditional,
    Coproc,
    Function,
    Group,
    Literal,
    Parameter,
    Part,
    Pipeline,
    ProcessSubstitution,
    Redirect,
    Simple,
    Word,
)


def only(text: str) -> Command:
    """Return the one command of a text."""
    (statement,) = read(text, Budget()).statements
    return statement.command


def simple(text: str) -> Simple:
    command = only(text)
    assert isinstance(command, Simple)
    return command


def parts(text: str) -> tuple[Part, ...]:
    """Return the parts of the one argument of `echo`."""
    _, word = simple(f"echo {text}").words
    return word.parts


def literal(word: Word) -> str:
    return "".join(part.text for part in word.parts if isinstance(part, Literal))


def failure(text: str) -> ShellSyntaxError:
    with pytest.raises(ShellSyntaxError) as caught:
        read(text, Budget())
    return caught.value


class TestPlainWords:
    """`plain_words` takes what no shell could read in another way, and nothing else."""

    @pytest.mark.parametrize(
        "text",
        [
            "ls -la",
            "git commit --message=x",
            " cat a/b.txt\t../c ",
            "ls\n",
            "./run 10 +x",
            ". file",
        ],
    )
    def test_plain_words_are_split_at_blanks(self, text: str) -> None:
        """Words without meaning to the shell come back as they are."""
        assert plain_words(text) == text.split()

    @pytest.mark.parametrize("text", ["ls -la", " cat a/b.txt\t../c ", "env a=b:c ls"])
    def test_plain_words_agree_with_the_full_reader(self, text: str) -> None:
        """The fast path gives the words that reading gives."""
        assert plain_words(text) == [literal(word) for word in simple(text).words]

    @pytest.mark.parametrize(
        "char", [*list("|&;()<>$`\\\"'*?[]{}~#!^\r\x00"), "é", "\uf8ff", "\x0b"]
    )
    def test_a_special_character_anywhere_is_doubt(self, char: str) -> None:
        """One character with a meaning, or beyond ASCII, sends the text to the reader."""
        assert plain_words(f"ls a{char}b") is None
        assert plain_words(f"l{char}s") is None

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "a=b ls",
            "a=b",
            "if x",
            "time ls",
            "coproc x",
            "function f",
            "in",
            "ls\npwd",
            "%1",
            "-x",
            "10 a",
            "ls \\\n-la",
            "then",
            "=x",
        ],
    )
    def test_reserved_words_assignments_and_lines_are_doubt(self, text: str) -> None:
        """Nothing that could be more than one simple command passes."""
        assert plain_words(text) is None


class TestWords:
    """Quoting and expansions inside of one word."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a'b'\"c\"\\d", [("a", False), ("bcd", True)]),
            ("ss\\\nh", [("ssh", False)]),
            ("''", [("", True)]),
            ('a""', [("a", False), ("", True)]),
            ("$'\\x73\\163\\u0068'", [("ssh", True)]),
            ("$'a\\0b'c", [("a", True), ("c", False)]),
            ("$'\\cA\\e\\'\\q'", [("\x01\x1b'\\q", True)]),
            ("$'\\u00e9\\xc3\\xa9'", [("éé", True)]),
            ('$"text"', [("text", True)]),
            ('"\\a\\$\\""', [('\\a$"', True)]),
            ("a#b", [("a#b", False)]),
            ("{a,'b'}", [("{a,", False), ("b", True), ("}", False)]),
            ("$", [("$", False)]),
            ('"$"', [("$", True)]),
            ("@(a|b c)", [("@(a|b c)", False)]),
            ("a\\", [("a", False), ("\\", True)]),
        ],
    )
    def test_literals(self, text: str, expected: list[tuple[str, bool]]) -> None:
        """Text keeps what it says and whether it was quoted."""
        assert [(p.text, p.quoted) for p in parts(text) if isinstance(p, Literal)] == expected

    @pytest.mark.parametrize(
        ("text", "name", "operator", "argument", "replacement"),
        [
            ("$x", "x", "", None, None),
            ("${x}", "x", "", None, None),
            ("${10}", "10", "", None, None),
            ("$#", "#", "", None, None),
            ("${x:-a b}", "x", ":-", "a b", None),
            ("${x-}", "x", "-", "", None),
            ("${x##*/}", "x", "##", "*/", None),
            ("${x//a/b}", "x", "//", "a", "b"),
            ("${x/#a}", "x", "/#", "a", None),
            ("${x/%a/b}", "x", "/%", "a", "b"),
            ("${x:1:2}", "x", ":", "1", "2"),
            ("${x: -1}", "x", ":", " -1", None),
            ("${x:1?2:3:4}", "x", ":", "1?2:3", "4"),
            ("${x^^[a]}", "x", "^^", "[a]", None),
            ("${x@Q}", "x", "@", "Q", None),
            ("${!x@}", "x", "!@", None, None),
            ("${!x*}", "x", "!*", None, None),
            ("${#-x}", "#", "-", "x", None),
            ("${\\\nx\\\n:\\\n-a}", "x", ":-", "a", None),
        ],
    )
    def test_parameters(
        self, text: str, name: str, operator: str, argument: str | None, replacement: str | None
    ) -> None:
        """Every form of `${...}` gives its name, operator and arguments."""
        (part,) = parts(text)
        assert isinstance(part, Parameter)
        assert (part.name, part.operator) == (name, operator)
        assert (part.argument and literal(part.argument)) == (
            argument if argument else part.argument and ""
        )
        assert (part.argument is None) == (argument is None)
        assert (literal(part.replacement) if part.replacement else None) == replacement

    def test_length_indirection_and_subscripts(self) -> None:
        """`${#x}`, `${!x}` and `${x[i]}` are told apart from operators."""
        length, indirect, item, every, count = (
            parts(text)[0] for text in ("${#x}", "${!x}", "${x[$i]}", "${x[@]}", "${#x[@]}")
        )
        assert isinstance(length, Parameter)
        assert length.length
        assert isinstance(indirect, Parameter)
        assert indirect.indirect
        assert isinstance(item, Parameter)
        assert item.index is not None
        assert isinstance(item.index.parts[0], Parameter)
        assert isinstance(every, Parameter)
        assert every.index is not None
        assert literal(every.index) == "@"
        assert isinstance(count, Parameter)
        assert count.length
        assert count.index is not None

    @pytest.mark.parametrize("text", ["${a b}", "${}", "${@Z}", "${x@Z}", "${#x-a}", "${-"])
    def test_what_bash_refuses_at_run_time_is_kept_as_bad(self, text: str) -> None:
        """A bad substitution is no syntax error: bash runs the lines after it."""
        if not text.endswith("}"):
            assert failure(f"echo {text}").kind == "incomplete"
            return
        (part,) = parts(text)
        assert isinstance(part, Parameter)
        assert (part.name, part.operator) in (("", "bad"), ("@", "@"))

    def test_a_bad_substitution_keeps_the_expansions_inside(self) -> None:
        """What stands in a bad substitution can still be looked at."""
        (part,) = parts("${a b $(id)}")
        assert isinstance(part, Parameter)
        assert part.argument is not None
        assert any(isinstance(inner, CommandSubstitution) for inner in part.argument.parts)

    def test_quoted_flags_follow_the_double_quotes(self) -> None:
        """Expansions within double quotes are quoted, those outside are not."""
        assert [part.quoted for part in parts('"$a"$b"$(c)"`d`') if hasattr(part, "quoted")] == [
            True,
            False,
            True,
            False,
        ]

    def test_a_pattern_within_quotes_stays_a_pattern(self) -> None:
        """In `"${x#*/}"` the star is active, in `"${x#"*"}"` it is not."""
        (active,), (inactive,) = parts('"${x#*/}"'), parts('"${x#"*"}"')
        assert isinstance(active, Parameter)
        assert isinstance(inactive, Parameter)
        assert active.argument is not None
        assert inactive.argument is not None
        assert active.argument.parts == (Literal("*/", quoted=False),)
        assert inactive.argument.parts == (Literal("*", quoted=True),)

    @pytest.mark.parametrize(
        "text", ["$(id)", "`id`", '"$(id)"', "${ id; }", "${| id; }", "$(\n#)\nid)"]
    )
    def test_command_substitutions_hold_a_script(self, text: str) -> None:
        """Every spelling of a command substitution is read through."""
        (part,) = parts(text)
        assert isinstance(part, CommandSubstitution)
        assert part.script is not None
        command = part.script.statements[0].command
        assert isinstance(command, Simple)
        assert literal(command.words[0]) == "id"

    def test_nested_backticks_lose_one_backslash_a_level(self) -> None:
        """The inner pair of backticks is a substitution of the inner text."""
        (part,) = parts("`echo \\`id\\``")
        assert isinstance(part, CommandSubstitution)
        assert part.text == "echo `id`"
        assert part.script is not None
        command = part.script.statements[0].command
        assert isinstance(command, Simple)
        assert isinstance(command.words[1].parts[0], CommandSubstitution)

    def test_backticks_that_cannot_be_read_have_no_script(self) -> None:
        """Bash reads what is in backticks when it expands them, so the rest stands."""
        (part,) = parts("`(`")
        assert part == CommandSubstitution(None, quoted=False, text="(")

    @pytest.mark.parametrize("text", ["$((1 + 2))", "$[1 + 2]", "$((\\\n1 + 2)\\\n)"])
    def test_arithmetic_substitutions_keep_their_text(self, text: str) -> None:
        """Both spellings of arithmetic give its text."""
        (part,) = parts(text)
        assert isinstance(part, ArithmeticSubstitution)
        assert literal(part.expression) == "1 + 2"

    @pytest.mark.parametrize("text", ["$((id) )", "$((id); (id))", "$((id) | (id))"])
    def test_two_parentheses_may_begin_a_subshell(self, text: str) -> None:
        """Where the second closer does not follow at once it is a command substitution."""
        (part,) = parts(text)
        assert isinstance(part, CommandSubstitution)

    def test_single_quotes_in_arithmetic_do_not_hide_a_command(self) -> None:
        """Bash runs `id` in `$(( '$(id)' ))`."""
        (part,) = parts("$(( '$(id)' ))")
        assert isinstance(part, ArithmeticSubstitution)
        assert any(isinstance(p, CommandSubstitution) for p in part.expression.parts)

    @pytest.mark.parametrize("text", ["m['$(id)']=1", "m[$(id)]+=1", "m=(['`id`']=1)"])
    def test_single_quotes_in_a_subscript_do_not_hide_a_command(self, text: str) -> None:
        """For an array with numbers bash expands a subscript whatever its quotes."""
        (assignment,) = simple(text).assignments
        index = assignment.array[0].index if assignment.array else assignment.index
        assert index is not None
        assert any(isinstance(p, CommandSubstitution) for p in index.parts)

    def test_process_substitutions_are_parts_of_words(self) -> None:
        """`a<(b)` is one word with a process substitution in it."""
        assert [type(part) for part in parts("a<(b)c")] == [Literal, ProcessSubstitution, Literal]

    def test_positions_are_those_of_the_text(self) -> None:
        """`start` and `end` cut the word out of the text, in substitutions as well."""
        text = 'echo  a"b c" `cat  xy` $(d  ef)'
        words = simple(text).words
        assert [text[word.start : word.end] for word in words] == [
            "echo",
            'a"b c"',
            "`cat  xy`",
            "$(d  ef)",
        ]
        for word, inner in zip(words[2:], ("xy", "ef"), strict=True):
            (part,) = word.parts
            assert isinstance(part, CommandSubstitution)
            assert part.script is not None
            command = part.script.statements[0].command
            assert isinstance(command, Simple)
            assert text[command.words[1].start : command.words[1].end] == inner


class TestCommands:
    """Commands, redirections, assignments."""

    def test_assignments_stand_before_the_command(self) -> None:
        """All forms of assignments are read; after the command's name they are words."""
        command = simple("a=1 b+=2 c[$i + 1]=3 d=(x [2]=y [k]+=z) cmd e=4")
        names = [(a.name, a.append, a.index is not None) for a in command.assignments]
        assert names == [
            ("a", False, False),
            ("b", True, False),
            ("c", False, True),
            ("d", False, False),
        ]
        array = command.assignments[3].array
        assert array is not None
        assert [(item.index is not None, item.append) for item in array] == [
            (False, False),
            (True, False),
            (True, True),
        ]
        assert [literal(word) for word in command.words] == ["cmd", "e=4"]

    def test_declare_may_assign_arrays(self) -> None:
        """`declare m=(...)` keeps the word up to the `=` and the items by position."""
        command = simple("declare -A m=([k]=ssh) n+=(x) o=y")
        assert [literal(word) for word in command.words] == ["declare", "-A", "m=", "n+=", "o=y"]
        assert [(at, array.name, array.append) for at, array in command.arrays] == [
            (2, "m", False),
            (3, "n", True),
        ]

    def test_redirections(self) -> None:
        """Operators, descriptors and named descriptors are told apart from words."""
        command = simple("a >b 2>&1 {fd}<>c 3 <d &>>e <&- 12<f x9>g >|h <<<i")
        assert [(r.operator, r.fd, r.variable, literal(r.target)) for r in command.redirects] == [
            (">", None, "", "b"),
            (">&", 2, "", "1"),
            ("<>", None, "fd", "c"),
            ("<", None, "", "d"),
            ("&>>", None, "", "e"),
            ("<&", None, "", "-"),
            ("<", 12, "", "f"),
            (">", None, "", "g"),
            (">|", None, "", "h"),
            ("<<<", None, "", "i"),
        ]
        assert [literal(word) for word in command.words] == ["a", "3", "x9"]

    def test_a_number_too_large_for_a_descriptor_is_a_word(self) -> None:
        """As in bash, `99999999999>x` has an argument and a plain redirection."""
        command = simple("a 99999999999>x 2147483647>y")
        assert [literal(word) for word in command.words] == ["a", "99999999999"]
        assert [r.fd for r in command.redirects] == [None, 2147483647]

    def test_a_closed_descriptor_ends_at_the_dash(self) -> None:
        """`>&-ssh` closes a descriptor and names a command."""
        command = simple(">&-ssh host")
        assert [literal(word) for word in command.words] == ["ssh", "host"]

    @pytest.mark.parametrize(
        ("text", "body", "quoted"),
        [
            ("cat <<E\na $x\nE\n", "a \n", False),
            ("cat <<'E'\na $x\nE\n", "a $x\n", True),
            ("cat <<\\E\na\nE", "a\n", True),
            ("cat <<-E\n\ta\n\t\tE\n", "a\n", False),
            ("cat <<E\na\n", "a\n", False),
            ("cat <<E\na\\\nb\nE", "ab\n", False),
            ("cat <<E\na\nE\\\n\nb", "a\n", False),
            ('cat <<"$x"\na\n$x\n', "a\n", True),
            ("cat <<$x\na\n$x\n", "a\n", False),
        ],
    )
    def test_here_documents(self, text: str, body: str, quoted: bool) -> None:
        """The body ends at its delimiter; quoting the delimiter makes it literal."""
        command = read(text, Budget()).statements[0].command
        assert isinstance(command, Simple)
        (redirect,) = command.redirects
        assert literal(redirect.target) == body
        assert all(p.quoted is quoted for p in redirect.target.parts if isinstance(p, Literal))

    def test_several_here_documents_follow_in_order(self) -> None:
        """Bodies come in the order of their operators; then the program goes on."""
        script = read("a <<X; b <<Y && c\n1\nX\n2\nY\nd", Budget())
        first, second, third = (statement.command for statement in script.statements)
        assert isinstance(first, Simple)
        assert literal(first.redirects[0].target) == "1\n"
        assert isinstance(second, AndOr)
        inner = second.pipelines[0]
        assert isinstance(inner, Simple)
        assert literal(inner.redirects[0].target) == "2\n"
        assert isinstance(third, Simple)

    def test_a_here_document_in_a_substitution_may_end_before_the_parenthesis(self) -> None:
        """Bash 5.2 ends it at the delimiter and runs what follows on that line."""
        (part,) = parts("$(cat <<E\na\nEssh host)")
        assert isinstance(part, CommandSubstitution)
        assert part.script is not None
        last = part.script.statements[-1].command
        assert isinstance(last, Simple)
        assert [literal(word) for word in last.words] == ["ssh", "host"]

    def test_pipelines_and_lists(self) -> None:
        """Operators keep their order; `&` marks the statement before it."""
        script = read("! a | b |& c && time -p d || e & f", Budget())
        first, second = script.statements
        assert (first.background, second.background) == (True, False)
        chain = first.command
        assert isinstance(chain, AndOr)
        assert chain.operators == ("&&", "||")
        pipeline, timed, _ = chain.pipelines
        assert isinstance(pipeline, Pipeline)
        assert pipeline.negated
        assert pipeline.merges == (False, True)
        assert isinstance(timed, Pipeline)
        assert timed.timed

    def test_a_bang_before_a_parenthesis_negates_a_subshell(self) -> None:
        """Without extglob `!(a)` in the place of a command runs `a`."""
        command = only("!(ssh x)")
        assert isinstance(command, Pipeline)
        assert command.negated

    @pytest.mark.parametrize(
        "text", ["f() { a; }", "function f { a; }", "function f() { a; }", "f ( )\n{ a; }"]
    )
    def test_functions(self, text: str) -> None:
        """Every spelling of a definition gives a name and a body."""
        command = only(text)
        assert isinstance(command, Function)
        assert command.name == "f"
        assert isinstance(command.body, Group)

    def test_redirections_of_a_function_belong_to_its_body(self) -> None:
        """They are made on every call."""
        command = only("f() { a; } >x")
        assert isinstance(command, Function)
        assert isinstance(command.body, Group)
        assert [type(r) for r in command.body.redirects] == [Redirect]

    def test_coprocesses(self) -> None:
        """A name is one only where a compound command follows it."""
        named, plain, bare = only("coproc N { a; }"), only("coproc ssh x"), only("coproc { a; }")
        assert isinstance(named, Coproc)
        assert named.name == "N"
        assert isinstance(plain, Coproc)
        assert isinstance(plain.body, Simple)
        assert literal(plain.body.words[0]) == "ssh"
        assert isinstance(bare, Coproc)
        assert bare.name == "COPROC"

    def test_case_arms(self) -> None:
        """Patterns, bodies and terminators of every arm are kept."""
        command = only("case $x in a|'b') c;; (d) ;& *) e\nesac")
        assert isinstance(command, Case)
        assert [
            (len(arm.patterns), len(arm.body.statements), arm.terminator) for arm in command.arms
        ] == [
            (2, 1, ";;"),
            (1, 0, ";&"),
            (1, 1, ";;"),
        ]

    def test_conditionals_are_words_in_order(self) -> None:
        """Operators are unquoted words; a regular expression keeps its parentheses."""
        command = only('[[ ( $a =~ ^(x|y)$ && ! -f "&&" ) || b<c ]]')
        assert isinstance(command, Conditional)
        assert [literal(word) for word in command.words] == (
            ["(", "", "=~", "^(x|y)$", "&&", "!", "-f", "&&", ")", "||", "b", "<", "c"]
        )


class TestErrors:
    """What cannot be read raises, and says what could be read before."""

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("echo 'a", "incomplete"),
            ('echo "a', "incomplete"),
            ("if a; then", "incomplete"),
            ("a &&", "incomplete"),
            ("$(a", "incomplete"),
            ("a )", "invalid"),
            ("a;; b", "invalid"),
            ("fi", "invalid"),
            ("a\0b", "unsupported"),
        ],
    )
    def test_kinds(self, text: str, kind: str) -> None:
        """An error says whether more text could help, bash refuses, or we do."""
        assert failure(text).kind == kind

    def test_before_holds_the_complete_statements(self) -> None:
        """Bash runs the first lines before it meets the error on the third."""
        error = failure("ssh a\nb | c\nif x; then ( d")
        assert len(error.before.statements) == 2
        assert error.position >= 15

    def test_a_message_names_the_place(self) -> None:
        """The text of the error says what is unexpected, and where."""
        assert str(failure("a | | b")) == "unexpected `|` at character 5"

    @pytest.mark.parametrize(
        "text",
        [
            '"$$(echo "\'x")$(id)"\'\\\'',
            '"${x-$a"b"}"',
            '"${x-"$"(id)}"',
            "\"${x-$'$(id)'}\"",
            "\"${x-$'}'$(id)}\"",
            "$(( ${x:-)} + 1 ))",
            "$(( $(case a in a) id;; esac) ))",
            "${x:-$(id })}",
            "$((a) ; case x in x) id;; esac)",
            "<((a) ; case x in x) id;; esac)",
            "$(cat <<E)\nid\nE",
            "m[$'\\x24(id)']=1",
        ],
    )
    def test_what_bash_reads_in_two_ways_is_refused(self, text: str) -> None:
        """Where bash looks for an end by one rule and expands by another, we do not guess."""
        assert failure(f"echo {text}" if not text.startswith("m") else text).kind == "unsupported"


class TestBudget:
    """Bounds are counted, never hit by Python itself."""

    @pytest.mark.parametrize(
        "piece",
        [
            "(",
            "$(",
            "((",
            "$((",
            "( ",
            "{ ",
            "${a:-",
            "<(",
            "$((`",
            "a=($(",
            "if ",
            "[[ ( ",
            "`$(",
            "case x in a) ",
        ],
    )
    def test_deep_nesting_is_refused_quickly(self, piece: str) -> None:
        """Ten thousand levels raise within the budget of depth, or as unfinished text."""
        with pytest.raises((ShellBudgetError, ShellSyntaxError)):
            read(piece * 10_000, Budget(Limits(cpu_seconds=5)))

    @pytest.mark.parametrize("piece", ["(", "$(", "{ ", "${a:-", "<(", "if "])
    def test_depth_is_named(self, piece: str) -> None:
        """Sixty levels are the limit, and the error says so."""
        with pytest.raises(BudgetExceededError) as caught:
            read(piece * 70, Budget())
        assert caught.value.kind == "depth"

    def test_sixty_levels_are_read(self) -> None:
        """What is within the limit is no error."""
        read("( " * 59 + "a" + " )" * 59, Budget(Limits(cpu_seconds=5)))

    def test_before_is_kept_when_a_bound_is_hit(self) -> None:
        """The statements read until then can still be judged."""
        with pytest.raises(ShellBudgetError) as caught:
            read("a\nb\n" + "( " * 70, Budget())
        assert len(caught.value.before.statements) == 2

    def test_many_parts_hit_the_bound_on_nodes(self) -> None:
        """A long flat text is bounded as well."""
        with pytest.raises(ShellBudgetError) as caught:
            read("a;" * 60_000, Budget(Limits(cpu_seconds=30)))
        assert caught.value.kind == "nodes"

    @pytest.mark.parametrize(
        ("piece", "closer"),
        [("(( ", " ) )"), ("$(( ", ") )"), ("$((`", "`) )"), ("coproc $(", ")"), ("a[$(", ")]")],
    )
    def test_ambiguous_openers_are_not_tried_twice_at_each_level(
        self, piece: str, closer: str
    ) -> None:
        """Forty levels of what could be two things take no time that doubles with each."""
        budget = Budget(Limits(cpu_seconds=30))
        with pytest.raises((ShellBudgetError, ShellSyntaxError)):
            read(piece * 40 + "a" + closer * 40 + " (", budget)
        assert budget.nodes < 20_000

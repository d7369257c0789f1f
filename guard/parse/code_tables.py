"""Calls of languages that have no parser here: how they look. Data only."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "ASSIGNMENT",
    "AWK_TOKEN",
    "BACKTICKS",
    "COMMA",
    "ESCAPE",
    "ESCAPES",
    "FETCHES",
    "FILES",
    "HASHES",
    "HOST",
    "INET",
    "JOINED",
    "LANGUAGES",
    "LISTENS",
    "LITERAL",
    "NAMES",
    "PAIR",
    "PERL_OPEN",
    "PORT",
    "QX",
    "QX_ENDS",
    "SHELL_NAME",
    "SIGILS",
    "SOCKETS",
    "TEMPLATES",
    "VARIABLE",
    "WORD",
    "Language",
]

NAMES = {
    "js": "javascript",
    "node": "javascript",
    "nodejs": "javascript",
    "typescript": "javascript",
    "ts": "javascript",
    "deno": "javascript",
    "bun": "javascript",
    "rb": "ruby",
    "pl": "perl",
    "gawk": "awk",
    "mawk": "awk",
    "nawk": "awk",
    "rscript": "r",
    "pwsh": "powershell",
    "tclsh": "tcl",
    "wish": "tcl",
    "expect": "tcl",
    "osascript": "applescript",
    "luajit": "lua",
    "irb": "ruby",
}


@dataclass(frozen=True, slots=True)
class Language:
    """`starts`: calls that start programs; `evaluates`: calls that run text as code."""

    starts: re.Pattern[str]
    evaluates: re.Pattern[str] | None = None
    backticks: bool = False  # `cmd` and qx{cmd} run cmd
    interpolates: re.Pattern[str] | None = None
    only_with: str = ""  # `starts` counts only where this word occurs


def _calls(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$.@>:]){names}(?![\w-])[ \t]*\(?[ \t\n]*")


SIGILS = re.compile(r"[$@]\{?\w+(?:\[[^\]]{0,40}\]|->[^\s\"']{0,40}|\{[^}]{0,40}\})?\}?")
HASHES = re.compile(r"#\{[^}]{0,200}\}")
TEMPLATES = re.compile(r"\$\{[^}]{0,200}\}")
LANGUAGES = {
    "perl": Language(
        _calls(r"(?:system|exec|CORE::system|CORE::exec|IPC::Open[23]::open[23]|open[23])"),
        _calls(r"eval(?![ \t]*\{)"),
        backticks=True,
        interpolates=SIGILS,
    ),
    "ruby": Language(
        re.compile(
            r"(?<![\w$@])(?:(?:Kernel|Process|Object|self)\.)?(?:system|exec|spawn)"
            r"(?![\w-])[ \t]*\(?\s*"
            r"|(?:IO\.popen|Open3\.\w+|PTY\.spawn)[ \t]*\(?\s*"
        ),
        _calls(r"(?:eval|instance_eval|class_eval)"),
        backticks=True,
        interpolates=HASHES,
    ),
    "php": Language(
        _calls(r"(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)"),
        _calls(r"(?:eval|assert|create_function)"),
        backticks=True,
        interpolates=SIGILS,
    ),
    "javascript": Language(
        re.compile(
            r"(?<!\w)(?:execSync|exec|spawnSync|spawn|execFileSync|execFile|execaCommand|execa"
            r"|Deno\.run|Bun\.spawn(?:Sync)?|Bun\.\$|new[ \t]+Deno\.Command|zx\.\$)[ \t]*\(?\s*"
        ),
        re.compile(r"(?<![\w.])(?:eval|new[ \t]+Function|vm\.run\w+|Function)[ \t]*\(\s*"),
        interpolates=TEMPLATES,
        only_with="child_process|execa|Deno|Bun|process.binding|zx",
    ),
    "lua": Language(
        re.compile(r"(?<!\w)(?:os\.execute|io\.popen|vim\.fn\.system|os\.exec)[ \t]*\(?\s*"),
        _calls(r"(?:load|loadstring|dofile)"),
    ),
    "awk": Language(re.compile(r"(?<!\w)system[ \t]*\(\s*"), None),
    "tcl": Language(
        re.compile(r"(?:^|[\[;{\n])[ \t]*(?:exec|spawn|open[ \t]+\"?\|)[ \t]*"), _calls(r"eval")
    ),
    "r": Language(_calls(r"(?:system2?|shell|shell\.exec|pipe)"), None),
    "applescript": Language(re.compile(r"do shell script\s*"), re.compile(r"run script\s*")),
}
LITERAL = re.compile(
    r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|\[\[(.*?)\]\]""", re.DOTALL
)
QX = re.compile(r"(?<![\w$])(?:qx|%x)[ \t]*([{(\[/|!])")
QX_ENDS = {"{": "}", "(": ")", "[": "]"}
ASSIGNMENT = re.compile(r"""(?<!\w)([A-Za-z_]\w*)[ \t]*=[ \t]*(?:"([^"$`\\\n]*)"|'([^'\\\n]*)')""")
JOINED = re.compile(r"[ \t]*(?:\.\.?|\+|<>|&)[ \t]*")
COMMA = re.compile(r"\s*,\s*\[?\s*")
WORD = re.compile(r"[$@\w]")
BACKTICKS = re.compile(r"`([^`]*)`")
VARIABLE = re.compile(r"[$@]?([A-Za-z_]\w*)")
ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-7]{1,3}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "a": "\a"}

SOCKETS = re.compile(
    r"""IO::Socket(?:::\w+)?|\bsocket\s*\(|TCPSocket|UDPSocket|\bSocket\.(?:tcp|new)|fsockopen
    |stream_socket_client|socket_create|\bnet\.(?:connect|createConnection|Socket)|tls\.connect
    |require\(\s*["'](?:node:)?net["']\s*\)|socket\.(?:tcp|connect)|require\s*\(?\s*["']socket|/inet/(?:tcp|udp)
    |socketConnection|\[\s*socket\s|sockaddr_in|TCPServer|stream_socket_server|make\.socket
    |Deno\.connect|Bun\.connect|WebSocket""",
    re.VERBOSE,
)
LISTENS = re.compile(
    r"\blisten\b|TCPServer|createServer|stream_socket_server|socket_create_listen|-server\b|Listen\s*=>"
)
SHELL_NAME = re.compile(
    r"""["'`/ (](?:ba|da|z|k|c|a)?sh(?:\.exe)?(?=["'` ;\-)\n]|$)|cmd\.exe|powershell|/bin/\w*sh\b"""
)
PAIR = re.compile(r"""["']([A-Za-z0-9_.\-]{1,253}|\[[0-9a-fA-F:.]+\]):(\d{1,5})["']""")
HOST = re.compile(
    r"""["']((?:\d{1,3}\.){3}\d{1,3}|0x[0-9a-fA-F]{1,8}|localhost|(?:[A-Za-z0-9_\-]{1,63}\.){1,8}[A-Za-z]{2,24})["']"""
)
PORT = re.compile(r"""(?<![\w.])["']?(\d{2,5})["']?(?![\w.])""")
INET = re.compile(r"/inet6?/(tcp|udp)/\d+/([^/\s\"']+)/([^/\s\"']+)")
FETCHES = re.compile(
    r"""LWP|HTTP::|Net::HTTP|open-uri|URI\.open|\bfetch\s*\(|axios|curl_(?:init|exec)
    |file_get_contents|fopen|require\(\s*["'](?:node:)?https?["']|download\.file|\burl\s*\(
    |http\.request|got\(|readLines|RestClient|Faraday|HTTParty|XMLHttpRequest|import\s*\(
    |Invoke-WebRequest|Invoke-RestMethod|DownloadString|iwr|irm""",
    re.VERBOSE,
)
FILES = (
    (
        "file.delete",
        re.compile(
            r"(?<!\w)(?:unlink(?:Sync)?|File\.delete|FileUtils\.rm\w*|rm(?:Sync)?|os\.remove|file\.remove|rmtree"
            r"|Deno\.remove|rmdir(?:Sync)?)\s*\(?\s*([\"'])([^\"'\n]{1,1024})\1"
        ),
    ),
    (
        "file.write",
        re.compile(
            r"(?<!\w)(?:File\.write|IO\.write|writeFile(?:Sync)?|appendFile(?:Sync)?|file_put_contents|writeLines"
            r"|createWriteStream|Deno\.writeTextFile(?:Sync)?|chmod(?:Sync)?|mkdir(?:Sync)?)\s*\(?\s*([\"'])([^\"'\n]{1,1024})\1"
        ),
    ),
    (
        "file.read",
        re.compile(
            r"(?<!\w)(?:File\.(?:read|open|readlines|new)|IO\.read|readFile(?:Sync)?|readfile|file_get_contents|fopen|io\.open"
            r"|io\.lines|createReadStream|readLines|Deno\.readTextFile(?:Sync)?|readdir(?:Sync)?|highlight_file|show_source)"
            r"\s*\(?\s*([\"'])([^\"'\n]{1,1024})\1"
        ),
    ),
)
PERL_OPEN = re.compile(
    r"""(?<!\w)open\s*\(?\s*(?:my\s+)?[$\w]+\s*,\s*(["'])(?P<mode>[^"'\n]{1,512})\1(?:\s*,\s*(["'])(?P<path>[^"'\n]{1,1024})\3)?"""
)
AWK_TOKEN = re.compile(
    r"""\#[^\n]*|"((?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)|\|\||\|&?|[A-Za-z_]\w*|\n|\S""", re.DOTALL
)

"""Calls of languages that have no parser here: how they look. Data only."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "ASSIGNMENT",
    "AWK_FILES",
    "AWK_TOKEN",
    "BACKTICKS",
    "COMMA",
    "COMPILED",
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
    "PAIRS",
    "PERL_OPEN",
    "PORT",
    "QX",
    "QX_ENDS",
    "SHELL_NAME",
    "SIGILS",
    "SOCKETS",
    "TCL_COMMAND",
    "TCL_FILES",
    "TCL_SOCKET",
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
    "scheme": "lisp",
    "elisp": "lisp",
    "gnuplot": "script",
    "bpftrace": "script",
    "m4": "script",
    "octave": "script",
    "slang": "script",
    "haskell": "script",
    "ocaml": "script",
    "erlang": "script",
    "elixir": "script",
    "groovy": "java",
    "scala": "java",
    "kotlin": "java",
    "fsharp": "java",
    "terraform": "script",
    "c++": "c",
    "csharp": "java",
    "cobol": "script",
    "crystal": "ruby",
    "nashorn": "java",
}


# What a source's ending says of its language, for those that a compiler reads.
COMPILED = {
    **dict.fromkeys((".c", ".cc", ".cpp", ".cxx", ".m"), "c"),
    ".go": "go",
    ".java": "java",
    ".kt": "java",
    ".scala": "java",
    ".cs": "java",
    ".rs": "rust",
}


@dataclass(frozen=True, slots=True)
class Language:
    """`starts`: calls that start programs; `evaluates`: calls that run text as code."""

    starts: re.Pattern[str]
    evaluates: re.Pattern[str] | None = None
    backticks: bool = False  # `cmd` and qx{cmd} run cmd
    interpolates: re.Pattern[str] | None = None
    only_with: str = ""  # `starts` counts only where this word occurs
    partial: bool = False  # much of the language is not looked for


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
    "julia": Language(
        _calls(r"(?:run|pipeline|open|read|success)(?=[ \t]{0,16}\(?[ \t]{0,16}`)"), partial=True
    ),
    "go": Language(
        re.compile(
            r"(?:exec\.Command(?:Context)?|(?:syscall|unix)\.(?:Fork)?Exec|os\.StartProcess)\(\s*(?:ctx\s*,\s*)?"
        ),
        partial=True,
    ),
    "c": Language(
        re.compile(r"(?<![\w.])(?:exec[lv]p?e?|system|popen|posix_spawnp?)[ \t]*\(\s*"),
        partial=True,
    ),
    "rust": Language(re.compile(r"\bCommand::new\(\s*"), partial=True),
    "java": Language(
        re.compile(
            r"(?:\.exec|ProcessBuilder|Process\.Start|(?<![\w.])(?:exec|system)|sys\.process\.stringToProcess)"
            r"[ \t]*\([ \t\n]*(?:new String\[\][ \t]*\{|listOf\(|Seq\(|\[)?\s*"
        ),
        partial=True,
    ),
    "lisp": Language(
        re.compile(
            r"\((?:ext:|sb-ext:|uiop:)?(?:run-shell-command|run-program|launch-program|shell-command(?:-to-string)?"
            r"|async-shell-command|system\*?|execlp?|ansi-term|term|call-process|start-process|make-process|shell)\s+"
        ),
        partial=True,
    ),
    "puppet": Language(re.compile(r"\bexec\s*\{\s*"), partial=True),
    "script": Language(
        re.compile(
            r"(?<![\w$])(?:system|shell|exec|popen|esyscmd|syscmd|spawn|execvp?|execl?p?|unix_system|dosystem|system_async"
            r"|(?:System\.Process\.)?(?:call(?:Command|Process)|readProcess|rawSystem|spawnCommand|runCommand)"
            r"|Sys\.command|Unix\.(?:execvp?|system|open_process_in)|os:cmd|open_port|System\.(?:cmd|shell)|:os\.cmd|CALL)"
            r"(?![\w-])[ \t]{0,16}\(?[ \t'(\[{]{0,16}(?=[\"'`])"
        ),
        partial=True,
    ),
    "applescript": Language(re.compile(r"do shell script\s*"), re.compile(r"run script\s*")),
}
LITERAL = re.compile(
    r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|\[\[(.*?)\]\]""", re.DOTALL
)
TCL_COMMAND = re.compile(r"((?:-\w+[ \t]+){0,4}[/.\w][^\n;\]]{0,2000})")
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
    |Deno\.connect|Bun\.connect|WebSocket|\b(?:net|tls)\.(?:Dial|Listen)|Tcp(?:Stream|Listener)::
    |\b(?:syscall|unix)\.Socket\b|\blibc::socket\b|\bTcp(?:Client|Listener)\b|\bnew\s+(?:java\.net\.)?(?:Server)?Socket\s*\(|\busing\s+Sockets\b""",
    re.VERBOSE,
)
LISTENS = re.compile(
    r"\blisten\b|TCPServer|createServer|stream_socket_server|socket_create_listen|-server\b|Listen\s*=>"
    r"|\b(?:net|syscall|unix)\.Listen|\bTcpListener\b|\bServerSocket\b"
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
# Words by which code gives something to what it connects to.
SENDS = re.compile(
    r"""\b(?:POST|PUT|PATCH|post|put|patch|post_form|postForm|upload\w*|send\w*|syswrite|fwrite
    |fputs|write|pipe|end|CURLOPT_(?:POSTFIELDS|INFILE|UPLOAD)|UploadFile|UploadString|transferFrom)
    \b|\bprint\s*\{?\s*\$|\bprint\s+[A-Z]+\b|>>?\s*[\'"]/inet/""",
    re.VERBOSE,
)
FETCHES = re.compile(
    r"""LWP|HTTP::|Net::HTTP|open-uri|URI\.open|\bfetch\s*\(|axios|curl_(?:init|exec)
    |file_get_contents|fopen|require\(\s*["'](?:node:)?https?["']|download\.file|\burl\s*\(
    |http\.request|got\(|readLines|RestClient|Faraday|HTTParty|XMLHttpRequest|import\s*\(
    |Invoke-WebRequest|Invoke-RestMethod|DownloadString|iwr|irm""",
    re.VERBOSE,
)
_PATH = r"\s{0,16}\(?\s{0,16}([\"'])([^\"'\n]{1,1024})\1"
_WRITES = r"\s*,\s*(?:mode\s*=\s*)?[\"'][rb]{0,2}[wa+]"
_OPENS = r"(?:File\.(?:open|new)|IO\.open|io\.open|fopen|FileIO|open(?:Sync)?)"
FILES = (
    (
        "file.delete",
        re.compile(
            r"(?<!\w)(?:unlink(?:Sync)?|File\.delete|FileUtils\.rm\w*|rm(?:Sync)?|os\.(?:remove|Remove|RemoveAll)|file\.remove|rmtree"
            r"|Deno\.remove|rmdir(?:Sync)?|delete-file)" + _PATH
        ),
    ),
    (
        "file.write",
        re.compile(
            r"(?<!\w)(?:File\.(?:write|WriteAllText)|IO\.write|writeFile(?:Sync)?|appendFile(?:Sync)?|file_put_contents"
            r"|createWriteStream|Deno\.writeTextFile(?:Sync)?|chmod(?:Sync)?|mkdir(?:Sync)?|os\.(?:WriteFile|Create)"
            r"|FileWriter|FileOutputStream|PrintWriter|file:write_file|File\.write!|open-output-file|with-output-to-file"
            r"|call-with-output-file|write-file|append-to-file\s+nil\s+nil|write-region\s+[^\"\n]{0,200}|open_out|writefile|sink)"
            + _PATH
        ),
    ),
    (
        "file.write",
        re.compile(
            rf"(?<![\w.$>]){_OPENS}(?:\s{{0,16}}\(\s{{0,16}}\w{{1,64}}\s?->\s?\w{{1,64}}(?:\([^()\n]{{0,200}}\))?,)?{_PATH}(?={_WRITES})"
        ),
    ),
    (
        "file.write",
        re.compile(
            r"(?<!\w)(?:download(?:\.file)?\s*\(\s*[\"'][^\"'\n]{1,1024}[\"']\s*,\s*(?:destfile\s*=\s*)?"
            r"|(?:writeLines|saveRDS|write\.(?:csv|table))\s*\(\s*[^\n]{1,200}?,\s*(?:(?:file|con)\s*=\s*)?"
            r"|(?<!\.)cat\s*\([^\n]{1,200}?,\s*file\s*=\s*)"
            r"([\"'])([^\"'\n]{1,1024})\1"
        ),
    ),
    (
        "file.read",
        re.compile(
            r"(?<!\w)(?:File\.(?:read|readlines|foreach|binread|ReadAllText|ReadAllLines|read!|stream!)|IO\.(?:read|readlines)"
            r"|readFile(?:Sync)?|readfile|file_get_contents|io\.lines|createReadStream|readLines|readRDS|fileread"
            r"|Deno\.readTextFile(?:Sync)?|readdir(?:Sync)?|highlight_file|show_source|parse_ini_file|read\.(?:csv|table)"
            r"|os\.(?:ReadFile|Open)|ioutil\.ReadFile|FileReader|FileInputStream|Paths\.get|Path\.of|new\s+File"
            r"|file:read_file|open-input-file|with-input-from-file|call-with-input-file|insert-file-contents"
            r"|with-open-file\s*\(\w+|find-file|load-file|open_in|readlines|Source\.fromFile|fromFile)"
            + _PATH
        ),
    ),
    (
        "file.read",
        re.compile(
            rf"(?<![\w.$>]){_OPENS}(?:\s{{0,16}}\(\s{{0,16}}\w{{1,64}}\s?->\s?\w{{1,64}}(?:\([^()\n]{{0,200}}\))?,)?{_PATH}(?!{_WRITES})"
        ),
    ),
)
# Calls of two paths: what happens to the first, and to the second.
_SECOND = r"\s*,\s*([\"'])([^\"'\n]{1,1024})\3"
PAIRS = (
    (
        ("file.delete", "file.write"),
        re.compile(
            r"(?<![\w$])(?:rename(?:Sync)?|File\.rename|FileUtils\.(?:mv|move)|os\.[rR]ename|move|file\.rename)"
            + _PATH
            + _SECOND
        ),
    ),
    (
        ("file.read", "file.write"),
        re.compile(
            r"(?<![\w$])(?:copy|cp|copyFile(?:Sync)?|cpSync|FileUtils\.(?:cp(?:_r)?|copy(?:_file)?)|file\.copy"
            r"|IO\.copy_stream)" + _PATH + _SECOND
        ),
    ),
    (
        ("", "file.write"),
        re.compile(
            r"(?<![\w$])(?:symlink(?:Sync)?|link(?:Sync)?|File\.(?:symlink|link)|FileUtils\.(?:ln\w*)|os\.Symlink)"
            + _PATH
            + _SECOND
        ),
    ),
)
# Tcl has neither brackets nor commas.
TCL_FILES = (
    ("file.write", re.compile(r"\bopen\s+()\"?([\w./~-]{1,1024})\"?\s+\"?[rb]{0,2}[wa+]")),
    ("file.read", re.compile(r"\bopen\s+()\"?([\w./~-]{1,1024})\"?(?=\s*[\]\n;]|\s+r\b)")),
    ("file.delete", re.compile(r"\bfile\s+delete\s+(?:-\w+\s+)*()([\w./~-]{1,1024})")),
    ("file.read", re.compile(r"\bfile\s+copy\s+(?:-\w+\s+)*()([\w./~-]{1,1024})")),
    ("file.delete", re.compile(r"\bfile\s+rename\s+(?:-\w+\s+)*()([\w./~-]{1,1024})")),
    (
        "file.write",
        re.compile(
            r"\bfile\s+(?:copy|rename)\s+(?:-\w+\s+)*[\w./~-]{1,1024}\s+()([\w./~-]{1,1024})"
        ),
    ),
)
TCL_SOCKET = re.compile(r"\bsocket\s+(?:-\w+\s+)*([\w.:-]{1,253})\s+(\d{1,5})\b")
AWK_FILES = (
    ("file.read", re.compile(r"getline(?:\s+[A-Za-z_]\w*)?\s*<\s*(\")([^\"\n]{1,1024})\"")),
    ("file.write", re.compile(r"\bprintf?\b[^;}\n|]{0,400}?>>?\s*(\")([^\"\n]{1,1024})\"")),
)
PERL_OPEN = re.compile(
    r"""(?<!\w)open\s*\(?\s*(?:my\s+)?[$\w]+\s*,\s*(["'])(?P<mode>[^"'\n]{1,512})\1(?:\s*,\s*(["'])(?P<path>[^"'\n]{1,1024})\3)?"""
)
AWK_TOKEN = re.compile(
    r"""\#[^\n]*|"((?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)|\|\||\|&?|[A-Za-z_]\w*|\n|\S""", re.DOTALL
)

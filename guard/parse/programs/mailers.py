"""Mail programs: whom they write to and what. Where they connect is said by `clients`.

Sources: mailx(1) of POSIX, s-nail(1), mutt(1), sendmail(8), msmtp(1), swaks(1). Words that are
not understood count as recipients: one too many is seen, none is missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from guard.operations import MessageSend
from guard.parse.message import TEXT, make_message
from guard.parse.programs.grammar import Options, grammar, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading

__all__ = ["READERS", "SUPPLEMENTED", "supplement"]

_MAILX = grammar(
    "@permute s,subject= c,cc= b,bcc= a,attach= A,content-filename= r,return-address= "
    "f,file? u,user= q= S,set= T= X= Y= to= append= E e H n v i I N B d ~ F # h,help V,version "
    "M,content-type="
)
_MUTT = grammar("@permute s= c= b= a= F= i= H= e= f= Q= m= A= G= g= d= D E n p R v x y z Z h")
_SENDMAIL = grammar(
    "@permute b? t,read-recipients i f,from= F= o? v q? O= N= R= V= r= a,account= C,file= h,help "
    "host= port= S,serverinfo P,pretend d,debug au? ap? X= B= G U n version"
)
_SWAKS = grammar(
    "@single t,to= f,from= s,server= header,h-Subject,add-header= body= attach= attach-body= "
    "cc= bcc= p,port= tls a,auth? au,auth-user= ap,auth-password= ehlo,helo= data= "
    "q,quit-after= pipe= suppress-data silent=? n"
)
_RCPT = re.compile(r"(?im)rcpt\s+to:\s*<?([^<>\s\"'\\]+)")
_HEADER = re.compile(r"(?im)^(to|cc|bcc|subject)[ \t]*:[ \t]*([^\r\n]*)")
_PORTS = frozenset({"25", "465", "587", "2525", "smtp", "smtps", "submission"})
_SPEAKERS = frozenset({"nc", "ncat", "netcat", "telnet", "openssl", "socat"})


def _text(invocation: Invocation) -> str:
    stdin = invocation.stdin
    return stdin.text if stdin.text is not None else "" if stdin.source == "inherited" else UNKNOWN


def _headers(text: str) -> dict[str, list[str]]:
    """Headers of a message in its own text: up to the first empty line."""
    found: dict[str, list[str]] = {}
    for name, value in _HEADER.findall(text.partition("\n\n")[0]):
        found.setdefault(name.lower(), []).append(value)
    return found


def _mailx(invocation: Invocation) -> MessageSend | None:
    options = scan(invocation.argv, _MAILX)
    to = [*options.operands, *options.all("c", "b", "to")]
    if not to or options.has("f", "u", "h", "V"):
        return None  # a mailbox is read
    files = [*options.all("a"), *options.all("A")]
    return _message(invocation, to, options, files)


def _mutt(invocation: Invocation) -> MessageSend | None:
    argv = list(invocation.argv)
    files: list[str] = []
    if "--" in argv and "-a" in argv[: argv.index("--")]:  # -a FILE... -- TO...
        at, end = argv.index("-a"), argv.index("--")
        files, argv = argv[at + 1 : end], argv[:at] + argv[end + 1 :]
    options = scan(argv, _MUTT)
    to = [*options.operands, *options.all("c", "b")]
    if not to:
        return None
    return _message(invocation, to, options, [*files, *options.all("a")])


def _message(
    invocation: Invocation, to: list[str], options: Options, files: list[str]
) -> MessageSend:
    return make_message(
        "email",
        "program",
        to,
        sender=options.last("r"),
        subject=options.last("s"),
        text=_text(invocation),
        attachments=files,
    )


def _sendmail(invocation: Invocation) -> MessageSend | None:
    options = scan(invocation.argv, _SENDMAIL)
    if any(mode[:1] in ("d", "p", "i", "v", "D", "h", "H", "s") for mode in options.all("b")):
        return None
    if options.has("q", "h", "S", "P", "version"):
        return None
    text = _text(invocation)
    headers = _headers(text)
    to = list(options.operands)
    if options.has("t"):
        to += [one for key in ("to", "cc", "bcc") for one in headers.get(key, [])] or [UNKNOWN]
    if not to:
        return None
    return make_message(
        "email",
        "program",
        to,
        sender=options.last("f"),
        subject="".join(headers.get("subject", [])[:1]),
        text=text,
    )


def _swaks(invocation: Invocation) -> MessageSend | None:
    options = scan(invocation.argv, _SWAKS)
    if len(invocation.argv) < 2 or options.has("n") or "--help" in invocation.argv:
        return None
    subjects = [v.partition(":")[2].strip() or v for v in options.all("header")]
    return make_message(
        "email",
        "smtp",
        options.all("t", "cc", "bcc"),
        sender=options.last("f"),
        subject=" ".join(subjects),
        text=" ".join(options.all("body", "data")),
        attachments=[value.lstrip("@") for value in options.all("attach", "attach-body")],
    )


def _spoken(invocation: Invocation) -> MessageSend | None:
    """SMTP typed into a connection by hand."""
    text = invocation.stdin.text or ""
    found = _RCPT.findall(text)
    if not found or not any(
        word in _PORTS or word.rpartition(":")[2] in _PORTS for word in invocation.argv[1:]
    ):
        return None
    subject = "".join(_headers(text.partition("\nDATA")[2].lstrip()).get("subject", [])[:1])
    return make_message("email", "smtp", found, subject=subject, text=text)


_MESSAGES: dict[str, Callable[[Invocation], MessageSend | None]] = {
    **dict.fromkeys(("mail", "mailx", "s-nail", "nail", "mail.mailutils", "bsd-mailx"), _mailx),
    **dict.fromkeys(("mutt", "neomutt"), _mutt),
    **dict.fromkeys(("sendmail", "msmtp", "ssmtp", "esmtp", "exim", "exim4"), _sendmail),
    "swaks": _swaks,
    **dict.fromkeys(_SPEAKERS, _spoken),
}

SUPPLEMENTED = frozenset(_MESSAGES)  # programs that `supplement` looks at


def supplement(invocation: Invocation, reading: Reading) -> None:
    """Add the message that a program sends to what else it does."""
    reader = _MESSAGES.get(invocation.program)
    message = reader(invocation) if reader else None
    if message is None:
        return
    message["program"] = invocation.program
    reading.operations.append(message)
    if len(invocation.stdin.text or "") > TEXT:
        reading.hide("limit_message", "medium", "a message is longer than is looked at")


def _read(_: Invocation) -> Reading:
    return Reading()  # its message is added by `supplement`


# Those of no other family.
READERS = dict.fromkeys(("ssmtp", "nail", "esmtp", "mail.mailutils", "bsd-mailx"), _read)

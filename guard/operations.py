"""What a call would do, in the shape that policy sees: plain dictionaries with types.

Only types and the names of kinds live here. Policies rely on every key, so a key
is added, never renamed. JSON is written straight from these dictionaries.
"""

from __future__ import annotations

from typing import Literal, Required, TypedDict

__all__ = [
    "UNRESOLVED",
    "CodeRun",
    "DataQuery",
    "EnvironmentSet",
    "FileDelete",
    "FileRead",
    "FileWrite",
    "MessageSend",
    "NetworkConnect",
    "NetworkListen",
    "NetworkSend",
    "NetworkShell",
    "NetworkTunnel",
    "Opaque",
    "Operation",
    "PaymentApprove",
    "PaymentAuthorise",
    "PaymentKeyExport",
    "PaymentSign",
    "PaymentTransfer",
    "ProcessExec",
    "ProcessSignal",
    "Severity",
    "ToolUse",
]

# Stands in texts of operations where a piece could not be resolved.
UNRESOLVED = "⟨?⟩"

Severity = Literal["low", "medium", "high"]


class _Common(TypedDict, total=False):
    """Keys that every operation may have."""

    via: list[str]  # what it is reached through, outermost first: ["sudo", "bash -c"]
    certainty: Literal["must", "may"]  # "may": in a branch, a loop, or one of several readings
    elsewhere: str  # it happens on another machine or in another container: "ssh:host"


class ProcessExec(_Common, total=False):
    """A program would be started. `program` is the base name of `path`."""

    kind: Required[Literal["process.exec"]]
    program: Required[str]
    path: Required[str]  # as it was written
    argv: Required[list[str]]  # argv[0] is the name it was called by
    background: bool
    environment: dict[str, str]  # assignments made for this program alone


class EnvironmentSet(_Common, total=False):
    """A variable would be set for a program, or for all that follow."""

    kind: Required[Literal["environment.set"]]
    program: str  # base name of the program that would get it, where it is one
    name: Required[str]
    value: Required[str]


class ProcessSignal(_Common, total=False):
    """A process would be killed or signalled (kill, pkill, killall, systemctl stop)."""

    kind: Required[Literal["process.signal"]]
    program: str  # base name of the program that would do it
    signal: Required[str]  # "TERM", "KILL", "STOP", ...
    target: Required[str]  # a pid, a name, a pattern or a unit
    by: Required[Literal["pid", "name", "pattern", "unit", "user"]]


class NetworkConnect(_Common, total=False):
    """A connection would be opened from here. An unknown host is `UNRESOLVED`."""

    kind: Required[Literal["network.connect"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]  # "tcp", "udp", "ssh", "http", "https", "stratum", ...
    host: Required[str]  # lower case, numeric forms as dotted decimal
    port: Required[int | None]
    url: str
    method: str  # HTTP method where known
    sends: list[
        str
    ]  # files whose content would be sent; "-" is standard input, or a body in the call


class NetworkSend(_Common, total=False):
    """The content of a local file, or text of the call's own, would leave through the network."""

    kind: Required[Literal["network.send"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]
    host: Required[str]  # "" = whoever connects
    port: Required[int | None]
    path: Required[str]  # "-" where it is no file: a body in the call, or what a pipe brings


class NetworkListen(_Common, total=False):
    """A port would be opened for others to connect to."""

    kind: Required[Literal["network.listen"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]
    host: Required[str]  # "" = all addresses
    port: Required[int | None]
    sends: list[str]  # files that whoever connects would get; "-" as above


class NetworkTunnel(_Common, total=False):
    """Traffic would be forwarded. `direction` "remote" lets the far side in."""

    kind: Required[Literal["network.tunnel"]]
    program: str  # base name of the program that would do it
    protocol: Required[str]  # "ssh", "chisel", "cloudflared", ...
    direction: Required[Literal["local", "remote", "dynamic", "remote_dynamic", "device"]]
    host: Required[str]  # the far end that carries the tunnel
    port: Required[int | None]
    bind: str
    target: str


class NetworkShell(_Common, total=False):
    """A shell (or another program) would be wired to a socket."""

    kind: Required[Literal["network.shell"]]
    program: str  # base name of the program that would do it
    direction: Required[Literal["reverse", "bind"]]
    host: Required[str]
    port: Required[int | None]
    how: Required[str]  # "nc -e", "/dev/tcp", "socat exec", "python socket and dup2", ...


class FileRead(_Common, total=False):
    kind: Required[Literal["file.read"]]
    program: str  # base name of the program that would do it
    path: Required[str]  # normalised; without a leading / or ~ the folder is unknown


class FileWrite(_Common, total=False):
    kind: Required[Literal["file.write"]]
    program: str  # base name of the program that would do it
    path: Required[str]
    append: bool
    content: str  # where it is known and not longer than 4096 characters
    mode: str  # what chmod, install and their like set: "4755", "u+s"; `UNRESOLVED` if unknown


class FileDelete(_Common, total=False):
    kind: Required[Literal["file.delete"]]
    program: str  # base name of the program that would do it
    path: Required[str]
    recursive: bool


class CodeRun(_Common, total=False):
    """Code in some language would be run by an interpreter."""

    kind: Required[Literal["code.run"]]
    program: str  # base name of the program that would do it
    language: Required[str]  # "python", "sh", "perl", ...
    source: Required[Literal["inline", "stdin", "file"]]
    path: str  # with source "file"


class DataQuery(_Common, total=False):
    kind: Required[Literal["data.query"]]
    verb: Required[str]  # "select", "drop", ... lower case; "" where not understood
    text: Required[str]  # its first 16384 characters, as those of `code`
    code: str  # `text` with comments gone and quoted text emptied
    # Names as written, at most 64 each; absent where the statement could not be read.
    tables: list[str]  # all that are named, those written included
    writes: list[str]  # those whose rows or shape would change
    functions: list[str]  # lower case


class PaymentTransfer(_Common, total=False):
    """Money or tokens would be moved. Texts that nobody knows are `UNRESOLVED`, never left out.

    Every key that a rule judges is required: "" (or null) says that the call does not state it.
    Amounts are decimal texts ("12.5", at most 100 digits), never numbers.
    """

    kind: Required[Literal["payment.transfer"]]
    program: str  # base name of the program that would do it
    tool: str  # the tool that would do it
    asset: Required[str]  # symbol, ISO 4217 code or token address, as written
    chain: Required[str]  # CAIP-2 ("eip155:8453") where known, else as written; "" for a bank
    recipient: Required[str]  # address, account or name
    amount: Required[str]
    unit: Required[Literal["ui", "raw", "usd", ""]]  # of `amount`; "" where nobody says it
    exact: Required[bool]  # false: a float stood in the call, its digits may not be what was meant
    raw_amount: Required[str]  # smallest units, where they stand beside `amount`
    decimals: Required[int | None]  # as the call says; a registry knows better
    fraction: Required[str]  # of the balance: "1" is all of it
    scheme: Required[str]  # of x402: "exact", "upto", ...
    method: Required[str]  # how it is moved: "eip3009", "permit2", "erc20", "stripe", ...
    resource: Required[str]  # host or tool that is paid for an answer (x402)
    requested_asset: Required[str]  # what was asked for, where the call itself says it
    requested_amount: Required[str]
    payer: str
    memo: str


class PaymentAuthorise(_Common, total=False):
    """A payment of x402 would be authorised: what is signed, beside what was accepted.

    Amounts in the asset's smallest units; seconds are decimal texts too.
    """

    kind: Required[Literal["payment.authorise"]]
    program: str
    tool: str
    scheme: Required[str]
    method: Required[str]  # "eip3009", "permit2", "erc7710", "solana"
    accepted_recipient: Required[str]
    accepted_amount: Required[str]
    accepted_asset: Required[str]
    accepted_seconds: Required[str]
    signed_recipient: Required[str]
    signed_amount: Required[str]
    signed_asset: Required[str]
    signed_seconds: Required[str]  # how long the signature is valid
    resource: Required[str]  # host (or tool) of the resource that the payment names, "" for none
    requested: Required[str]  # host (or tool) that the call goes to, "" for none


class PaymentApprove(_Common, total=False):
    """Somebody would be allowed to move tokens later: approve, permit, setApprovalForAll."""

    kind: Required[Literal["payment.approve"]]
    program: str
    tool: str
    asset: Required[str]
    chain: Required[str]
    spender: Required[str]
    amount: Required[str]  # decimal text, or "unlimited"
    unit: Required[Literal["ui", "raw", "usd", ""]]
    method: Required[str]


class PaymentSign(_Common, total=False):
    """Something would be signed with a wallet's key, or sent that is signed already."""

    kind: Required[Literal["payment.sign"]]
    program: str
    tool: str
    method: Required[str]  # "eth_sign", "personal_sign", "eth_signTypedData", "raw_transaction", ..
    primary_type: Required[str]  # of EIP-712 data; "" where there is none
    key: Required[str]  # address or name of the wallet, never a key itself; "" where none is named


class PaymentKeyExport(_Common, total=False):
    """A wallet's secret would be shown or copied."""

    kind: Required[Literal["payment.key_export"]]
    program: str
    tool: str
    secret: Required[str]  # "private key", "seed phrase", "keystore"
    key: Required[str]  # which one, as written; "" where none is named


class MessageSend(_Common, total=False):
    """A message would leave for people or for a service that shows it to them."""

    kind: Required[Literal["message.send"]]
    program: str
    tool: str
    channel: Required[str]  # "email", "chat", "sms", "social", "call"
    way: Required[Literal["tool", "program", "smtp", "api", "webhook", "tag"]]
    recipients: Required[list[str]]  # lower case; UNRESOLVED where somebody gets it nobody knows
    sender: Required[str]
    subject: Required[str]
    text: Required[str]  # at most 16384 characters; longer texts leave an opaque part
    attachments: Required[list[str]]
    labels: Required[list[str]]  # classifications that the call itself states
    forwards: Required[bool]  # a message of somebody else is passed on


class ToolUse(_Common, total=False):
    """A tool that no parser knows would be used: judged by its name and arguments."""

    kind: Required[Literal["tool.use"]]
    tool: Required[str]


Operation = (
    ProcessExec
    | EnvironmentSet
    | ProcessSignal
    | NetworkConnect
    | NetworkListen
    | NetworkSend
    | NetworkTunnel
    | NetworkShell
    | FileRead
    | FileWrite
    | FileDelete
    | CodeRun
    | DataQuery
    | PaymentTransfer
    | PaymentAuthorise
    | PaymentApprove
    | PaymentSign
    | PaymentKeyExport
    | MessageSend
    | ToolUse
)


class Opaque(TypedDict, total=False):
    """A part of the call that could not be resolved; never dropped in silence.

    Severities: `high`, unknown code or an unknown program would run, or a bound was
    hit; `medium`, a script or file nobody showed us would run, or what runs is known
    only in part; `low`, some argument is unknown and the program is not.
    """

    kind: Required[str]
    severity: Required[Severity]
    detail: Required[str]  # one line that a person understands
    where: list[int]  # [start, end) in characters of the judged text, where known

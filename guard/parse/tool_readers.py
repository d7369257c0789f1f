"""What a tool's arguments mean: one class for each kind of reader. Data only, no reading.

Which tool is read by which of them stands in `guard.parse.tools`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "Code",
    "File",
    "FileEffect",
    "Http",
    "Message",
    "Patch",
    "Payment",
    "PaymentKind",
    "Python",
    "Reader",
    "Shell",
    "Sql",
]

FileEffect: TypeAlias = Literal["read", "write", "append", "delete", "move", "copy", "command"]
PaymentKind: TypeAlias = Literal["transfer", "approve", "sign", "key_export", "transaction"]


@dataclass(frozen=True, slots=True, init=False)
class _Arguments:
    """The names of the arguments that are read; every one that is there is read."""

    arguments: tuple[str, ...]

    def __init__(self, *arguments: str) -> None:
        object.__setattr__(self, "arguments", arguments or self._usual())

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ()


class Shell(_Arguments):
    """The argument is a text for a shell, or a list: one argv, or several texts."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return (
            "command",
            "cmd",
            "commands",
            "script",
            "shell_command",
            "command_line",
            "argv",
            "code",
            "bash",
            "input",
            "tool_input",
            "__arg1",
        )


class Python(_Arguments):
    """The argument is Python code; lines of IPython (`!cmd`, `%%bash`) are understood."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("code", "query", "source", "script", "python_code", "input", "tool_input", "__arg1")


@dataclass(frozen=True, slots=True, init=False)
class Sql(_Arguments):
    """The argument is SQL, one statement or several.

    `dialect` is what the database speaks, by the name that sqlglot gives it ("postgres",
    "mysql", "sqlite", "tsql", "snowflake", ...); without it the usual ones are tried.
    """

    dialect: str

    def __init__(self, *arguments: str, dialect: str = "") -> None:
        object.__setattr__(self, "arguments", arguments or self._usual())
        object.__setattr__(self, "dialect", dialect.lower())

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return (
            "query",
            "sql",
            "statement",
            "statements",
            "sql_query",
            "queries",
            "input",
            "__arg1",
        )


class Http(_Arguments):
    """The argument is a URL that would be fetched; `method` is read beside it."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("url", "uri", "urls", "endpoint", "href", "link", "input", "__arg1")


@dataclass(frozen=True, slots=True)
class Code:
    """The argument is code in a fixed language, or in the one that `language` names."""

    language: str
    arguments: tuple[str, ...] = ("code", "script", "source", "function", "expression", "input")


@dataclass(frozen=True, slots=True)
class File:
    """The argument is a path. With effect `command` the argument `command` says what happens."""

    effect: FileEffect
    arguments: tuple[str, ...] = (
        "path",
        "file_path",
        "filepath",
        "filename",
        "file",
        "file_name",
        "target_file",
        "relative_path",
        "absolute_path",
        "notebook_path",
        "directory",
        "dir_path",
        "dir",
        "folder",
        "paths",
        "source",
        "source_path",
        "src",
        "destination",
        "destination_path",
        "dest",
        "dst",
        "__arg1",
    )


class Patch(_Arguments):
    """The argument is a patch that names the files it changes."""

    __slots__ = ()

    @staticmethod
    def _usual() -> tuple[str, ...]:
        return ("patch", "diff", "input", "patch_text", "__arg1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Arguments by what they mean for a payment; names are compared like those of tools.

    `unit` says what `amount` counts: "ui" (whole coins), "raw" (smallest units), "usd", or ""
    where the tool does not say. `in_asset` and `on_chain` are the asset and chain of a tool that
    knows only one. `kind` "transaction" is one of Ethereum's, `to`, `value` and `data`.
    """

    kind: PaymentKind = "transfer"
    recipient: tuple[str, ...] = (
        *("recipient", "recipient_address", "to_address", "destination_address", "payee"),
        *("beneficiary", "iban", "receiver", "to", "destination", "recipient_account", "spender"),
        *("to_account", "recipient_wallet", "recipient_id", "recipient_email", "receiver_address"),
        *("destination_account", "wallet_address", "pay_to", "dest", "operator", "delegate"),
        *("invoice", "payment_request", "bolt11", "address", "account", "recipients", "vendor"),
    )
    amount: tuple[str, ...] = (
        *("amount", "ui_amount", "amount_ui", "value", "sum", "quantity", "amount_in_tokens"),
        *("total", "allowance", "amounts", "amt", "token_amount"),
    )
    raw_amount: tuple[str, ...] = (
        *("raw_amount", "amount_raw", "atomic_amount", "base_units", "amount_in_base_units"),
        *("smallest_units", "lamports", "wei", "amount_wei", "value_wei", "amount_lamports"),
        *("sats", "satoshis", "amount_sats", "amount_cents", "cents", "minor_units"),
    )
    usd_amount: tuple[str, ...] = ("amount_usd", "usd_amount", "usd", "value_usd")
    asset: tuple[str, ...] = (
        *("token_address", "mint", "mint_address", "contract_address", "asset", "currency"),
        *("token", "token_mint", "currency_code", "token_symbol", "symbol", "coin", "asset_id"),
        *("ticker", "contract"),
    )
    chain: tuple[str, ...] = ("chain", "network", "chain_id", "blockchain", "cluster")
    decimals: tuple[str, ...] = ("decimals", "token_decimals")
    balance: tuple[str, ...] = ("balance", "current_balance", "available_balance")
    fraction: tuple[str, ...] = ("fraction", "percent", "percentage", "send_all", "send_max", "all")
    requested_asset: tuple[str, ...] = ("requested_asset", "requested_token", "requested_currency")
    requested_amount: tuple[str, ...] = ("requested_amount",)
    payer: tuple[str, ...] = ("payer", "from", "sender", "from_address", "from_account")
    memo: tuple[str, ...] = ("memo", "note", "subject", "description", "reference", "message")
    unit: Literal["ui", "raw", "usd", ""] = ""
    in_asset: str = ""
    on_chain: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments without which nothing is known of it."""
        return (*self.amount, *self.raw_amount, *self.usd_amount, *self.recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Arguments by what they mean for a message; names are compared like those of tools."""

    channel: str = "email"
    recipients: tuple[str, ...] = (
        *("to", "recipients", "recipient", "cc", "bcc", "to_email", "to_emails", "email"),
        *("to_address", "to_addresses", "recipient_email", "recipient_emails", "emails"),
        *("channel", "channels", "channel_id", "chat_id", "user", "user_id", "users", "phone"),
        *("phone_number", "to_number", "number", "room", "thread", "conversation_id", "contact"),
        *("recipient_name", "receiver", "username", "handle", "forward_to", "group"),
    )
    sender: tuple[str, ...] = ("from", "sender", "from_email", "from_address", "reply_to")
    subject: tuple[str, ...] = ("subject", "title", "headline")
    text: tuple[str, ...] = (
        *("body", "text", "message", "content", "html", "body_html", "html_body", "text_body"),
        *("msg", "post_text", "caption", "comment", "markdown", "payload", "answer", "tweet"),
        *("status", "note", "blocks", "messages"),
    )
    attachments: tuple[str, ...] = (
        *("attachments", "attachment", "files", "file", "file_path", "file_paths", "attach"),
        *("media", "image", "video"),
    )
    labels: tuple[str, ...] = (
        "labels",
        "label",
        "classification",
        "sensitivity",
        "confidentiality",
    )
    forwards: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments that say whom it reaches."""
        return self.recipients


Reader: TypeAlias = Shell | Python | Sql | Http | Code | File | Patch | Payment | Message

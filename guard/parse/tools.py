"""Which tool is read how: a table from names of tools to readers. Data only, no reading.

Users extend it: `DEFAULT_TOOLS.extend({"my_tool": Shell("cmd")})`. Names are compared
without regard to case, `-`, `_` and blanks; of `mcp__server__bash`, `server.bash` and
`server/bash` the last segment is tried too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from guard.errors import InputError
from guard.parse.tool_readers import (
    Code,
    File,
    FileEffect,
    Http,
    Message,
    Patch,
    Payment,
    PaymentKind,
    Python,
    Reader,
    Shell,
    Sql,
)

__all__ = [
    "DEFAULT_TOOLS",
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
    "ToolTable",
]

_READERS = Shell | Python | Sql | Http | Code | File | Patch | Payment | Message
_SEPARATORS = str.maketrans("", "", "-_ ")


class ToolTable:
    """An immutable mapping from names of tools to readers."""

    __slots__ = ("_readers",)

    def __init__(self, readers: Mapping[str, Reader] | None = None) -> None:
        self._readers: Mapping[str, Reader] = MappingProxyType(
            {_key(name): reader for name, reader in (readers or {}).items()}
        )

    def extend(self, readers: Mapping[str, Reader]) -> ToolTable:
        """Return a table in which `readers` are added, or stand in place of what was there.

        Raises:
            InputError: a value is not a reader.
        """
        for name, reader in readers.items():
            if not isinstance(reader, _READERS):
                raise InputError(
                    f"tool `{name}` has no reader",
                    help='give it one, as in `{"my_tool": Shell("cmd")}`',
                )
        return ToolTable({**self._readers, **readers})

    def find(self, name: str) -> Reader | None:
        """Return the reader of a tool, or None for a tool that nobody described."""
        readers = self._readers
        found = readers.get(name) or readers.get(_key(name))
        if found is None:
            last = _last_segment(name)
            if last != name:
                found = readers.get(_key(last))
        return found

    def __len__(self) -> int:
        return len(self._readers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)


def _key(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


def _last_segment(name: str) -> str:
    for separator in ("__", "/", ".", ":"):
        name = name.rpartition(separator)[2] or name
    return name


def _all(reader: Reader, names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), reader)


DEFAULT_TOOLS = ToolTable(
    {
        **_all(
            Shell(),
            """bash sh zsh shell terminal console cmd command run_command execute_command exec
            run_shell_command exec_command execute_bash run_bash execute_shell shell_exec
            execute_shell_command run_terminal_cmd run_terminal_command run_in_terminal local_shell
            bash_tool shell_tool bash_command shell_command bash_exec run_shell container_exec
            run_process start_process spawn_process start_command process_exec
            terminal_tool run_bash_command execute_bash_command exec_bash bash_run command_line
            execute_terminal_command run_commands bash_session computer_terminal system_exec
            sandbox_exec run_in_sandbox execute_in_container process_run bash_20241022
            bash_20250124 linux_shell unix_shell cmd_runner unified_exec""",
        ),
        **_all(Shell("chars", "input", "text"), "write_stdin send_keys terminal_input"),
        **_all(
            Python(),
            """python py python3 python_repl python_repl_ast python_interpreter execute_python
            run_python code_interpreter ipython ipython_cell execute_ipython_cell jupyter
            jupyter_cell run_cell execute_cell execute_code run_code python_exec exec_python
            python_tool python_code execute_python_code run_python_code code_execution
            code_exec run_ipython notebook_exec stateful_python final_python""",
        ),
        **_all(
            Sql(),
            """sql query sql_db_query execute_sql run_sql sql_query query_database db_query
            execute_query run_query database_query query_sql sqlite_query postgres_query
            mysql_query read_query write_query sql_exec query_db exec_sql sql_execute""",
        ),
        **_all(
            Http(),
            """http http_request fetch web_fetch url_fetch fetch_url webfetch curl wget
            requests_get requests_post requests_put requests_patch requests_delete http_get
            http_post http_put http_delete http_patch open_url read_url visit_url
            browser_navigate puppeteer_navigate playwright_navigate browser_goto scrape_url
            fetch_webpage download_url read_url_content""",
        ),
        **_all(
            File("read"),
            """read read_file view view_file cat_file open_file get_file get_file_contents
            read_text_file read_multiple_files read_many_files read_media_file notebook_read
            list_directory list_dir list_files directory_tree ls get_file_info file_read
            read_files fs_read load_file""",
        ),
        **_all(
            File("write"),
            """write write_file create_file save_file edit edit_file multi_edit file_write
            write_to_file replace replace_in_file str_replace insert_in_file update_file
            notebook_edit create_directory make_directory mkdir file_edit write_text_file
            fs_write search_replace touch_file create_or_update_file insert_content""",
        ),
        **_all(File("append"), "append_file append_to_file file_append"),
        **_all(
            File("delete"),
            """delete_file remove_file delete_directory remove_directory file_delete
            delete_path unlink_file rm_file""",
        ),
        **_all(File("move"), "move_file rename_file file_move move_path"),
        **_all(File("copy"), "copy_file file_copy copy_path"),
        **_all(
            File("command"),
            """str_replace_editor str_replace_based_edit_tool text_editor file_editor
            text_editor_20241022 text_editor_20250124 text_editor_20250429 text_editor_20250728
            memory""",
        ),
        **_all(Patch(), "apply_patch apply_diff patch patch_file git_apply"),
        **_all(
            Code("javascript"),
            """javascript js node nodejs run_javascript execute_javascript evaluate_script
            browser_evaluate run_js execute_js puppeteer_evaluate playwright_evaluate""",
        ),
        **_all(Code("perl"), "perl run_perl"),
        **_all(Code("ruby"), "ruby run_ruby"),
        **_all(Code("php"), "php run_php"),
        **_all(Code("r"), "rscript run_r"),
        **_all(Code("powershell"), "powershell pwsh run_powershell"),
        **_all(
            Payment(),
            """send_money schedule_transaction update_scheduled_transaction send_payment
            make_payment transfer_money transfer_funds send_funds paypal_transfer wallet_transfer
            transfer_tokens transfer_token send_tokens send_token send_crypto transfer_crypto
            native_transfer erc20_transfer spl_transfer spl_token_transfer create_payout
            create_transfer wire_transfer bank_transfer schedule_payment schedule_transfer
            initiate_payment initiate_transfer make_transfer execute_payment execute_transfer
            pay_invoice pay_bill send_invoice_payment pay_lightning_invoice withdraw_funds
            process_payment create_payment create_payment_intent stripe_create_transfer
            send_transfer money_transfer crypto_transfer token_transfer transfer_asset
            transfer_assets wallet_send wallet_withdraw pay_vendor pay_user tip_user
            batch_transfer batch_payment multi_transfer create_charge x402_pay
            send_zelle venmo_payment paypal_payment paypal_send create_paypal_payout""",
        ),
        **_all(
            Payment(unit="ui", in_asset="SOL", on_chain="solana"),
            "send_sol transfer_sol solana_transfer",
        ),
        **_all(Payment(unit="ui", in_asset="ETH", on_chain="ethereum"), "send_eth transfer_eth"),
        **_all(Payment(unit="ui", in_asset="BTC", on_chain="bitcoin"), "send_btc transfer_btc"),
        **_all(Payment(unit="ui", in_asset="USDC"), "send_usdc transfer_usdc"),
        **_all(
            Payment(kind="transaction"),
            """send_transaction eth_send_transaction execute_transaction sign_transaction
            sign_and_send_transaction wallet_send_transaction send_raw_transaction
            broadcast_transaction eth_send_raw_transaction submit_transaction""",
        ),
        **_all(
            Payment(kind="approve"),
            """approve_token erc20_approve approve_spender set_allowance increase_allowance
            spl_approve set_approval_for_all approve_erc20 token_approve approve_allowance
            spl_token_approve""",
        ),
        **_all(
            Payment(kind="sign"),
            """sign_message personal_sign eth_sign sign_typed_data eth_sign_typed_data
            eth_sign_typed_data_v4 sign_hash sign_digest wallet_sign wallet_sign_message
            sign_payload_with_wallet sign_permit""",
        ),
        **_all(
            Payment(kind="key_export"),
            """export_wallet export_private_key get_private_key show_private_key
            reveal_private_key dump_private_key show_seed get_seed export_seed get_seed_phrase
            show_seed_phrase reveal_seed_phrase export_seed_phrase get_mnemonic show_mnemonic
            export_mnemonic reveal_mnemonic backup_wallet export_keystore get_keystore
            wallet_export dump_wallet get_wallet_secret export_account""",
        ),
        **_all(
            Message(),
            """send_email email_send send_mail gmail_send gmail_send_email send_gmail_message
            gmail_send_message outlook_send_email reply_to_email reply_email send_email_reply
            compose_email create_and_send_email smtp_send sendgrid_send mail_send
            send_html_email send_outlook_email resend_send_email""",
        ),
        **_all(Message(forwards=True), "forward_email email_forward forward_mail gmail_forward"),
        **_all(
            Message(channel="chat"),
            """send_message send_direct_message send_channel_message send_slack_message
            slack_send_message slack_post_message post_message chat_post_message
            send_discord_message discord_send_message send_telegram_message
            telegram_send_message send_message_whatsapp send_whatsapp_message whatsapp_send
            send_dm send_chat_message send_teams_message teams_send_message message_user
            slack_reply_to_thread send_notification conversations_add_message""",
        ),
        **_all(Message(channel="chat", forwards=True), "forward_message"),
        **_all(Message(channel="sms"), "send_sms send_text sms_send twilio_send_sms send_imessage"),
        **_all(
            Message(channel="social"),
            """post_tweet create_tweet send_tweet post_on_x post_to_x post_to_twitter
            post_on_facebook post_to_facebook create_instagram_post post_to_linkedin
            post_to_blog create_post reply_to_tweet share_on_pinterest upload_facebook_video
            post_to_reddit""",
        ),
        **_all(Message(channel="call"), "make_call make_phone_call place_call start_call"),
    }
)

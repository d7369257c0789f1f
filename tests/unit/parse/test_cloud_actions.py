"""Tools that pass an action to a service of AWS are read as its command line."""

from __future__ import annotations

from typing import Any

from guard.model import ToolCall
from guard.parse import parse


def programs(tool: str, arguments: dict[str, Any]) -> list[list[str]]:
    """The command lines that a call stands for."""
    found = parse(ToolCall(tool, arguments)).operations
    return [one["argv"] for one in found if one["kind"] == "process.exec"]


def test_an_action_is_a_command() -> None:
    """Names of actions and parameters get the spelling of the command line."""
    arguments = {"service": "EC2", "action": "RunInstances", "parameters": {"InstanceType": "m5"}}
    assert programs("aws_call", arguments) == [
        ["aws", "ec2", "run-instances", "--instance-type", "m5"]
    ]
    buckets = {"service": "s3", "operation": "delete_bucket", "params": {"Bucket": "a"}}
    assert programs("boto3_call", buckets) == [["aws", "s3api", "delete-bucket", "--bucket", "a"]]


def test_other_services_and_actions_are_no_commands() -> None:
    """The tool must be one of AWS, and both words must be there."""
    assert programs("shop_api", {"service": "cart", "action": "Empty"}) == []
    assert programs("aws_call", {"service": "ec2"}) == []
    assert programs("aws_call", {"service": 1, "action": "RunInstances"}) == []

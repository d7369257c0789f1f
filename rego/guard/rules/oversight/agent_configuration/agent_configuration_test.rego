package guard.rules.oversight.agent_configuration_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.agent_configuration

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "ask the operator to change settings of agents, and start helpers with their permissions on",
	"obligations": [],
}

_found(operation) := found if {
	found := agent_configuration.findings with input as requests.of([operation])
}

test_settings_of_agents_need_a_person if {
	every path in [".mcp.json", "/work/.cursor/mcp.json", "~/.codex/config.toml", "/home/ann/.config/opencode/opencode.json", ".github/hooks/pre.json"] {
		_found({"kind": "file.write", "path": path}) == {_finding("ask", sprintf("changes %s, which sets up an agent", [path]))}
		_found({"kind": "file.delete", "path": path}) == {_finding("ask", sprintf("changes %s, which sets up an agent", [path]))}
	}
}

test_agents_that_ask_nobody_are_denied if {
	every pair in [
		[["claude", "-p", "fix it", "--dangerously-skip-permissions"], "--dangerously-skip-permissions"],
		[["codex", "exec", "--yolo", "x"], "--yolo"],
		[["gemini", "--approval-mode=yolo", "-p", "x"], "--approval-mode=yolo"],
	] {
		_found(requests.run(pair[0])) == {_finding("deny", sprintf("starts %s with %s, so that it asks nobody", [pair[0][0], pair[1]]))}
	}
}

test_new_servers_need_a_person if {
	_found(requests.run(["claude", "mcp", "add", "db", "--", "npx", "x"])) == {_finding("ask", "sets up an agent with claude mcp add")}
}

test_unasked_tools_of_an_editor_are_denied if {
	editor := {"kind": "file.write", "path": ".vscode/settings.json", "content": "{\"chat.tools.autoApprove\": true}"}
	_found(editor) == {_finding("deny", "lets an agent run tools unasked in .vscode/settings.json")}
	_found(object.union(editor, {"content": "{\"editor.tabSize\": 2}"})) == set()
	_found(object.union(editor, {"path": "notes.md"})) == set()
	_found({"kind": "file.write", "path": ".vscode/settings.json"}) == set()
}

test_other_work_is_silent if {
	_found({"kind": "file.read", "path": ".mcp.json"}) == set()
	_found({"kind": "file.write", "path": "/work/.iflow", "program": "mkdir"}) == set()
	every operation in [
		{"kind": "file.write", "path": "CLAUDE.md"},
		{"kind": "file.write", "path": ".github/workflows/ci.yml"},
		{"kind": "file.delete", "path": "/root/.claude/.locks"},
		requests.run(["claude", "-p", "review this"]),
		requests.run(["claude", "mcp", "list"]),
		requests.run(["grep", "--yolo", "x"]),
	] {
		_found(operation) == set()
	}
}

test_what_settings_take_off_the_lists_is_silent if {
	written := _found({"kind": "file.write", "path": ".mcp.json"}) with data.guard.settings.oversight.agent_configuration.fragments as {"/.mcp.json/": false}
	written == set()
	started := _found(requests.run(["codex", "--yolo"])) with data.guard.settings.oversight.agent_configuration.agents as {"codex": {"--yolo": false}}
	started == set()
	added := _found(requests.run(["codex", "mcp", "add"])) with data.guard.settings.oversight.agent_configuration.commands as {"codex": {"mcp add": false}}
	added == set()
}

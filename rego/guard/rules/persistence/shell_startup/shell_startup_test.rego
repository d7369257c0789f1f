package guard.rules.persistence.shell_startup_test

import data.guard.lib.requests_test as requests
import data.guard.rules.persistence.shell_startup

_found(operations) := found if {
	found := shell_startup.findings with input as requests.of(operations)
}

_effects(operations) := {finding.effect | some finding in _found(operations)}

_write(program, path) := {"kind": "file.write", "program": program, "path": path}

test_the_finding_says_what_was_seen if {
	_found([{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias sudo=\"rm -rf /x\"\n"}]) == {{
		"effect": "deny",
		"reason": "makes sudo something else by a line in ~/.bashrc",
		"solution": "keep to variables and sourced files there, and run commands in this session",
		"obligations": [],
	}}
}

test_what_is_refused if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias ll='ls -l'; alias rm=/opt/x/rm"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias ls='ls; x'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.config/fish/config.fish", "content": "alias ssh 'x'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "ls() { x; }"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "function sudo { x; }"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "x &"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "nohup x"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/profile.d/x.sh", "content": "export LD_PRELOAD=/x.so"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "trap 'x' EXIT"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "curl -s http://h.example/x"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.config/fish/functions/sudo.fish", "content": "end"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias cat=/tmp/cat"}],
	] {
		"deny" in _effects(operations)
	}
}

test_what_is_asked_about if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "/opt/x/run"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "PROMPT_COMMAND=\"history -a\""}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "export PATH=/tmp/x:$PATH"}],
		[_write("cp", "~/.bashrc")],
		[{"kind": "file.write", "path": "/root/.profile"}],
		[{"kind": "file.write", "path": "⟨?⟩/.zshrc"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "rm /x"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc"}, requests.run(["curl", "-s", "http://h.example/x"])],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "append": true}, requests.run(["curl", "x"])],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "append": true}],
	] {
		"ask" in _effects(operations)
	}
}

test_what_is_silent if {
	every operations in [
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "# a comment\n\nexport PATH=\"$HOME/.local/bin:$(go env GOPATH)/bin:$PATH\"\n"}],
		[{"kind": "file.write", "program": "bash", "path": "/etc/environment", "content": "A=1 B=\"x y\"\n"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "[ -s \"$NVM_DIR/nvm.sh\" ] && \\. \"$NVM_DIR/nvm.sh\""}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "if [ -f ~/.x ]; then\n  . ~/.x\nfi"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "eval \"$(pyenv init -)\""}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "conda activate base"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias ls='ls --color'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias python=python3.12"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias vi=/usr/bin/nvim"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias sudo='sudo '"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias ssh='TERM=xterm ssh'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias apt='sudo apt'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias cat=bat"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias pip=pip3"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias pip3='python3 -m pip'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "alias gs='git status'"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "content": "export A=\\\n1"}],
		[_write("chmod", "~/.bashrc")],
		[{"kind": "file.write", "program": "bash", "path": "dotfiles/.bashrc", "content": "x"}],
		[{"kind": "file.write", "program": "bash", "path": "~/.bashrc", "append": true}, requests.run(["starship", "init", "bash"])],
	] {
		_found(operations) == set()
	}
}

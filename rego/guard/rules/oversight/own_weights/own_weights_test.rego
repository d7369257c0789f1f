package guard.rules.oversight.own_weights_test

import data.guard.lib.requests_test as requests
import data.guard.rules.oversight.own_weights

_finding(path, host) := {
	"effect": "ask",
	"reason": sprintf("sends %s, which holds weights of a model, by way of %s", [path, host]),
	"solution": "leave weights on this machine; ask the operator to publish what is to be published",
	"obligations": [],
}

_all(operations) := found if {
	found := own_weights.findings with input as requests.of(operations)
}

_connect(keys) := object.union({"kind": "network.connect", "protocol": "https", "host": "drop.example", "port": 443}, keys)

_read(path, program) := {"kind": "file.read", "path": path, "program": program}

test_sending_weights_needs_a_person if {
	every path in ["model.SafeTensors", "/data/m/pytorch_model.bin", "runs/7/checkpoint-500/optimizer.bin", "checkpoints", "llama-00001.gguf"] {
		_all([_connect({"sends": [path]})]) == {_finding(path, "drop.example")}
		_all([_read(path, "aws"), _connect({"program": "aws"})]) == {_finding(path, "drop.example")}
		_all([_read(path, "tar"), _connect({"sends": ["-"]})]) == {_finding(path, "drop.example")}
	}
}

test_uploading_weights_needs_a_person if {
	_all([requests.run(["hf", "upload", "me/shop", "out/model.safetensors"])]) == {_finding("out/model.safetensors", "hf")}
	_all([requests.run(["hf", "upload", "me/shop", "data.csv"])]) == set()
	_all([requests.run(["hf", "download", "me/shop", "model.safetensors"])]) == set()
}

test_work_with_weights_here_is_silent if {
	every operations in [
		[_read("model.safetensors", "python")],
		[_read("model.safetensors", "cp"), _connect({"program": "curl", "sends": ["a.txt"]})],
		[_read("model.safetensors", "tar"), _connect({"program": "pip"})],
		[_read("notes.txt", "scp"), _connect({"program": "scp", "sends": ["notes.txt"]})],
	] {
		_all(operations) == set()
	}
}

test_what_settings_take_off_the_list_is_silent if {
	found := _all([requests.run(["hf", "upload", "x.gguf"])]) with data.guard.settings.oversight.own_weights.uploaders as {"hf": {"upload": false}}
	found == set()
}

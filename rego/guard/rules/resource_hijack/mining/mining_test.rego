package guard.rules.resource_hijack.mining_test

import data.guard.lib.requests_test as requests
import data.guard.rules.resource_hijack.mining

_finding(reason) := {
	"effect": "deny",
	"reason": reason,
	"solution": "use processors and cards for the task alone",
	"obligations": [],
}

_found(operation) := found if {
	found := mining.findings with input as requests.of([operation])
}

_run(argv) := _found(requests.run(argv))

_monero := concat("", ["4", "A", substring("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijk", 0, 93)])

test_known_miners_are_denied if {
	every program in ["xmrig", "XMRig", "xmrig-6.21", "t-rex", "lolMiner", "ethminer", "nbminer", "cpuminer-avx2", "minerd", "srbminer-multi.exe"] {
		_run([program]) == {_finding(sprintf("runs %s, which is a miner", [program]))}
	}
}

test_a_renamed_miner_with_a_pool_is_denied if {
	every argv in [
		["./train", "-o", "stratum+tcp://pool.example.org:3333"],
		["./train", "-o", "pool.supportxmr.com:443", "-u", "x"],
		["./train", "--url=ssl://eth.2miners.com:12020/x"],
		["./train", "-opool.supportxmr.com:443"],
		["./train", "-o", "203.0.113.5:1", "--url", "stratum+tcp://h"],
		["./train", "--pool=stratum+ssl://203.0.113.5:443"],
	] {
		found := _run(argv)
		found in {
			{_finding("runs ./train, whose arguments only a miner has")},
			{_finding("runs ./train, with a mining pool")},
		}
	}
}

test_arguments_of_miners_alone_are_denied if {
	every argv in [["./train", "--donate-level", "1"], ["./train", "--randomx-1gb-pages"], ["./train", "stratum+ssl://h:1"]] {
		_run(argv) == {_finding("runs ./train, whose arguments only a miner has")}
	}
}

test_a_mining_algorithm_is_denied if {
	every argv in [["./train", "-a", "randomx"], ["./train", "--algo=KawPow"], ["./train", "-a", "rx/0"], ["./train", "--coin", "monero"], ["./train", "-aethash"]] {
		_run(argv) == {_finding("runs ./train, with a mining algorithm")}
	}
}

test_a_pool_and_a_wallet_are_denied if {
	every wallet in [_monero, sprintf("%s.rig1", [_monero]), "0x00112233445566778899aabbccddeeff00112233"] {
		_run(["./train", "-o", "203.0.113.5:443", "-u", wallet]) == {_finding("runs ./train, with a pool and a wallet")}
	}
}

test_a_worker_and_a_port_of_pools_are_denied if {
	_run(["./train", "-o", "203.0.113.5:3333", "-u", "worker1", "-p", "x"]) == {_finding("runs ./train, with a worker's name and the port of a mining pool")}
}

test_each_of_these_alone_is_silent if {
	every argv in [
		["./train", "--wallet", _monero],
		["./train", "-o", "203.0.113.5:3333"],
		["./train", "-o", "203.0.113.5:443", "-u", "worker1"],
		["./train", "-o", "out.txt", "-u", "bob"],
		["./train", "-a", "sha256"],
		["./train", "--port", "3333"],
		["./train", "-a", "x", "-u", _monero],
		["./train", "-o", "x", "--name=pool.supportxmr.com"],
		["./train", "-o", "x", "-vpool.supportxmr.com:443"],
		["curl", "-o", "x", "-u", "a:b", "https://example.org"],
		["python", "-c", "print('stratum+tcp://pool.example.org')"],
	] {
		_run(argv) == set()
	}
}

test_texts_that_mention_miners_are_silent if {
	every argv in [
		["grep", "-r", "xmrig", "."],
		["echo", "stratum+tcp://pool.supportxmr.com:3333"],
		["git", "commit", "-m", "stratum+tcp://x"],
		["apt", "search", "xmrig"],
		["man", "cpuminer"],
		["sudo", "grep", "stratum+tcp://", "x.log"],
	] {
		_run(argv) == set()
	}
}

test_a_copy_under_the_name_of_a_text_program_is_denied if {
	_found({"kind": "process.exec", "program": "grep", "path": "/tmp/grep", "argv": ["/tmp/grep", "stratum+tcp://h:1"]}) == {_finding("runs grep, whose arguments only a miner has")}
}

test_a_text_program_by_its_full_path_is_silent if {
	_found({"kind": "process.exec", "program": "grep", "path": "/usr/bin/grep", "argv": ["grep", "stratum+tcp://h:1"]}) == set()
}

test_fetching_a_miner_is_denied if {
	every argv in [
		["git", "clone", "https://github.com/xmrig/xmrig.git"],
		["wget", "https://example.org/releases/xmrig-6.21-linux.tar.gz"],
		["apt", "install", "xmrig"],
		["docker", "run", "-d", "example/xmrig:latest"],
	] {
		found := _run(argv)
		count(found) > 0
		every finding in found {
			startswith(finding.reason, "fetches the miner xmrig")
		}
	}
}

test_connecting_to_a_pool_is_denied if {
	_found({"kind": "network.connect", "protocol": "stratum", "host": "203.0.113.5", "port": 3333}) == {_finding("connects to the mining pool 203.0.113.5 port 3333")}
	_found({"kind": "network.connect", "protocol": "https", "host": "xmr.2miners.com", "port": 443}) == {_finding("connects to the mining pool xmr.2miners.com")}
}

test_other_connections_are_silent if {
	_found({"kind": "network.connect", "protocol": "tcp", "host": "203.0.113.5", "port": 3333}) == set()
	_found({"kind": "network.connect", "protocol": "https", "host": "not2miners.com", "port": 443}) == set()
}

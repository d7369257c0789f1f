package guard.rules.destructive.encryption_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.encryption

_reasons(operations) := {finding.reason |
	some finding in encryption.findings with input as requests.of(operations)
}

_perhaps(argv, via) := object.union(requests.run(argv), {"certainty": "may", "via": via})

_lost := {"kind": "file.delete", "path": "~/⟨?⟩", "certainty": "may"}

test_a_finding_denies if {
	found := encryption.findings with input as requests.of([requests.run(["7z", "a", "-pS", "-sdel", "x.7z", "docs"])])
	found == {{
		"effect": "deny",
		"reason": "encrypts files and deletes the originals with 7z",
		"solution": "encrypt one archive and leave the originals where they are",
		"obligations": [],
	}}
}

test_a_loop_that_encrypts_and_deletes_is_denied if {
	_reasons([requests.run(["gpg", "-c", "docs/*"]), {"kind": "file.delete", "path": "docs/*"}]) == {"encrypts many files with gpg and deletes the originals"}
	every argv in [["openssl", "enc", "-aes-256-cbc", "-in", "⟨?⟩", "-out", "⟨?⟩.x"], ["gpg", "--symmetric", "⟨?⟩"]] {
		_reasons([_perhaps(argv, []), _lost]) == {sprintf("encrypts many files with %s and deletes the originals", [argv[0]])}
	}
}

test_encryption_in_place_is_denied if {
	found := object.union(requests.run(["ccrypt", "-K", "x", "/srv/⟨?⟩"]), {"via": ["find -exec"]})
	_reasons([found]) == {"encrypts many files in place with ccrypt"}
}

test_other_work_of_a_loop_is_silent if {
	_reasons([requests.run(["gpg", "-c", "a.txt"]), _lost]) == set()
	_reasons([_perhaps(["tar", "-c", "⟨?⟩"], []), _lost]) == set()
	_reasons([_perhaps(["openssl", "s_client", "⟨?⟩"], []), _lost]) == set()
}

test_ordinary_work_is_silent if {
	_reasons([_perhaps(["openssl", "enc", "-d", "-in", "⟨?⟩"], []), _lost]) == set()
	_reasons([_perhaps(["gpg", "--decrypt", "⟨?⟩"], []), _lost]) == set()
	_reasons([_perhaps(["ccrypt", "-d", "⟨?⟩"], []), _lost]) == set()
	_reasons([_perhaps(["gpg", "-c", "⟨?⟩"], [])]) == set()
	_reasons([requests.run(["gpg", "-c", "a.txt"]), {"kind": "file.delete", "path": "a.txt"}]) == set()
	_reasons([requests.run(["7z", "a", "-pS", "x.7z", "docs"])]) == set()
}

test_patterns_and_loops_alone_are_silent if {
	_reasons([_perhaps(["gpg", "-c", "a.txt"], []), _lost]) == set()
	_reasons([object.union(requests.run(["gpg", "-c", "⟨?⟩"]), {"via": ["sudo"]}), _lost]) == set()
	_reasons([object.union(requests.run(["gpg", "-c", "a.txt"]), {"via": ["xargs"]}), _lost]) == set()
	_reasons([_perhaps(["gpg", "-c", "⟨?⟩"], []), object.union(_lost, {"kind": "file.read"})]) == set()
	_reasons([_perhaps(["gpg", "-c", "⟨?⟩"], []), object.union(_lost, {"path": "a.txt"})]) == set()
}

test_one_file_replaced_by_its_ciphertext_is_asked_about if {
	found := encryption.findings with input as requests.of([requests.run(["ccencrypt", "-K", "x", "notes.txt"])])
	{finding.effect | some finding in found} == {"ask"}
	{finding.reason | some finding in found} == {"replaces a file by its ciphertext with ccencrypt"}
}

test_what_leaves_the_file_is_silent if {
	every argv in [["ccrypt", "-c", "x.cpt"], ["ccrypt", "-d", "x.cpt"], ["ccencrypt", "--help"], ["ccrypt"]] {
		_reasons([requests.run(argv)]) == set()
	}
}

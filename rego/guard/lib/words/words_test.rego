package guard.lib.words_test

import data.guard.lib.words

test_words_of_a_text if {
	words.of("^[a]uditd$") == {"auditd"}
	words.of("Falco.Service") == {"falco", "service"}
	words.of("/Library/com.vendor.falcond.plist") == {"library", "com", "vendor", "falcond", "plist"}
	words.of("datadog-agent|node_exporter") == {"datadog-agent", "node_exporter"}
	words.of("") == set()
}

test_phrases_are_found_in_their_order if {
	words.says(["aws", "cloudtrail", "stop-logging", "--name", "t"], "cloudtrail stop-logging")
	words.says(["aws", "--region", "x", "cloudtrail", "--debug", "stop-logging"], "cloudtrail stop-logging")
	words.says(["ufw", "disable"], "disable")
	not words.says(["aws", "stop-logging", "cloudtrail"], "cloudtrail stop-logging")
	not words.says(["aws", "cloudtrail", "start-logging"], "cloudtrail stop-logging")
	not words.says(["cloudtrail", "stop-logging"], "cloudtrail stop-logging")
}

test_phrases_with_options_stand_in_one_piece if {
	words.says(["auditctl", "-e", "0"], "-e 0")
	words.says(["auditctl", "-D"], "-D")
	not words.says(["auditctl", "-e", "1", "-f", "0"], "-e 0")
	not words.says(["auditctl", "-e", "01"], "-e 0")
}

test_long_options_may_have_a_value if {
	words.says(["journalctl", "--vacuum-time=1s"], "--vacuum-time")
	not words.says(["journalctl", "--vacuum-timer=1s"], "--vacuum-time")
	not words.says(["dd", "C=1"], "C")
}

test_many_names_are_counted if {
	words.listed({"b", "a"}) == "a, b"
	words.listed(["e", "d", "c", "b", "a"]) == "e, d, c, b, a"
	words.listed({sprintf("n%d", [number]) | some number in numbers.range(1, 9)}) == "n1, n2, n3, n4, n5 and 4 more"
	words.listed([]) == ""
}

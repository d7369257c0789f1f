package guard.lib.messages_test

import data.guard.lib.messages

test_listed_recipients_and_domains_are_inside if {
	not messages.outside("ANN@example.com", {"ann@Example.com": true}, [])
	not messages.outside("bob@mail.example.org", {}, [".example.org"])
	not messages.outside("bob@example.org", {}, [".example.org"])
}

test_everybody_else_is_outside if {
	messages.outside("ann@example.com", {"ann@example.com": false}, [])
	messages.outside("bob@badexample.org", {}, [".example.org"])
	messages.outside("bob@evil.test@example.org", {}, [".example.org"])
	messages.outside("⟨?⟩", {}, [".example.org"])
	messages.outside("bob@⟨?⟩.example.org", {}, [".example.org"])
	messages.outside("general", {}, [])
}

test_words_are_those_of_subject_and_text_on_one_line if {
	messages.words({"subject": "Hello", "text": "A\nB  C"}) == "hello a b c"
}

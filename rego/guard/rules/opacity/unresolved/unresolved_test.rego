package guard.rules.opacity.unresolved_test

import data.guard.lib.requests_test as requests
import data.guard.rules.opacity.unresolved

_item(severity, detail) := {"kind": "unknown_code", "severity": severity, "detail": detail}

_finding(effect, reason) := {
	"effect": effect,
	"reason": reason,
	"solution": "write out what runs, without decoding, downloading or assembling it first",
	"obligations": [],
}

_found(profile, opaque) := found if {
	found := unresolved.findings with input as requests.request(profile, [], opaque)
}

test_each_severity_is_judged_as_the_profile_says if {
	effects := {
		"baseline": {"high": {"ask"}, "medium": set(), "low": set()},
		"strict": {"high": {"deny"}, "medium": {"ask"}, "low": set()},
		"locked": {"high": {"deny"}, "medium": {"deny"}, "low": {"deny"}},
	}
	every profile, severities in effects {
		every severity, expected in severities {
			_found(profile, [_item(severity, "x")]) == {_finding(effect, "cannot be seen through: x") | some effect in expected}
		}
	}
}

test_all_details_are_repeated_once_in_order if {
	items := [_item("high", "what curl downloads is run by sh"), _item("high", "$cmd is not known"), _item("high", "$cmd is not known"), _item("low", "an argument")]
	_found("baseline", items) == {_finding("ask", "cannot be seen through: $cmd is not known; what curl downloads is run by sh")}
}

test_a_missing_or_unknown_severity_counts_as_high if {
	every item in [{"kind": "x", "detail": "d"}, {"kind": "x", "severity": "none", "detail": "d"}, {"kind": "x", "severity": 3, "detail": "d"}, {"severity": "low", "detail": "d"}] {
		_found("baseline", [item]) == {_finding("ask", "cannot be seen through: d")}
	}
}

test_a_missing_detail_is_replaced_by_the_kind if {
	_found("baseline", [{"kind": "limit_depth", "severity": "high"}]) == {_finding("ask", "cannot be seen through: limit_depth")}
	_found("baseline", [{"kind": 3, "detail": 4}]) == {_finding("ask", "cannot be seen through: a part of the call")}
	_found("baseline", [{}]) == {_finding("ask", "cannot be seen through: a part of the call")}
}

test_refused_kinds_are_denied_in_every_profile if {
	every profile in ["baseline", "strict", "locked"] {
		_found(profile, [{"kind": "nul_byte", "severity": "low", "detail": "a zero byte"}]) == {_finding("deny", "cannot be seen through: a zero byte")}
	}
}

test_a_severity_on_which_the_profile_is_silent_is_denied if {
	found := _found("baseline", [_item("low", "x")]) with data.guard.profiles.baseline.opacity as {"high": "ask"}
	found == {_finding("deny", "cannot be seen through: x")}
}

test_a_word_of_the_profile_that_is_no_effect_denies if {
	found := _found("baseline", [_item("high", "x")]) with data.guard.profiles.baseline.opacity as {"high": "warn"}
	found == {_finding("deny", "cannot be seen through: x")}
}

test_both_effects_are_said_apart if {
	_found("baseline", [_item("high", "x"), {"kind": "nul_byte", "severity": "high", "detail": "y"}]) == {
		_finding("ask", "cannot be seen through: x"),
		_finding("deny", "cannot be seen through: y"),
	}
}

test_nothing_opaque_is_silent if _found("locked", []) == set()

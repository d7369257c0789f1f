package guard.lib.amounts_test

import data.guard.lib.amounts

_max256 := "115792089237316195423570985008687907853269984665640564039457584007913129639935"

test_plain_amounts_are_valid if {
	every text in ["0", "7", "10.50", "0.000001", _max256] {
		amounts.valid(text)
	}
}

test_anything_else_is_not if {
	every text in ["", "01", "-1", "1e5", "0x10", ".5", "5.", "1,000", "NaN", "⟨?⟩", "unlimited", " 1", 5, null] {
		not_valid(text)
	}
}

not_valid(text) if not amounts.valid(text)

test_amounts_beyond_floats_are_compared_digit_by_digit if {
	amounts.at_most("9007199254740992", "9007199254740993")
	not amounts.at_most("9007199254740993", "9007199254740992")
	amounts.at_most("115792089237316195423570985008687907853269984665640564039457584007913129639934", _max256)
	not amounts.at_most(_max256, "115792089237316195423570985008687907853269984665640564039457584007913129639934")
	amounts.at_most("9", "10")
	amounts.at_most("0.09", "0.1")
	not amounts.at_most("10", "9.999")
	amounts.at_most("1.50", "1.5")
}

test_what_is_no_amount_is_never_at_most_anything if {
	not amounts.at_most("⟨?⟩", "5")
	not amounts.at_most("5", "")
	not amounts.same("x", "x")
	not amounts.times_power("x", 2)
	not amounts.times_power("1", 101)
	not amounts.times_power("1", -1)
	not amounts.product_at_most("x", "1")
}

test_spellings_of_one_amount_are_the_same if {
	amounts.same("1.5", "1.500")
	amounts.same("0", "0.0")
	not amounts.same("1.5", "1.5000000000000000000001")
}

test_powers_of_ten_keep_every_digit if {
	amounts.times_power("1.5", 6) == "1500000"
	amounts.times_power("0.000001", 6) == "1"
	amounts.times_power("0", 18) == "0"
	amounts.times_power("0.5", 0) == "0.5"
	amounts.times_power("1.23456789", 6) == "1234567.89"
	amounts.times_power("52439283", 9) == "52439283000000000"
	amounts.times_power("115792089237316195423570985008687907853269984665640564039457.584007913129639935", 18) == _max256
}

test_products_are_exact_for_few_digits if {
	amounts.product_at_most("4", "77.5") == "310"
	amounts.product_at_most("0.01", "0.5") == "0.005"
	amounts.product_at_most("0", "5") == "0"
	amounts.product_at_most("0.0", "5") == "0"
	amounts.product_at_most("1000000", "1000") == "1000000000"
	amounts.product_at_most("0.0000001", "0.0000001") == "0.00000000000001"
	amounts.product_at_most("10000000000", "2") == "20000000000"
}

test_products_of_many_digits_are_never_too_small if {
	amounts.product_at_most("123456789", "1") == "123456800"
	amounts.product_at_most("0.123456789", "1") == "0.1234568"
	amounts.product_at_most("99999999", "1") == "100000000"
}

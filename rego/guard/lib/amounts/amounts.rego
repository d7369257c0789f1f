# METADATA
# title: Amounts
# description: >-
#   Amounts of money as decimal texts, compared and scaled digit by digit: no number of either
#   engine is exact for them. A text that is no plain amount makes every question undefined, so
#   ask "not at most", never "more than".
package guard.lib.amounts

_zero64 := "0000000000000000000000000000000000000000000000000000000000000000"

_zeros := concat("", [_zero64, _zero64, _zero64, _zero64])

# METADATA
# scope: document
# description: True for `0`, `12` and `12.50` of at most 128 digits on either side.
valid(text) if {
	is_string(text)
	regex.match(`^(0|[1-9][0-9]{0,127})(\.[0-9]{1,128})?$`, text)
}

# METADATA
# scope: document
# description: True if the first amount is not larger than the second.
at_most(first, second) if _aligned(first) <= _aligned(second)

# METADATA
# scope: document
# description: True for two spellings of one amount.
same(first, second) if _aligned(first) == _aligned(second)

# METADATA
# scope: document
# description: The amount times ten to `power`, which is 0 to 100.
times_power(text, power) := _written(
	concat("", [parts.whole, substring(filled, 0, power)]),
	substring(filled, power, count(filled) - power),
) if {
	power >= 0
	power <= 100
	parts := _parts(text)
	filled := concat("", [parts.fraction, _zeros_of(power - count(parts.fraction))])
}

# METADATA
# scope: document
# description: >-
#   A product that is never too small: exact where both have at most seven digits that count,
#   else too large by less than one part in a million.
product_at_most(first, second) := _shifted(format_int(one.digits * other.digits, 10), one.power + other.power) if {
	one := _rounded(first)
	other := _rounded(second)
}

_parts(text) := {"whole": pieces[0], "fraction": concat("", array.slice(pieces, 1, 2))} if {
	valid(text)
	pieces := split(text, ".")
}

# Texts of one length, in which the digits of one place stand below each other.
_aligned(text) := concat("", [
	_zeros_of(128 - count(parts.whole)),
	parts.whole,
	parts.fraction,
	_zeros_of(128 - count(parts.fraction)),
]) if {
	parts := _parts(text)
}

_zeros_of(number) := substring(_zeros, 0, number) if {
	number > 0
} else := ""

_written(whole, fraction) := _joined(_whole(trim_left(whole, "0")), trim_right(fraction, "0"))

_whole("") := "0"

_whole(digits) := digits if digits != ""

_joined(whole, "") := whole

_joined(whole, fraction) := concat(".", [whole, fraction]) if fraction != ""

# The first seven digits as a number, rounded up, and the power of ten that goes with them.
_rounded(text) := {"digits": 0, "power": 0} if {
	_digits(text) == ""
} else := {"digits": to_number(digits), "power": 0 - count(_parts(text).fraction)} if {
	digits := _digits(text)
	count(digits) <= 7
} else := {"digits": to_number(substring(digits, 0, 7)) + _carry(rest), "power": power} if {
	digits := _digits(text)
	rest := substring(digits, 7, count(digits) - 7)
	power := count(rest) - count(_parts(text).fraction)
}

_digits(text) := trim_left(concat("", [parts.whole, parts.fraction]), "0") if {
	parts := _parts(text)
}

_carry(rest) := 0 if {
	trim(rest, "0") == ""
} else := 1

_shifted("0", _) := "0"

_shifted(digits, power) := concat("", [digits, _zeros_of(power)]) if {
	digits != "0"
	power >= 0
}

_shifted(digits, power) := _written(substring(filled, 0, point), substring(filled, point, 0 - power)) if {
	digits != "0"
	power < 0
	filled := concat("", [_zeros_of((1 - power) - count(digits)), digits])
	point := count(filled) + power
}

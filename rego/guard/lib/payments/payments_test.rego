# METADATA
# title: Payments for tests
# description: Whole operations of payments in which nothing is wrong. Only tests import it.
package guard.lib.payments_test

_usdc := "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"

# METADATA
# description: One USDC on Base, in smallest units, with some keys changed.
transfer(changes) := object.union(
	{
		"kind": "payment.transfer", "asset": _usdc, "chain": "eip155:8453", "amount": "1000000", "unit": "raw",
		"recipient": "0x00000000000000000000000000000000000000aa", "exact": true, "raw_amount": "",
		"decimals": null, "fraction": "", "scheme": "", "method": "transfer", "resource": "",
		"requested_asset": "", "requested_amount": "",
	},
	changes,
)

# METADATA
# description: An authorisation that says what was accepted, with some keys changed.
authorise(changes) := object.union(
	{
		"kind": "payment.authorise", "scheme": "exact", "method": "eip3009",
		"accepted_recipient": "0x00000000000000000000000000000000000000AA", "accepted_amount": "10000",
		"accepted_asset": _usdc, "accepted_seconds": "60",
		"signed_recipient": "0x00000000000000000000000000000000000000aa", "signed_amount": "10000",
		"signed_asset": lower(_usdc), "signed_seconds": "60",
		"resource": "api.example.org", "requested": "api.example.org",
	},
	changes,
)

# METADATA
# description: A message by a mail tool, with some keys changed.
message(changes) := object.union(
	{
		"kind": "message.send", "channel": "email", "way": "tool", "recipients": ["ann@example.com"],
		"sender": "", "subject": "", "text": "", "attachments": [], "labels": [], "forwards": false,
	},
	changes,
)

test_changes_replace_what_stands_there if {
	transfer({"amount": "5"}).amount == "5"
	authorise({"scheme": "upto"}).scheme == "upto"
	message({"text": "x"}).text == "x"
}

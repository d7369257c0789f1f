# METADATA
# title: What a profile allows
# description: The only rule that allows anything. Without its finding a call is denied.
package guard.rules.profile.allowance

findings contains {
	"effect": "allow",
	"reason": "nothing in the call is refused by the profile",
	"solution": "",
	"obligations": [],
} if {
	data.guard.profiles[input.context.profile].allowance == "unless_refused"
}

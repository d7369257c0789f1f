# METADATA
# title: Assets
# description: >-
#   Finds an asset in the registry: a table from `chain/address` (`eip155:8453/0x83..`), from
#   `chain/native`, or from the code of a currency that has no chain (`usd`), to its symbol, its
#   decimals and, where somebody gives one, its price in US dollars. Case does not count.
package guard.lib.assets

# METADATA
# scope: document
# description: >-
#   The rows that an asset may mean. An address means one row at most; a symbol means that of the
#   chain, or where no chain is stated those of all chains, test networks left out.
rows(chain, asset, registry) := [row |
	some key, row in registry
	_means(lower(chain), lower(asset), lower(key), row)
]

# METADATA
# scope: document
# description: The one symbol, in lower case, that all these rows have.
symbol(found) := one if {
	symbols := {lower(row.symbol) | some row in found}
	count(symbols) == 1
	some one in symbols
}

# METADATA
# scope: document
# description: The one number of decimals that all these rows have.
decimals(found) := one if {
	places := {row.decimals | some row in found}
	count(places) == 1
	some one in places
}

# METADATA
# scope: document
# description: The one price in US dollars that all these rows have.
price(found) := one if {
	prices := {object.get(row, "usd", "") | some row in found}
	count(prices) == 1
	some one in prices
}

_means(chain, asset, key, _) if {
	asset != ""
	key == concat("/", [part | some part in [chain, asset]; part != ""])
}

_means(chain, asset, key, row) if {
	asset == lower(row.symbol)
	chain != ""
	startswith(key, concat("", [chain, "/"]))
}

_means("", asset, _, row) if {
	asset == lower(row.symbol)
	not object.get(row, "test", false)
}
